"""What edits have beyond OpenAI's wire for this model: there by default, refused in strict mode."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.contract.asking import (
    REQUEST,
    USER,
    error_of,
    first,
    value_of,
    wire,
)
from tests.contract.clients import SPEAKERS, Client
from tests.contract.conftest import Fields
from tests.contract.drawing import Drawings, sent

ROUTE = "POST /v1/images/edits"
# The old Python client has no argument for it, and a file cannot travel in its extra body.
KNOW_MARKUP = pytest.mark.speakers("python-newest", "node-newest", "node-a-year-ago")
EDIT: dict[str, Any] = {"model": "gpt-image-2", "prompt": "a red hat", "quality": "low"}


@pytest.fixture
def photo(drawings: Drawings) -> dict[str, Any]:
    return sent(drawings.photo())


def pixels(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("RGB"))


@wire("W-417")
@pytest.mark.speakers(*SPEAKERS)
def test_an_edit_with_extensions(client: Client, fields: Fields, photo: Any) -> None:
    asked: dict[str, Any] = {**EDIT, "image": photo, "seed": 7}
    again = [pixels(first(client.call("images.edit", **asked))) for _ in range(2)]
    assert (again[0] == again[1]).all()
    for name, value in (("seed", 8), ("memory", "off")):
        other = pixels(first(client.call("images.edit", **{**asked, name: value})))
        assert (other != again[0]).any()
        fields.honoured(ROUTE, name, "changes the picture")
    (entry,) = value_of(client.call("images.edit", **asked, response_format="url"))["data"]
    assert entry.keys() == {"url"}
    fields.honoured(ROUTE, "response_format", "`url`: signed links, good for an hour")


@wire("W-417")
@pytest.mark.speakers(*SPEAKERS)
def test_an_edit_has_no_negative_prompt(client: Client, fields: Fields, photo: Any) -> None:
    answer = client.call("images.edit", image=photo, negative_prompt="a leaf", **EDIT)
    assert error_of(answer, "BadRequestError") == (USER, "invalid_value", "negative_prompt")
    fields.refused(ROUTE, "negative_prompt", "any", answer)


@wire("W-952")
@pytest.mark.speakers(*(f"{name}-strict" for name in SPEAKERS))
@pytest.mark.parametrize(
    ("name", "value"),
    [("seed", 1), ("memory", "on"), ("negative_prompt", "x"), ("response_format", "url")],
)
def test_strict_edits_know_no_extension(
    client: Client, fields: Fields, photo: Any, name: str, value: Any
) -> None:
    answer = client.call("images.edit", image=photo, **EDIT, **{name: value})
    assert error_of(answer, "BadRequestError") == (REQUEST, "unknown_parameter", name)
    fields.refused(ROUTE, name, "any", answer)


@wire("W-418")
@KNOW_MARKUP
def test_a_markup_says_where_to_change_the_picture(
    client: Client, fields: Fields, drawings: Drawings
) -> None:
    path = drawings.photo()
    more = {"markup": sent(drawings.markup()), "image": sent(path)}
    edited = first(client.call("images.edit", **more, **EDIT))
    assert drawings.changed_only_in_the_hole(path, edited)
    fields.honoured(ROUTE, "markup", "changes only what is drawn over, or enclosed")


@wire("W-418")
@KNOW_MARKUP
def test_a_markup_excludes_a_mask(
    client: Client, fields: Fields, drawings: Drawings, photo: Any
) -> None:
    more = {"markup": sent(drawings.markup()), "mask": sent(drawings.mask())}
    answer = client.call("images.edit", image=photo, **more, **EDIT)
    assert error_of(answer, "BadRequestError") == (REQUEST, "invalid_value", "markup")
    fields.refused(ROUTE, "markup", "with a mask", answer)


@wire("W-952")
@pytest.mark.speakers("python-newest-strict", "node-newest-strict", "node-a-year-ago-strict")
def test_strict_edits_know_no_markup(
    client: Client, fields: Fields, drawings: Drawings, photo: Any
) -> None:
    answer = client.call("images.edit", image=photo, markup=sent(drawings.markup()), **EDIT)
    assert error_of(answer, "BadRequestError") == (USER, "invalid_value", "markup")
    fields.refused(ROUTE, "markup", "any", answer)
