"""What a file says about its making, and when we believe it."""

import io
import json
import re
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import c2pa  # type: ignore[import-untyped]  # it ships no types
import numpy as np
import pytest
from PIL import Image

from sfumato.codec.animation import encode_gif
from sfumato.codec.credentials import Credentials, open_credentials
from sfumato.codec.encode import encode
from sfumato.codec.finish import finish, finish_preview
from sfumato.codec.provenance import read_recipe
from sfumato.core import EncodedImage, OutputFormat, Preview
from sfumato.errors import InvalidRequest
from tests.codec.pictures import DIGEST, SNAPSHOT, params, picture, pixels

STILLS = ["png", "jpeg", "webp"]
FORMATS = [*STILLS, "gif", "svg"]


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return open_credentials(tmp_path_factory.mktemp("home"))


def _finish(credentials: Credentials, **changes: object) -> EncodedImage:
    return finish(picture(), params(**changes), SNAPSHOT, DIGEST, credentials, 0)


def _manifest(data: bytes) -> dict[str, Any]:
    """The active manifest as a reader with no anchor of ours sees it."""
    with c2pa.Reader(io.BytesIO(data)) as reader:
        report = json.loads(reader.json())
    assert report["validation_state"] == "Valid"  # unbroken, and not trusted by a stranger
    manifest: dict[str, Any] = report["manifests"][report["active_manifest"]]
    return manifest


def _actions(data: bytes) -> list[dict[str, Any]]:
    found = {a["label"]: a["data"] for a in _manifest(data)["assertions"]}
    actions: list[dict[str, Any]] = found["c2pa.actions.v2"]["actions"]
    return actions


@pytest.mark.parametrize("output_format", FORMATS)
def test_the_recipe_in_a_file_is_the_reported_one_and_ours(
    credentials: Credentials, output_format: str
) -> None:
    image = _finish(credentials, output_format=output_format)
    assert read_recipe(image.data, credentials) == (image.recipe, True)


@pytest.mark.parametrize("output_format", STILLS)
def test_stamping_leaves_the_pixels_alone(credentials: Credentials, output_format: str) -> None:
    image = _finish(credentials, output_format=output_format, output_compression=90)
    plain = encode(pixels(), image.output_format, 90)
    with Image.open(io.BytesIO(image.data)) as ours, Image.open(io.BytesIO(plain)) as theirs:
        assert np.array_equal(np.asarray(ours), np.asarray(theirs))


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_file_signed_by_another_home_is_only_a_hint(
    credentials: Credentials, output_format: str, tmp_path: Path
) -> None:
    image = _finish(credentials, output_format=output_format)
    recipe, signed_by_us = read_recipe(image.data, open_credentials(tmp_path))
    assert recipe == image.recipe
    assert not signed_by_us


@pytest.mark.parametrize("output_format", STILLS)
def test_a_changed_recipe_is_only_a_hint(credentials: Credentials, output_format: str) -> None:
    image = _finish(credentials, output_format=output_format)
    changed = image.data.replace(b"a red apple and", b"a bad apple and")
    assert changed != image.data
    recipe, signed_by_us = read_recipe(changed, credentials)
    assert recipe["prompt"].startswith("a bad apple")
    assert not signed_by_us


@pytest.mark.parametrize("output_format", ["jpeg", "webp", "gif", "svg"])
def test_a_changed_pixel_makes_the_recipe_only_a_hint(
    credentials: Credentials, output_format: OutputFormat
) -> None:
    plain = encode(pixels(), output_format, 90)
    data = _finish(credentials, output_format=output_format, output_compression=90).data
    tail = plain[-64:-32]  # compressed pixels, or the numbers of a path
    assert data.count(tail) == 1
    changed = data.replace(tail, tail[:-1] + bytes([tail[-1] ^ 1]))
    assert not read_recipe(changed, credentials)[1]


