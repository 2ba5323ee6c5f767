"""The fields of a generation and of an edit as they come over the wire, typed and nothing more.

Pydantic stays here. Knows types, ranges that hold for every model, and OpenAI's codes for breaking
them; which values a snapshot honours is decided in `params`.
"""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sfumato.api.refusing import unknown_parameter
from sfumato.core import SEED_SPACE
from sfumato.errors import InvalidRequest

EXTENSIONS = ("seed", "memory", "negative_prompt", "response_format")


def _encodable(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"character {error.start} is half of a surrogate pair") from error
    return text


Text = Annotated[str, AfterValidator(_encodable)]


class GenerateRequest(BaseModel):
    """Every field of OpenAI's reference, those that no snapshot here honours included.

    `null` is the same as absent. Nothing is coerced: "1", 1.0 and true are not the integer 1.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    prompt: Text
    model: Text | None = None
    n: Annotated[int, Field(ge=1, le=10)] | None = None
    size: str | None = None
    quality: Literal["auto", "low", "medium", "high", "xhigh", "max", "standard", "hd"] | None = (
        None
    )
    background: Literal["auto", "opaque", "transparent"] | None = None
    output_format: Literal["png", "jpeg", "webp", "gif", "svg"] | None = None
    output_compression: Annotated[int, Field(ge=0, le=100)] | None = None
    moderation: Literal["auto", "low"] | None = None
    stream: bool | None = None
    partial_images: Annotated[int, Field(ge=0, le=3)] | None = None
    safety_identifier: Text | None = None
    user: Text | None = None
    # Fields of other models, known so that the refusal can say whose they are.
    complexity: Literal["low", "medium", "high"] | None = None
    frame_count: Annotated[int, Field(ge=2, le=16)] | None = None
    frame_duration_ms: Annotated[int, Field(ge=20, le=655_350)] | None = None
    svg: dict[str, Any] | None = None
    style: Any = None
    input_fidelity: Any = None
    # Extensions of ours.
    seed: Annotated[int, Field(ge=0, lt=SEED_SPACE)] | None = None
    memory: Literal["on", "off"] | None = None
    negative_prompt: Text | None = None
    response_format: Literal["url", "b64_json"] | None = None


class EditRequest(GenerateRequest):
    """Everything of a generation; the pictures, the mask and the markup are not fields of it."""


def read_generate(body: dict[str, Any], *, strict: bool) -> GenerateRequest:
    """Type the body; InvalidRequest names the first field that is wrong and what is allowed.

    With `strict` the extensions are as unknown as to OpenAI.
    """
    return _read(GenerateRequest, body, strict=strict)


def read_edit(body: dict[str, Any], *, strict: bool) -> EditRequest:
    """`read_generate` for the fields of an edit, without its files."""
    return _read(EditRequest, body, strict=strict)


def edit_fields(*, strict: bool) -> frozenset[str]:
    """The names that `read_edit` knows."""
    return frozenset(EditRequest.model_fields.keys() - (EXTENSIONS if strict else ()))


R = TypeVar("R", bound=GenerateRequest)


def _read(kind: type[R], body: dict[str, Any], *, strict: bool) -> R:
    known = kind.model_fields.keys() - (EXTENSIONS if strict else ())
    for name in body:
        if name not in known:
            raise unknown_parameter(name)
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise _refusal(error) from error


_CODES = {
    "missing": "missing_required_parameter",
    "greater_than_equal": "integer_below_min_value",
    "less_than_equal": "integer_above_max_value",
    "less_than": "integer_above_max_value",
    "literal_error": "invalid_value",
    "value_error": "invalid_value",
}


def _refusal(error: ValidationError) -> InvalidRequest:
    fault = error.errors(include_url=False)[0]
    name, kind = str(fault["loc"][0]), fault["type"]
    if kind == "missing":
        message = f"Missing required parameter: '{name}'."
    else:
        message = f"Invalid value for '{name}': {_shown(fault['input'])}. {fault['msg']}."
    return InvalidRequest(message, param=name, code=_CODES.get(kind, "invalid_type"))


def _shown(value: object) -> str:
    shown = repr(value).encode("utf-8", "replace").decode()
    return shown if len(shown) <= 100 else f"{shown[:100]}…"
