"""The body of POST /v1/moderations, read and typed. Knows no judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sfumato.api.refusing import unknown_parameter
from sfumato.errors import InvalidRequest, ModelNotFound

DEFAULT_MODEL = "omni-moderation-latest"
MODELS = (
    DEFAULT_MODEL,
    "omni-moderation-2024-09-26",
    "text-moderation-latest",
    "text-moderation-stable",
)
FIELDS = ("input", "model")
MOST_TEXTS = 64
MOST_PARTS = 64
LONGEST_TEXT = 32_000  # code points


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What gets one result: a text, a picture's URL, or both. `param` is the picture's field."""

    text: str | None = None
    image_url: str | None = None
    param: str = "input"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationRequest:
    """One matter for a string or a list of parts, one for each string of a list of strings."""

    model: str
    matters: tuple[Matter, ...]


def read_moderation(body: Mapping[str, Any]) -> ModerationRequest:
    """Type the body; InvalidRequest names the first field that is wrong and what is allowed."""
    for name in body:
        if name not in FIELDS:
            raise unknown_parameter(name)
    model = _model(body.get("model"))
    matters = _matters(body.get("input"))
    if model.startswith("text-") and any(m.image_url is not None for m in matters):
        raise InvalidRequest(
            f"'{model}' judges text alone; '{DEFAULT_MODEL}' takes pictures too.", param="input"
        )
    return ModerationRequest(model=model, matters=matters)


def _model(given: Any) -> str:
    if given is None:
        return DEFAULT_MODEL
    if not isinstance(given, str):
        raise _wrong_type("model", "a string")
    if given not in MODELS:
        shown = given.encode("utf-8", "replace").decode()[:100]
        raise ModelNotFound(
            f"The model '{shown}' does not exist here; these moderate: {', '.join(MODELS)}.",
            param="model",
        )
    return given


def _matters(given: Any) -> tuple[Matter, ...]:
    if given is None:
        raise InvalidRequest(
            "Missing required parameter: 'input'.", param="input", code="missing_required_parameter"
        )
    if isinstance(given, str):
        return (Matter(text=_text(given, "input")),)
    if not isinstance(given, list):
        raise _wrong_type("input", "a string, a list of strings or a list of content parts")
    if not given:
        raise InvalidRequest("'input' is empty.", param="input", code="array_below_min_length")
    if isinstance(given[0], str):
        _check_length(given, MOST_TEXTS)
        return tuple(Matter(text=_text(text, f"input[{i}]")) for i, text in enumerate(given))
    _check_length(given, MOST_PARTS)
    return (_together(given),)


def _together(parts: list[Any]) -> Matter:
    """The texts of all parts as one, a line each, and the picture if there is one."""
    texts: list[str] = []
    pictures: list[tuple[str, str]] = []
    for i, part in enumerate(parts):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text":
            texts.append(_text(_only(part, "text", f"input[{i}]"), f"input[{i}].text"))
        elif kind == "image_url":
            pictures.append((_url(part, f"input[{i}]"), f"input[{i}]"))
        else:
            raise InvalidRequest(
                f"'input[{i}]' must have the type 'text' or 'image_url'; strings and parts cannot"
                " stand in one list.",
                param=f"input[{i}]",
                code="invalid_type" if kind is None else "invalid_value",
            )
    if len(pictures) > 1:
        raise InvalidRequest(
            "'input' has more than one picture; one is the most.",
            param=pictures[1][1],
            code="array_above_max_length",
        )
    url, param = pictures[0] if pictures else (None, "input")
    text = _text("\n".join(texts), "input") if texts else None
    return Matter(text=text, image_url=url, param=param)


def _url(part: Mapping[str, Any], param: str) -> str:
    holder = _only(part, "image_url", param)
    if not isinstance(holder, dict):
        raise _wrong_type(f"{param}.image_url", "an object with the member 'url'")
    for name in holder:
        if name != "url":
            raise unknown_parameter(f"{param}.image_url.{name}")
    url = holder.get("url")
    if not isinstance(url, str):
        raise _wrong_type(f"{param}.image_url.url", "a string")
    return url


def _only(part: Mapping[str, Any], member: str, param: str) -> Any:
    """The one member that a part has beside its type."""
    for name in part:
        if name not in ("type", member):
            raise unknown_parameter(f"{param}.{name}")
    if member not in part:
        raise InvalidRequest(
            f"Missing required parameter: '{param}.{member}'.",
            param=f"{param}.{member}",
            code="missing_required_parameter",
        )
    return part[member]


def _text(given: Any, param: str) -> str:
    if not isinstance(given, str):
        raise _wrong_type(param, "a string")
    if len(given) > LONGEST_TEXT:
        raise InvalidRequest(
            f"'{param}' has {len(given):,} characters; {LONGEST_TEXT:,} are the most.",
            param=param,
            code="string_above_max_length",
        )
    return given


def _check_length(given: list[Any], most: int) -> None:
    if len(given) > most:
        raise InvalidRequest(
            f"'input' has {len(given):,} entries; {most} are the most.",
            param="input",
            code="array_above_max_length",
        )


def _wrong_type(param: str, wanted: str) -> InvalidRequest:
    return InvalidRequest(f"'{param}' must be {wanted}.", param=param, code="invalid_type")