@pytest.mark.parametrize("transparent", [False, True])
def test_stamping_leaves_the_frames_of_a_gif_alone(
    credentials: Credentials, transparent: bool
) -> None:
    frames = tuple(np.roll(pixels(transparent=True), 9 * i, axis=1) for i in range(3))
    asked = params(
        output_format="gif", background="transparent" if transparent else "opaque", frame_ms=120
    )
    image = finish(replace(picture(), frames=frames), asked, SNAPSHOT, DIGEST, credentials, 0)
    plain = encode_gif(frames, 120, transparent=transparent)
    with Image.open(io.BytesIO(image.data)) as ours, Image.open(io.BytesIO(plain)) as theirs:
        for index in range(3):
            ours.seek(index)
            theirs.seek(index)
            assert ours.info["duration"] == theirs.info["duration"] == 120
            assert ours.convert("RGBA").tobytes() == theirs.convert("RGBA").tobytes()


def test_stamping_leaves_the_paths_of_an_svg_alone(credentials: Credentials) -> None:
    data = _finish(credentials, output_format="svg").data
    ours, theirs = (
        ElementTree.fromstring(svg).findall("{http://www.w3.org/2000/svg}path")
        for svg in (data, encode(pixels(), "svg", 100))
    )
    assert [part.attrib for part in ours] == [part.attrib for part in theirs]
    assert not re.search(rb"href|url\(|<script|<image|<use", data)


def test_a_recipe_moved_to_another_picture_is_only_a_hint(credentials: Credentials) -> None:
    ours = _finish(credentials).data
    at = ours.index(b"caBX") - 4
    length = int.from_bytes(ours[at : at + 4], "big") + 12
    other = encode(pixels()[::-1], "png", 100)
    moved = other[:33] + ours[at : at + length] + other[33:]
    recipe, signed_by_us = read_recipe(moved, credentials)
    assert recipe["seed"] == 7
    assert not signed_by_us


def test_a_file_saved_again_says_that_its_credentials_are_gone(credentials: Credentials) -> None:
    with pytest.raises(InvalidRequest, match="no content credentials"):
        read_recipe(encode(pixels(), "png", 100), credentials)


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"hello" * 100, b"RIFF\xff\xff\xff\xff"]
)
def test_bytes_that_are_no_picture_are_an_invalid_request(
    credentials: Credentials, data: bytes
) -> None:
    with pytest.raises(InvalidRequest):
        read_recipe(data, credentials)


def test_every_cut_of_a_file_is_an_invalid_request_or_a_hint(credentials: Credentials) -> None:
    data = _finish(credentials).data
    for end in range(0, len(data), 397):
        try:
            signed_by_us = read_recipe(data[:end], credentials)[1]
        except InvalidRequest:
            continue
        assert not signed_by_us


def test_a_picture_with_assets_is_a_composite_that_credits_them(credentials: Credentials) -> None:
    data = _finish(credentials).data
    created, placed = _actions(data)
    assert created["action"] == "c2pa.created"
    assert created["digitalSourceType"].endswith("/compositeWithTrainedAlgorithmicMedia")
    assert created["softwareAgent"] == {"name": "Sfumato", "version": SNAPSHOT}
    assert placed["action"] == "c2pa.placed"
    (ingredient,) = _manifest(data)["ingredients"]
    assert (ingredient["title"], ingredient["description"]) == ("red apple", "Fluent Emoji, MIT")


def test_a_picture_without_assets_is_trained_algorithmic_media(credentials: Credentials) -> None:
    image = finish(picture(assets=()), params(), SNAPSHOT, DIGEST, credentials, 0)
    (created,) = _actions(image.data)
    assert created["digitalSourceType"].endswith("/trainedAlgorithmicMedia")


def test_a_partial_image_is_marked_and_has_no_recipe(credentials: Credentials) -> None:
    preview = Preview(step=2, steps=8, pixels=pixels())
    partial = finish_preview(preview, params(memory="off"), credentials, 0, 1)
    (created,) = _actions(partial.data)
    assert created["digitalSourceType"].endswith("/trainedAlgorithmicMedia")
    found = {a["label"]: a["data"] for a in _manifest(partial.data)["assertions"]}
    assert found["app.sfumato.partial"] == {"partial_image_index": 1, "step": 2, "steps": 8}
    with pytest.raises(InvalidRequest, match="partial image"):
        read_recipe(partial.data, credentials)


def test_signing_and_reading_open_no_socket(
    credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert read_recipe(_finish(credentials).data, credentials)[1]
