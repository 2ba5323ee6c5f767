"""POST /v1/images/edits against the fake engine: what stays, what changes, what is left behind."""

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from httpx2 import Response
from numpy.typing import NDArray
from PIL import Image
from starlette.testclient import TestClient

from tests.api.shape import error_of
from tests.codec.pictures import bomb_png, oriented_jpeg, polyglot, truncated

PATH = "/v1/images/edits"
USER = "image_generation_user_error"
REQUEST = "invalid_request_error"
Array = NDArray[np.uint8]


def photo(size: tuple[int, int] = (61, 45), seed: int = 1) -> Array:
    """(H, W, 4) of opaque noise: nothing stays equal by chance."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 4), np.uint8)
    pixels[..., 3] = 255
    return pixels


def encoded(pixels: Array, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    options: dict[str, Any] = {"WEBP": {"lossless": True, "exact": True}}.get(kind, {})
    (image.convert("RGB") if kind == "JPEG" else image).save(buffer, kind, **options)
    return buffer.getvalue()


def mask_of(size: tuple[int, int], soft: bool = False) -> Array:
    """The middle third may change; with `soft` a column of it by half."""
    mask = np.zeros((size[1], size[0], 4), np.uint8)
    mask[..., 3] = 255
    mask[size[1] // 3 : 2 * size[1] // 3, size[0] // 3 : 2 * size[0] // 3, 3] = 0
    if soft:
        mask[:, size[0] // 2, 3] = 128
    return mask


def decoded(data: bytes) -> Array:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


def edit(client: TestClient, files: Any, **fields: str) -> Response:
    data = {"prompt": "a red hat", "quality": "low", **fields}
    given = list(files.items()) if isinstance(files, dict) else files
    parts = [(name, ("../a.png", content)) for name, content in given]
    reply: Response = client.post(PATH, data=data, files=parts)
    return reply


def edited(client: TestClient, files: Any, **fields: str) -> Array:
    reply = edit(client, files, **fields)
    assert reply.status_code == 200, reply.text
    return decoded(base64.b64decode(reply.json()["data"][0]["b64_json"]))


def refusal(reply: Response, status: int = 400) -> tuple[str, str | None, str | None]:
    error = error_of(reply, status)
    return error["type"], error["code"], error["param"]


def url_of(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@pytest.fixture
def spool(client: TestClient) -> Path:
    root: Path = client.app.state.backend.settings.root  # type: ignore[attr-defined]  # FastAPI's
    return root / "spool"


# --- what stays and what changes


@pytest.mark.parametrize("size", [(61, 45), (64, 64), (301, 7), (1, 90)])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
@pytest.mark.parametrize("answer", ["png", "webp"])
def test_outside_the_mask_every_pixel_is_the_inputs(
    client: TestClient, size: tuple[int, int], kind: str, answer: str
) -> None:
    if min(size) < 3:
        mask = np.zeros((size[1], size[0], 4), np.uint8)
        mask[: size[1] // 2, :, 3] = 255
    else:
        mask = mask_of(size)
    sent = encoded(photo(size), kind)
    after = edited(client, {"image": sent, "mask": encoded(mask)}, output_format=answer, prompt="x")
    before, kept = decoded(sent), mask[..., 3] == 255
    assert after.shape == before.shape
    assert np.array_equal(after[kept], before[kept])
    assert (after[~kept] != before[~kept]).any(-1).mean() > 0.9


def test_a_large_photograph_is_answered_at_its_own_size(client: TestClient) -> None:
    size = (4000, 1333)
    tiles = np.kron(photo((250, 84)), np.ones((16, 16, 1), np.uint8))
    sent = encoded(np.ascontiguousarray(tiles[:1333]), "JPEG")
    mask = mask_of(size)
    after = edited(client, {"image": sent, "mask": encoded(mask)}, output_format="webp")
    before, kept = decoded(sent), mask[..., 3] == 255
    assert np.array_equal(after[kept], before[kept])
    assert (after[~kept] != before[~kept]).any(-1).mean() > 0.9


def test_half_clear_is_half_changed(client: TestClient) -> None:
    size = (60, 60)
    mask, sent = mask_of(size, soft=True), photo(size)
    whole = edited(client, {"image": encoded(sent), "mask": encoded(mask_of(size))}, seed="3")
    soft = edited(client, {"image": encoded(sent), "mask": encoded(mask)}, seed="3")
    middle = slice(20, 40), 30
    expected = (sent[middle].astype(float) * 128 + whole[middle].astype(float) * 127) / 255
    assert np.abs(soft[middle] - expected).max() <= 1


def test_a_markup_says_where(client: TestClient) -> None:
    size = (60, 60)
    drawn = np.zeros((60, 60, 4), np.uint8)
    drawn[20:40, 20] = drawn[20:40, 39] = drawn[20, 20:40] = drawn[39, 20:40] = (255, 0, 0, 255)
    after = edited(client, {"image": encoded(photo(size)), "markup": encoded(drawn)})
    changed = (after != photo(size)).any(-1)
    inside = np.zeros((60, 60), bool)
    inside[20:40, 20:40] = True
    assert not changed[~inside].any()
    assert changed[inside].mean() > 0.9


def test_the_camera_s_orientation_counts_before_the_mask_s_size(client: TestClient) -> None:
    sent = oriented_jpeg(6)
    reply = edit(client, {"image": sent})
    width, height = Image.open(io.BytesIO(sent)).size
    assert reply.json()["size"] == f"{height}x{width}"


@pytest.mark.parametrize(
    ("clear", "fields", "background"),
    [
        (False, {}, "opaque"),
        (True, {}, "transparent"),
        (True, {"background": "opaque"}, "opaque"),
        (True, {"output_format": "jpeg"}, "opaque"),
        (False, {"background": "transparent"}, "transparent"),
        (False, {"prompt": "remove the background"}, "transparent"),
        (False, {"prompt": 'write "sticker" on it'}, "opaque"),
    ],
)
def test_the_background_is_the_pictures_own_unless_asked(
    client: TestClient, clear: bool, fields: dict[str, str], background: str
) -> None:
    pixels = photo()
    pixels[:9, :, 3] = 0 if clear else 255
    assert edit(client, {"image": encoded(pixels)}, **fields).json()["background"] == background


def test_a_size_that_is_asked_for_is_made(client: TestClient) -> None:
    files = {"image": encoded(photo()), "mask": encoded(mask_of((61, 45)))}
    assert edited(client, files, size="1024x1024").shape == (1024, 1024, 4)
    assert edit(client, files, size="auto").json()["size"] == "61x45"
    assert refusal(edit(client, files, size="100x100")) == (USER, "invalid_value", "size")


def test_a_picture_of_ours_goes_on_with_its_seed(client: TestClient, tmp_path: Path) -> None:
    asked = {"prompt": "an apple", "size": "816x816", "quality": "low", "seed": 77}
    made = client.post("/v1/images/generations", json=asked).json()["data"][0]["b64_json"]
    file = base64.b64decode(made)
    assert edit(client, {"image": file}).headers["x-sfumato-seed"] == "77"
    assert edit(client, {"image": file}, seed="5").headers["x-sfumato-seed"] == "5"
    bare = encoded(decoded(file))  # saved again by a program that dropped its credentials
    assert edit(client, {"image": bare}).headers["x-sfumato-seed"] != "77"


def test_input_pictures_are_kept_by_their_hash_and_nothing_stays_in_the_spool(
    client: TestClient, spool: Path
) -> None:
    sent = encoded(photo(seed=9))
    edited(client, {"image": sent})
    name = hashlib.sha256(sent).hexdigest()
    assert (spool.parent / "objects" / "inputs" / name[:2] / name).read_bytes() == sent
    assert list(spool.iterdir()) == []


# --- usage, streams, links, formats


def test_usage_counts_what_was_read_once(client: TestClient) -> None:
    files = [("image", encoded(photo((1024, 1024)))), ("image[]", encoded(photo((640, 360))))]
    usage = edit(client, files, n="2", size="1024x1024").json()["usage"]
    assert usage["input_tokens_details"] == {"image_tokens": 1024 + 576, "text_tokens": 3}
    assert usage["output_tokens"] == 2 * 196
    assert usage["total_tokens"] == 1603 + 392


def test_a_stream_has_the_events_of_an_edit_and_counts_inputs_once(client: TestClient) -> None:
    fields = {"stream": "true", "partial_images": "2", "n": "2", "quality": "high"}
    reply = edit(client, {"image": encoded(photo())}, **fields)
    assert reply.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in reply.text.splitlines() if line.startswith("data: ")]
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    kinds = [event["type"].removeprefix("image_edit.") for event in events]
    assert kinds == ["partial_image", "partial_image", "completed"] * 2
    usages = [event["usage"] for event in events if "usage" in event]
    assert [u["input_tokens_details"]["image_tokens"] for u in usages] == [
        usages[0]["input_tokens"] - 3,
        0,
    ]
    assert usages[1]["input_tokens"] == 0


def test_a_link_answers_instead_of_the_picture(client: TestClient) -> None:
    fields = {"response_format": "url"}
    data = edit(client, {"image": encoded(photo())}, **fields).json()["data"]
    assert data[0].keys() == {"url"}
    assert client.get(data[0]["url"]).content[:4] == b"\x89PNG"
    streamed = edit(client, {"image": encoded(photo())}, stream="true", **fields)
    assert refusal(streamed) == (REQUEST, "invalid_value", "response_format")


def test_an_edit_can_be_traced_but_not_animated(client: TestClient) -> None:
    reply = edit(client, {"image": encoded(photo())}, output_format="svg")
    svg = base64.b64decode(reply.json()["data"][0]["b64_json"])
    assert b"<svg" in svg
    animated = edit(client, {"image": encoded(photo())}, output_format="gif")
    assert refusal(animated) == (USER, "invalid_value", "output_format")


# --- JSON


def test_the_json_form_makes_the_same_picture(client: TestClient, spool: Path) -> None:
    sent, mask = encoded(photo((700, 500))), encoded(mask_of((700, 500)))
    assert len(sent) > 400_000  # so that its URL lies on disk while the body is read
    body = {
        "prompt": "a red hat",
        "quality": "low",
        "seed": 4,
        "images": [{"image_url": url_of(sent), "file_id": None}],
        "mask": {"image_url": url_of(mask)},
        "size": None,
    }
    reply = client.post(PATH, json=body)
    assert reply.status_code == 200, reply.text
    by_form = edited(client, {"image": sent, "mask": mask}, seed="4")
    after = decoded(base64.b64decode(reply.json()["data"][0]["b64_json"]))
    assert np.array_equal(after, by_form)
    assert list(spool.iterdir()) == []


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


# --- refusals of the form


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
