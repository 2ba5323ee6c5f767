"""What a provenance check answers: nothing is trusted that nobody vouches for."""

import io
import json
import socket
from collections.abc import Callable
from pathlib import Path

import c2pa  # type: ignore[import-untyped]  # it ships no types
import pytest

from sfumato.codec.check import SYNTHID, Finding, check
from sfumato.codec.credentials import ORGANIZATION, Credentials, open_credentials
from sfumato.codec.encode import MEDIA_TYPES
from sfumato.codec.finish import finish, finish_preview
from sfumato.core import Preview
from sfumato.errors import InvalidRequest
from tests.codec.pictures import DIGEST, SNAPSHOT, encoded, params, picture, pixels, ramp

ABSENT = Finding(type="c2pa", validation_state="not_present")
BROKEN = Finding(type="c2pa", validation_state="invalid")


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return open_credentials(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def ours(credentials: Credentials) -> bytes:
    return finish(picture(), params(), SNAPSHOT, DIGEST, credentials, 0).data


@pytest.mark.parametrize("output_format", MEDIA_TYPES)
def test_a_picture_of_ours_is_valid_and_never_trusted(
    credentials: Credentials, output_format: str
) -> None:
    asked = params(output_format=output_format)
    image = finish(picture(), asked, SNAPSHOT, DIGEST, credentials, 0)
    found, synthid = check(image.data, credentials)
    assert found == Finding(
        type="c2pa",
        outcome="detected",
        validation_state="valid",
        issuer=ORGANIZATION,
        model=SNAPSHOT,
        made_here=True,
    )
    assert synthid == SYNTHID


def test_another_home_s_picture_is_valid_and_not_made_here(ours: bytes, tmp_path: Path) -> None:
    found, _ = check(ours, open_credentials(tmp_path))
    assert (found.validation_state, found.made_here) == ("valid", False)


def test_a_partial_image_is_detected(credentials: Credentials) -> None:
    preview = Preview(step=2, steps=8, pixels=pixels())
    data = finish_preview(preview, params(), credentials, 0, 1).data
    found, _ = check(data, credentials)
    assert (found.outcome, found.model) == ("detected", "Sfumato")


def test_a_file_without_credentials_has_none(credentials: Credentials) -> None:
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        assert check(encoded(ramp(), kind), credentials) == (ABSENT, SYNTHID)


def test_a_changed_file_is_not_believed(credentials: Credentials, ours: bytes) -> None:
    changed = ours.replace(b"a red apple and", b"a bad apple and")
    assert check(changed, credentials)[0] == BROKEN


def test_broken_credentials_are_invalid(credentials: Credentials, ours: bytes) -> None:
    at = ours.index(b"jumdc2pa")
    torn = ours[:at] + bytes(40) + ours[at + 40 :]
    assert check(torn, credentials)[0] in (BROKEN, ABSENT)


def test_a_stranger_s_model_and_name_are_told(credentials: Credentials) -> None:
    found, _ = check(_signed(_stranger("trainedAlgorithmicMedia"), credentials), credentials)
    assert (found.outcome, found.model, found.made_here) == ("detected", "Brush Nine", True)


def test_a_camera_is_no_model(credentials: Credentials) -> None:
    found, _ = check(_signed(_stranger("digitalCapture"), credentials), credentials)
    assert (found.outcome, found.model) == ("detected", None)


def test_a_manifest_elsewhere_is_not_fetched(
    credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/manifest.c2pa"

        def elsewhere(builder: c2pa.Builder) -> None:
            builder.set_no_embed()
            builder.set_remote_url(address)

        data = _signed(_stranger("trainedAlgorithmicMedia"), credentials, elsewhere)
        assert address.encode() in data
        assert check(data, credentials)[0].outcome == "not_detected"
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE"])
def test_what_is_no_picture_is_refused(credentials: Credentials, data: bytes) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check(data, credentials)
    assert (refused.value.code, refused.value.param) == ("unsupported_file_mimetype", "file")


def _stranger(source: str) -> dict[str, object]:
    action = {
        "action": "c2pa.created",
        "softwareAgent": {"name": "Brush Nine"},
        "digitalSourceType": f"http://cv.iptc.org/newscodes/digitalsourcetype/{source}",
    }
    return {
        "claim_generator_info": [{"name": "Another"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
    }


def _signed(
    manifest: dict[str, object],
    credentials: Credentials,
    prepare: Callable[[c2pa.Builder], None] = lambda _: None,
) -> bytes:
    chain, key = credentials.chain.encode(), credentials.key.encode()
    info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain, key, None)
    signed = io.BytesIO()
    with (
        c2pa.Context.from_dict({}, c2pa.Signer.from_info(info)) as context,
        c2pa.Builder(json.dumps(manifest), context) as builder,
    ):
        prepare(builder)
        builder.sign("image/png", io.BytesIO(encoded(ramp(), "PNG")), signed)
    return signed.getvalue()
