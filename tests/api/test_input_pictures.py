import asyncio
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from sfumato.api.backend import Backend
from sfumato.api.caller import LOCAL, Caller
from sfumato.api.input_pictures import Spooled, check_together, fetch_reference
from sfumato.core import InputPicture
from sfumato.errors import NotFound, SfumatoError
from tests.api.edit_requests import encoded, photo, url_of


@pytest.fixture
def backend(client: TestClient) -> Backend:
    found: Backend = client.app.state.backend  # type: ignore[attr-defined]  # FastAPI's
    return found


def fetched(ref: Mapping[str, Any], backend: Backend, caller: Caller = LOCAL) -> Spooled:
    return asyncio.run(fetch_reference(ref, "images[0]", backend, caller))


def left(backend: Backend) -> list[Path]:
    spool = backend.settings.root / "spool"
    return list(spool.iterdir()) if spool.exists() else []


def test_a_data_url_is_spooled_as_its_bytes(backend: Backend) -> None:
    spooled = fetched({"image_url": url_of(b"some bytes")}, backend)
    assert spooled.path.read_bytes() == b"some bytes"
    assert spooled.param == "images[0]"
    spooled.discard()
    assert left(backend) == []


def test_a_kept_file_is_copied_so_that_it_stays(client: TestClient, backend: Backend) -> None:
    sent = encoded(photo())
    reply = client.post("/v1/files", data={"purpose": "vision"}, files={"file": ("a.png", sent)})
    name = reply.json()["id"]
    spooled = fetched({"file_id": name}, backend)
    assert spooled.path.read_bytes() == sent
    spooled.discard()
    assert client.get(f"/v1/files/{name}/content").content == sent
    body = {"prompt": "x", "quality": "low", "images": [{"file_id": name}]}
    assert client.post("/v1/images/edits", json=body).status_code == 200
    assert client.get(f"/v1/files/{name}/content").content == sent
    with pytest.raises(NotFound) as refused:
        fetched({"file_id": name}, backend, Caller(id="key_another"))
    assert refused.value.param == "images[0].file_id"
    assert left(backend) == []


@pytest.mark.parametrize(
    ("ref", "code", "param"),
    [
        ({}, "invalid_value", "images[0]"),
        ({"file_id": None, "image_url": None}, "invalid_value", "images[0]"),
        ({"file_id": "x", "image_url": "y"}, "invalid_value", "images[0]"),
        ({"image_url": ["x"]}, "invalid_type", "images[0].image_url"),
        ({"image_url": "data:image/png;base64,%"}, "invalid_base64_image", "images[0].image_url"),
        (
            {"image_url": "data:image/png;base64," + "A" * 21_000_000},
            "image_file_too_large",
            "images[0].image_url",
        ),
        ({"image_url": "http://localhost/x.png"}, "invalid_image_url", "images[0].image_url"),
        ({"image_url": "http://[::ffff:127.0.0.1]/x"}, "invalid_image_url", "images[0].image_url"),
    ],
)
def test_a_reference_that_names_nothing_is_refused_without_a_trace(
    backend: Backend, ref: Mapping[str, Any], code: str, param: str
) -> None:
    with pytest.raises(SfumatoError) as refused:
        fetched(ref, backend)
    assert (refused.value.code, refused.value.param) == (code, param)
    assert left(backend) == []


def test_pictures_are_counted_together() -> None:
    def of(count: int, width: int, height: int) -> list[InputPicture]:
        return [InputPicture(key="k", sha256="s", width=width, height=height)] * count

    check_together(of(16, 1000, 1000), "image")
    check_together(of(2, 10_000, 10_000), "image")
    for many in (of(17, 1, 1), [*of(2, 10_000, 10_000), *of(1, 1, 1)]):
        with pytest.raises(SfumatoError) as refused:
            check_together(many, "image")
        assert refused.value.param == "image"


def test_a_picture_of_the_callers_own_is_known_by_its_file(
    client: TestClient, backend: Backend
) -> None:
    asked = {"prompt": "a pear", "size": "816x816", "quality": "low", "response_format": "url"}
    url = client.post("/v1/images/generations", json=asked).json()["data"][0]["url"]
    file = client.get(url).content
    own = backend.store.pictures.list(LOCAL.id)[0]
    assert own.file_sha256 is not None
    found = backend.store.pictures.find(LOCAL.id, own.file_sha256)
    assert found is not None and found.id == own.id
    assert Image.open(io.BytesIO(file)).size == (816, 816)
    assert backend.store.pictures.find("key_another", own.file_sha256) is None
    bare = backend.store.pictures.find(LOCAL.id, own.sha256)
    assert bare is not None and bare.id == own.id
