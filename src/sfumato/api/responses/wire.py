"""Reads nested JSON into a typed model, or refuses it by the exact place: `input[0].content[1]`.

Knows no model in particular.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sfumato.errors import InvalidRequest

LONGEST_SHOWN = 100

M = TypeVar("M", bound="Wire")


class Wire(BaseModel):
    """A JSON object: nothing is coerced, nothing unknown passes, `null` is the same as absent."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def read(model: type[M], value: Any, where: str = "") -> M:
    """`value` as `model`; InvalidRequest whose `param` is `where` and the place inside of it."""
    if not isinstance(value, dict):
        raise wrong(where, value, "it must be an object", code="invalid_type")
    for name in value:
        if name not in model.model_fields:
            raise unknown(path(where, [name]))
    try:
        return model.model_validate({k: v for k, v in value.items() if v is not None})
    except ValidationError as error:
        raise _refusal(error, where) from error


def path(where: str, steps: Sequence[int | str]) -> str:
    """`where` and the steps into it, as OpenAI writes places."""
    for step in steps:
        if isinstance(step, int):
            where = f"{where}[{step}]"
        else:
            where = f"{where}.{step}" if where else step
    return where.encode("utf-8", "replace").decode()[:200]


def unknown(where: str) -> InvalidRequest:
    """OpenAI's answer to a field that it does not have."""
    return InvalidRequest(f"Unknown parameter: '{where}'.", param=where, code="unknown_parameter")


def missing(where: str) -> InvalidRequest:
    """OpenAI's answer to a field that has to be there."""
    return InvalidRequest(
        f"Missing required parameter: '{where}'.", param=where, code="missing_required_parameter"
    )


def wrong(
    where: str, value: object, reason: str, *, code: str | None = "invalid_value"
) -> InvalidRequest:
    """A value that has the wrong type or cannot be honoured; `reason` says what can."""
    shown = repr(value).encode("utf-8", "replace").decode()
    shown = shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
    return InvalidRequest(
        f"Invalid value for '{where}': {shown}. {reason[:1].upper()}{reason[1:]}.",
        param=where,
        code=code,
    )


_CODES = {
    "greater_than_equal": "integer_below_min_value",
    "less_than_equal": "integer_above_max_value",
    "literal_error": "invalid_value",
    "value_error": "invalid_value",
    "too_long": "array_above_max_length",
    "string_too_long": "string_above_max_length",
}


def _refusal(error: ValidationError, where: str) -> InvalidRequest:
    fault = error.errors(include_url=False)[0]
    place, kind = path(where, fault["loc"]), fault["type"]
    if kind == "missing":
        return missing(place)
    if kind == "extra_forbidden":
        return unknown(place)
    return wrong(place, fault["input"], fault["msg"], code=_CODES.get(kind, "invalid_type"))
