"""POST /v1/images/edits against the fake engine: what stays, what changes, what is left behind."""

import base64
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.api.edit_requests import (
    PATH,
    REQUEST,
    USER,
    decoded,
    edit,
    edited,
    encoded,
    mask_of,
    photo,
    refusal,
    url_of,
)
from tests.codec.pictures import oriented_jpeg


@pytest.fixture
def spool(client: TestClient) -> Path:
    root: Path = client.app.state.backend.settings.root  # type: ignore[attr-defined]  # FastAPI's
    return root / "spool"


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


@pytest.mark.wire("W-407")
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
