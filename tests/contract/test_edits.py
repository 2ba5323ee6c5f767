"""POST /v1/images/edits as forms: every way in which the clients send pictures, field by field."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.contract.asking import (
    FOUR,
    REQUEST,
    TWO,
    USER,
    alphas,
    decoded,
    error_of,
    first,
    picture,
    value_of,
    wire,
    wire_json,
)
from tests.contract.clients import Client
from tests.contract.conftest import Fields
from tests.contract.drawing import SIZE, Drawings, sent
from tests.contract.running import Running

ROUTE = "POST /v1/images/edits"
EDIT: dict[str, Any] = {"model": "gpt-image-2", "prompt": "a red hat", "quality": "low"}


@pytest.fixture
def photo(drawings: Drawings) -> dict[str, Any]:
    return sent(drawings.photo())


def pixels(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("RGB"))


@wire("W-401", "W-402")
@FOUR
@pytest.mark.parametrize("how", ["stream", "bytes", "path"])
def test_a_picture_is_edited_at_its_own_size(
    client: Client, fields: Fields, drawings: Drawings, how: str
) -> None:
    answer = client.call("images.edit", image=sent(drawings.photo(), how), **EDIT)
    value = value_of(answer)
    assert value["size"] == "96x64"
    changed = pixels(first(answer)) != pixels(Image.open(drawings.photo()))
    assert changed.any() and not changed.all()
    fields.honoured(ROUTE, "image", "the pictures to work with; the first one changes")


@wire("W-403")
@FOUR
def test_usage_counts_the_pictures_that_were_read(
    client: Client, photo: Any, drawings: Drawings
) -> None:
    one = value_of(client.call("images.edit", image=photo, **EDIT))["usage"]
    two = value_of(
        client.call("images.edit", image=[photo, sent(drawings.photo("b.png", 1))], **EDIT)
    )["usage"]
    details = one["input_tokens_details"]
    assert details["text_tokens"] == 3
    assert details["image_tokens"] == 6 * 4  # 96x64 is enlarged by two: 32-pixel patches
    assert two["input_tokens_details"]["image_tokens"] == 2 * details["image_tokens"]
    assert one["input_tokens"] == sum(details.values())


@wire("W-404")
@FOUR
@pytest.mark.parametrize("count", [1, 2, 16])
def test_up_to_sixteen_pictures_are_read(client: Client, drawings: Drawings, count: int) -> None:
    files = [sent(drawings.photo(f"{i}.png", i)) for i in range(count)]
    usage = value_of(client.call("images.edit", image=files, **EDIT))["usage"]
    assert usage["input_tokens_details"]["image_tokens"] == 24 * count


@wire("W-404")
def test_seventeen_pictures_are_too_many(
    client: Client, fields: Fields, drawings: Drawings
) -> None:
    files = [sent(drawings.photo("same.png"))] * 17
    answer = client.call("images.edit", image=files, **EDIT)
    assert error_of(answer, "BadRequestError") == (REQUEST, "array_above_max_length", "image")
    fields.refused(ROUTE, "image", "17 files", answer)


@wire("W-405")
@FOUR
@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("photo.png", "application/octet-stream"),
        ("photo.webp", "image/png"),
        ("photo.bin", "text/plain"),
    ],
)
def test_bytes_tell_the_type_and_not_what_the_part_says(
    client: Client, drawings: Drawings, name: str, declared: str
) -> None:
    path = drawings.photo("photo.webp" if name.endswith("webp") else "photo.png")
    image = sent(path, "named", name=name, type=declared)
    assert value_of(client.call("images.edit", image=image, **EDIT))["size"] == "96x64"


@wire("W-405")
@FOUR
@pytest.mark.parametrize("name", ["photo.jpg", "photo.webp", "photo.png"])
def test_png_jpeg_and_webp_are_read(client: Client, drawings: Drawings, name: str) -> None:
    answer = client.call("images.edit", image=sent(drawings.photo(name)), **EDIT)
    assert first(answer).size == SIZE


@wire("W-406")
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Example data", (REQUEST, "unsupported_file_mimetype")),
        (b"GIF89a" + bytes(50), (REQUEST, "unsupported_file_mimetype")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", (REQUEST, "unsupported_file_mimetype")),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), (USER, "invalid_image_file")),
        (b"", (REQUEST, "empty_image_file")),
    ],
    ids=["text", "gif", "svg", "broken", "empty"],
)
def test_what_is_no_picture_is_refused(
    client: Client,
    fields: Fields,
    drawings: Drawings,
    data: bytes,
    expected: tuple[str, str],
) -> None:
    answer = client.call("images.edit", image=sent(drawings.text(data=data)), **EDIT)
    assert error_of(answer, "BadRequestError") == (*expected, "image")
    fields.refused(ROUTE, "image", "no picture", answer)


@wire("W-406")
def test_the_refusal_says_which_of_several_pictures_it_is(
    client: Client, drawings: Drawings, photo: Any
) -> None:
    files = [photo, sent(drawings.text())]
    answer = client.call("images.edit", image=files, **EDIT)
    expected = (REQUEST, "unsupported_file_mimetype", "image[1]")
    assert error_of(answer, "BadRequestError") == expected


@wire("W-407")
@FOUR
@pytest.mark.parametrize("name", ["photo.png", "photo.webp", "photo.jpg"])
def test_outside_the_mask_every_pixel_stays(
    client: Client, fields: Fields, drawings: Drawings, name: str
) -> None:
    path = drawings.photo(name)
    answer = client.call("images.edit", image=sent(path), mask=sent(drawings.mask()), **EDIT)
    assert drawings.changed_only_in_the_hole(path, first(answer))
    fields.honoured(ROUTE, "mask", "only where it is transparent may a pixel change")


@wire("W-408")
@pytest.mark.parametrize("kind", ["wrong size", "no alpha", "opaque"])
def test_a_mask_that_cannot_be_one_is_refused(
    client: Client, fields: Fields, drawings: Drawings, photo: Any, kind: str
) -> None:
    masks = {
        "wrong size": drawings.mask("large.png", (128, 64)),
        "no alpha": drawings.photo("flat.png", 3),
        "opaque": drawings.opaque(),
    }
    answer = client.call("images.edit", image=photo, mask=sent(masks[kind]), **EDIT)
    assert error_of(answer, "BadRequestError")[:2] == (USER, "invalid_mask_image_format")
    fields.refused(ROUTE, "mask", kind, answer)


@wire("W-409")
@FOUR
def test_size_is_the_size_of_the_result(client: Client, fields: Fields, photo: Any) -> None:
    answer = client.call("images.edit", image=photo, size="1008x672", **EDIT)
    assert first(answer).size == (1008, 672)
    fields.honoured(ROUTE, "size", "the size of the result; `auto`: the first picture's own")


@wire("W-410")
@FOUR
def test_n_is_that_many_different_edits(client: Client, fields: Fields, photo: Any) -> None:
    value = value_of(client.call("images.edit", image=photo, n=3, **EDIT))
    assert len({one["b64_json"] for one in value["data"]}) == 3
    fields.honoured(ROUTE, "n", "that many different pictures; output tokens times n")


@wire("W-410")
@FOUR
@pytest.mark.parametrize(("quality", "steps"), [("low", 4), ("high", 12)])
def test_quality_changes_the_work_of_an_edit(
    client: Client, server: Running, fields: Fields, photo: Any, quality: str, steps: int
) -> None:
    before = len(server.all_steps())
    value_of(client.call("images.edit", image=photo, **{**EDIT, "quality": quality}))
    assert len(server.all_steps()) - before == steps
    fields.honoured(ROUTE, "quality", "the steps that are computed, and the tokens")


@wire("W-410")
@FOUR
def test_the_other_fields_of_a_generation_work_here(
    client: Client, fields: Fields, photo: Any
) -> None:
    more = {"output_format": "webp", "output_compression": 100, "background": "opaque"}
    answer = client.call("images.edit", image=photo, user="u_1", **more, **EDIT)
    value = value_of(answer)
    assert b"VP8L" in decoded(value["data"][0]["b64_json"])
    assert (value["background"], value["safety_identifier"]) == ("opaque", "u_1")
    assert b"a red hat" in decoded(value["data"][0]["b64_json"])
    fields.honoured(ROUTE, "output_format", "`png`, `jpeg`, `webp`: the file's format")
    fields.honoured(ROUTE, "output_compression", "what a JPEG or WebP file may lose")
    fields.honoured(ROUTE, "user", "is echoed as `safety_identifier`")
    fields.honoured(ROUTE, "prompt", "what is to change")


@wire("W-410")
@FOUR
def test_an_edit_names_its_snapshot_and_echoes_the_safety_identifier(
    client: Client, fields: Fields, photo: Any
) -> None:
    value = value_of(client.call("images.edit", image=photo, safety_identifier="u_2", **EDIT))
    assert value["safety_identifier"] == "u_2"
    assert b"gpt-image-2-2026-01-01" in decoded(value["data"][0]["b64_json"])
    fields.honoured(ROUTE, "safety_identifier", "is echoed")
    fields.honoured(ROUTE, "model", "chooses the snapshot, which the file names")


@wire("W-411")
@FOUR
def test_a_transparent_edit_has_alpha(client: Client, fields: Fields, drawings: Drawings) -> None:
    image = sent(drawings.mask("clear.png"))
    value = value_of(client.call("images.edit", image=image, background="transparent", **EDIT))
    assert value["background"] == "transparent"
    assert len(alphas(picture(value["data"][0]["b64_json"]))) > 1
    fields.honoured(ROUTE, "background", "`transparent`: real alpha in PNG and WebP")


@wire("W-411")
@FOUR
def test_an_automatic_background_is_the_pictures_own(
    client: Client, photo: Any, drawings: Drawings
) -> None:
    for image, background in ((photo, "opaque"), (sent(drawings.mask()), "transparent")):
        value = value_of(client.call("images.edit", image=image, **EDIT))
        assert value["background"] == background


@wire("W-402")
@FOUR
def test_the_cameras_orientation_counts(client: Client, drawings: Drawings) -> None:
    turned = sent(drawings.turned())
    assert value_of(client.call("images.edit", image=turned, **EDIT))["size"] == "64x96"


@wire("W-412")
@FOUR
def test_a_stream_of_an_edit_has_names_of_its_own(
    client: Client, fields: Fields, photo: Any
) -> None:
    more = {"stream": True, "partial_images": 2}
    events = value_of(client.call("images.edit", image=photo, **more, **EDIT))
    partial, completed = "image_edit.partial_image", "image_edit.completed"
    assert [event["type"] for event in events] == [partial, partial, completed]
    assert [event["partial_image_index"] for event in events[:2]] == [0, 1]
    assert events[-1]["usage"]["input_tokens_details"] == {"text_tokens": 3, "image_tokens": 24}
    fields.honoured(ROUTE, "stream", "server-sent events instead of one answer")
    fields.honoured(ROUTE, "partial_images", "that many partial images first; 100 tokens each")


@wire("W-413")
@FOUR
def test_moderation_of_an_edit(client: Client, fields: Fields, photo: Any) -> None:
    nude = {**EDIT, "image": photo, "prompt": "a nude woman"}
    answer = client.call("images.edit", **nude)
    assert error_of(answer, "BadRequestError") == (USER, "moderation_blocked", None)
    value_of(client.call("images.edit", **nude, moderation="low"))
    fields.honoured(ROUTE, "moderation", "`low` lets through what `auto` refuses")


@wire("W-414")
@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("input_fidelity", "high", (REQUEST, "invalid_input_fidelity_model")),
        ("style", "vivid", (REQUEST, "unknown_parameter")),
        ("complexity", "low", (USER, "invalid_value")),
        ("output_format", "gif", (USER, "invalid_value")),
        ("frame_count", 4, (USER, "invalid_value")),
        ("frame_duration_ms", 100, (USER, "invalid_value")),
        ("svg", {"model": "x"}, (USER, "invalid_value")),
        ("quality", "max", (USER, "invalid_value")),
        ("background", "blue", (REQUEST, "invalid_value")),
        ("n", 11, (REQUEST, "integer_above_max_value")),
        ("n", "two", (REQUEST, "invalid_type")),
        ("size", "100x100", (USER, "invalid_value")),
        ("output_compression", 50, (REQUEST, "invalid_value")),
        ("partial_images", 1, (REQUEST, "invalid_value")),
        ("stream", "yes", (REQUEST, "invalid_type")),
        ("moderation", "off", (REQUEST, "invalid_value")),
        ("strength", "0.5", (REQUEST, "unknown_parameter")),
    ],
)
def test_what_an_edit_cannot_honour_is_refused_by_name(
    client: Client, fields: Fields, photo: Any, name: str, value: Any, expected: tuple[str, str]
) -> None:
    answer = client.call("images.edit", image=photo, **{**EDIT, name: value})
    assert error_of(answer, "BadRequestError") == (*expected, name)
    if name != "strength":
        fields.refused(ROUTE, name, wire_json(value), answer)


@wire("W-415")
def test_a_picture_and_a_prompt_are_required(client: Client, fields: Fields, photo: Any) -> None:
    answer = client.call("images.edit", image=photo, model="gpt-image-2")
    assert error_of(answer, "BadRequestError") == (REQUEST, "missing_required_parameter", "prompt")
    fields.refused(ROUTE, "prompt", "absent", answer)


@wire("W-416")
@TWO
def test_an_unknown_model_is_not_found(client: Client, fields: Fields, photo: Any) -> None:
    answer = client.call("images.edit", image=photo, **{**EDIT, "model": "dall-e-2"})
    assert error_of(answer, "NotFoundError") == (REQUEST, "model_not_found", "model")
    fields.refused(ROUTE, "model", "unknown", answer)
