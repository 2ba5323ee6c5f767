from typing import Any

import pytest

from sfumato.api.schemas import GenerateRequest, edit_fields, read_edit, read_generate
from sfumato.errors import InvalidRequest

INTEGERS = ("n", "output_compression", "partial_images", "frame_count", "frame_duration_ms", "seed")
TEXTS = ("model", "size", "safety_identifier", "user", "negative_prompt")
CHOICES = (
    "quality",
    "background",
    "output_format",
    "moderation",
    "complexity",
    "memory",
    "response_format",
)


def refusal(body: dict[str, Any], *, strict: bool = False) -> tuple[str | None, str | None]:
    with pytest.raises(InvalidRequest) as refused:
        read_generate(body, strict=strict)
    assert refused.value.status == 400
    assert refused.value.type == "invalid_request_error"
    return refused.value.code, refused.value.param


@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("value", ["1", 1.0, True, [1], {"n": 1}])
def test_nothing_is_coerced_to_an_integer(name: str, value: object) -> None:
    assert refusal({"prompt": "x", name: value}) == ("invalid_type", name)


@pytest.mark.parametrize("name", ["prompt", *TEXTS])
@pytest.mark.parametrize("value", [1, True, ["x"], {}])
def test_nothing_is_coerced_to_text(name: str, value: object) -> None:
    assert refusal({"prompt": "x", name: value}) == ("invalid_type", name)


@pytest.mark.parametrize("value", ["true", 1, 0, "false"])
def test_nothing_is_coerced_to_a_boolean(value: object) -> None:
    assert refusal({"prompt": "x", "stream": value}) == ("invalid_type", "stream")


@pytest.mark.parametrize("name", CHOICES)
def test_a_value_that_no_model_has_is_invalid(name: str) -> None:
    assert refusal({"prompt": "x", name: "nonsense"}) == ("invalid_value", name)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("n", 1, 10),
        ("output_compression", 0, 100),
        ("partial_images", 0, 3),
        ("seed", 0, 2**32 - 1),
    ],
)
def test_an_integer_keeps_to_its_range(name: str, least: int, most: int) -> None:
    for fine in (least, most):
        assert getattr(read_generate({"prompt": "x", name: fine}, strict=False), name) == fine
    assert refusal({"prompt": "x", name: least - 1}) == ("integer_below_min_value", name)
    assert refusal({"prompt": "x", name: most + 1}) == ("integer_above_max_value", name)
    assert refusal({"prompt": "x", name: 10**400}) == ("integer_above_max_value", name)


def test_a_prompt_is_required_and_not_null() -> None:
    assert refusal({}) == ("missing_required_parameter", "prompt")
    assert refusal({"prompt": None}) == ("invalid_type", "prompt")


@pytest.mark.parametrize("name", ["images", "width", "Prompt", "", "\ud800", "x" * 5000])
def test_an_unknown_field_is_named(name: str) -> None:
    code, param = refusal({"prompt": "x", name: None})
    assert code == "unknown_parameter"
    assert param is not None and param[:10] == name[:10].replace("\ud800", "?")


def test_strict_mode_does_not_know_our_extensions() -> None:
    for name in ("seed", "memory", "negative_prompt", "response_format"):
        for value in (None, 1, "on", "wrong"):
            found = refusal({"prompt": "x", name: value}, strict=True)
            assert found == ("unknown_parameter", name)
        assert name in edit_fields(strict=False)
        assert name not in edit_fields(strict=True)


def test_an_edit_has_the_fields_of_a_generation_and_no_picture_among_them() -> None:
    assert read_edit({"prompt": "x", "n": 2}, strict=True).n == 2
    for name in ("image", "images", "mask", "markup"):
        with pytest.raises(InvalidRequest) as refused:
            read_edit({"prompt": "x", name: None}, strict=False)
        assert refused.value.code == "unknown_parameter"


def test_half_a_surrogate_pair_is_not_text() -> None:
    for name in ("prompt", "model", "user", "safety_identifier"):
        assert refusal({"prompt": "x", name: "a\ud83c"}) == ("invalid_value", name)


def test_a_refusal_shows_what_was_sent_but_not_all_of_it() -> None:
    with pytest.raises(InvalidRequest, match="'nonsense'") as refused:
        read_generate({"prompt": "x", "quality": "nonsense"}, strict=False)
    assert "low" in refused.value.message
    with pytest.raises(InvalidRequest) as refused:
        read_generate({"prompt": ["y" * 10_000]}, strict=False)
    assert len(refused.value.message) < 300


def test_every_field_of_the_reference_is_known() -> None:
    reference = (
        "prompt model n size quality background output_format output_compression moderation stream"
        " partial_images complexity frame_count frame_duration_ms svg safety_identifier user"
        " response_format style"
    ).split()
    assert set(reference) <= GenerateRequest.model_fields.keys()
