"""Edits that are refused: by name, with the documented code, and with nothing left behind."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.api.edit_requests import (
    PATH,
    REQUEST,
    USER,
    edit,
    edited,
    encoded,
    mask_of,
    photo,
    refusal,
)
from tests.api.shape import error_of
from tests.codec.pictures import bomb_png, polyglot, truncated


@pytest.fixture
def spool(client: TestClient) -> Path:
    root: Path = client.app.state.backend.settings.root  # type: ignore[attr-defined]  # FastAPI's
    return root / "spool"


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({}, "missing_required_parameter", "images"),
        ({"images": None}, "missing_required_parameter", "images"),
        ({"images": {}}, "invalid_type", "images"),
        ({"images": []}, "array_below_min_length", "images"),
        ({"images": [{"file_id": "x"}] * 17}, "array_above_max_length", "images"),
        ({"images": ["x"]}, "invalid_type", "images[0]"),
        ({"images": [{}]}, "invalid_value", "images[0]"),
        ({"images": [{"file_id": "x", "image_url": "y"}]}, "invalid_value", "images[0]"),
        ({"images": [{"file_id": 1}]}, "invalid_type", "images[0].file_id"),
        ({"images": [{"url": "x"}]}, "unknown_parameter", "images[0].url"),
        ({"images": [{"image_url": "data:,x"}]}, "invalid_base64_image", "images[0].image_url"),
        ({"images": [{"image_url": "file:///etc/passwd"}]}, "invalid_image_url", None),
        ({"images": [{"image_url": "http://169.254.169.254/"}]}, "invalid_image_url", None),
        ({"images": [{"file_id": "x"}], "image": "x"}, "unknown_parameter", "image"),
        ({"images": [{"file_id": "x"}], "mask": "x"}, "invalid_type", "mask"),
        ({"images": [{"file_id": "x"}], "n": "2"}, "invalid_type", "n"),
        ({"images": [{"file_id": "x"}], "markup": {}}, "unknown_parameter", "markup"),
        ({"images": [{"file_id": "x"}], "prompt": None}, "invalid_type", "prompt"),
        ({"images": [{"file_id": "x"}], "user": "x" * 500_000}, "string_above_max_length", "user"),
    ],
)
def test_json_that_breaks_a_rule_is_refused_by_name(
    client: TestClient, spool: Path, body: dict[str, Any], code: str, param: str | None
) -> None:
    found = refusal(client.post(PATH, json={"prompt": "x", **body}))
    assert found == (REQUEST, code, "images[0].image_url" if param is None else param)
    assert not spool.exists() or list(spool.iterdir()) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"input_fidelity": "high"}, (REQUEST, "invalid_input_fidelity_model", "input_fidelity")),
        ({"n": "11"}, (REQUEST, "integer_above_max_value", "n")),
        ({"n": "2.0"}, (REQUEST, "invalid_type", "n")),
        ({"stream": "yes"}, (REQUEST, "invalid_type", "stream")),
        ({"partial_images": "1"}, (REQUEST, "invalid_value", "partial_images")),
        ({"negative_prompt": "hats"}, (USER, "invalid_value", "negative_prompt")),
        ({"style": "vivid"}, (REQUEST, "unknown_parameter", "style")),
        ({"prompt": ""}, (REQUEST, "invalid_value", "prompt")),
        ({"prompt": "a" * 32_001}, (REQUEST, "string_above_max_length", "prompt")),
        ({"model": "gpt-image-9"}, None),
        ({"prompt": "graphic gore with severed heads"}, (USER, "moderation_blocked", None)),
    ],
)
def test_a_form_that_breaks_a_rule_is_refused_by_name(
    client: TestClient, spool: Path, fields: dict[str, str], expected: tuple[str, ...] | None
) -> None:
    reply = edit(client, {"image": encoded(photo())}, **fields)
    if expected is None:
        assert refusal(reply, 404) == (REQUEST, "model_not_found", "model")
    else:
        assert reply.status_code == 400
        error = reply.json()["error"]
        assert (error["type"], error["code"], error["param"]) == expected
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (encoded(mask_of((60, 45))), "60x45"),
        (encoded(photo()[..., :3]), "no alpha"),
        (encoded(photo()), "opaque everywhere"),
    ],
    ids=["size", "alpha", "opaque"],
)
def test_a_mask_that_is_none_is_refused(client: TestClient, mask: bytes, said: str) -> None:
    reply = edit(client, {"image": encoded(photo()), "mask": mask})
    assert refusal(reply) == (USER, "invalid_mask_image_format", None)
    assert said in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", ("empty_image_file",)),
        (b"Example data", ("unsupported_file_mimetype",)),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            ("unsupported_file_mimetype",),
        ),
        (b"GIF89a" + bytes(40), ("unsupported_file_mimetype",)),
        (truncated(encoded(photo())), ("invalid_image_file",)),
        (bomb_png(), ("image_too_large",)),
    ],
    ids=["empty", "text", "svg", "gif", "truncated", "bomb"],
)
def test_what_is_no_picture_is_refused_and_named(
    client: TestClient, spool: Path, content: bytes, codes: tuple[str, ...]
) -> None:
    good = encoded(photo())
    reply = edit(client, [("image[]", good), ("image[]", content)])
    error = error_of(reply, 400)
    assert error["code"] in codes
    assert error["param"] in (None, "image", "image[1]")
    assert list(spool.iterdir()) == []


def test_a_polyglot_is_taken_for_its_pixels_alone(client: TestClient) -> None:
    after = edited(client, {"image": polyglot(encoded(photo()))})
    assert after.shape == photo().shape


@pytest.mark.slow  # three pictures of 99 megapixels; `test_input_pictures` counts without them
def test_one_request_has_200_megapixels_at_most(client: TestClient) -> None:
    blank = io.BytesIO()
    Image.new("1", (9_900, 10_000)).save(blank, "PNG")
    files = [("image[]", encoded(photo()))] + [("image[]", blank.getvalue())] * 3
    assert refusal(edit(client, files)) == (REQUEST, "invalid_value", "image[3]")


def test_a_picture_beyond_what_is_edited_needs_a_size(client: TestClient) -> None:
    blank = io.BytesIO()
    Image.new("1", (9_000, 20)).save(blank, "PNG")
    files = {"image": blank.getvalue()}
    assert refusal(edit(client, files)) == (USER, "invalid_value", "size")
    assert edit(client, files, size="1024x1024").status_code == 200


def test_names_of_files_are_neither_paths_nor_repeated(client: TestClient, spool: Path) -> None:
    name = '../../x\r\nset-cookie: a=b\x00".png'
    files = [("image", (name, b"no picture"))]
    reply = client.post(PATH, data={"prompt": "x"}, files=files)
    assert reply.status_code == 400
    assert "set-cookie" not in reply.headers
    assert "set-cookie" not in reply.text and "../" not in reply.text
    assert list(spool.iterdir()) == []


def test_strict_edits_are_openais_alone(strict_client: TestClient) -> None:
    for field, value in (("seed", "1"), ("memory", "off"), ("response_format", "url")):
        reply = edit(strict_client, {"image": encoded(photo())}, **{field: value})
        assert refusal(reply) == (REQUEST, "unknown_parameter", field)
    for made in ("svg", "gif"):
        reply = edit(strict_client, {"image": encoded(photo())}, output_format=made)
        assert refusal(reply) == (USER, "invalid_value", "output_format")
    files = {"image": encoded(photo()), "markup": encoded(mask_of((61, 45)))}
    assert refusal(edit(strict_client, files))[2] == "markup"
    assert edit(strict_client, {"image": encoded(photo())}).status_code == 200
