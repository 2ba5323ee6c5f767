"""The body of POST /v1/batches, typed and checked. Knows nothing about what the file holds."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sfumato.api.file_request import LONGEST, SHORTEST
from sfumato.api.refusing import unknown_parameter
from sfumato.api.responses.limits import metadata_of
from sfumato.api.schemas import Text
from sfumato.errors import InvalidRequest

GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"
ENDPOINTS = (GENERATIONS, EDITS)
WINDOW = "24h"

_CODES = {
    "missing": "missing_required_parameter",
    "literal_error": "invalid_value",
    "extra_forbidden": "unknown_parameter",
    "greater_than_equal": "integer_below_min_value",
    "less_than_equal": "integer_above_max_value",
    "value_error": "invalid_value",
}


class OutputExpiry(BaseModel):
    """When the output and error files expire, counted from when they were made."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    anchor: Literal["created_at"]
    seconds: Annotated[int, Field(ge=SHORTEST, le=LONGEST)]


class BatchRequest(BaseModel):
    """What OpenAI's clients send; null is the same as absent, nothing is coerced."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    input_file_id: Text
    endpoint: Text
    completion_window: Text
    metadata: Any = None
    output_expires_after: OutputExpiry | None = None

    @property
    def pairs(self) -> dict[str, str] | None:
        """The metadata, None when there is none."""
        return None if self.metadata is None else metadata_of(self.metadata)


def read_batch(body: dict[str, Any]) -> BatchRequest:
    """InvalidRequest names the field that is missing, unknown or wrong, and what is allowed."""
    for name in body:
        if name not in BatchRequest.model_fields:
            raise unknown_parameter(name)
    try:
        asked = BatchRequest.model_validate(body)
    except ValidationError as error:
        raise _refusal(error) from error
    metadata_of(asked.metadata)
    if asked.endpoint not in ENDPOINTS:
        raise _not_allowed("endpoint", asked.endpoint, ENDPOINTS)
    if asked.completion_window != WINDOW:
        raise _not_allowed("completion_window", asked.completion_window, (WINDOW,))
    return asked


def _not_allowed(name: str, given: str, allowed: tuple[str, ...]) -> InvalidRequest:
    return InvalidRequest(
        f"Invalid '{name}': '{given[:100]}'. Allowed here: {', '.join(allowed)}.", param=name
    )


def _refusal(error: ValidationError) -> InvalidRequest:
    fault = error.errors(include_url=False, include_input=False)[0]
    name, kind = ".".join(str(step)[:100] for step in fault["loc"]), fault["type"]
    name = name.encode("utf-8", "replace").decode()
    if kind == "missing":
        message = f"Missing required parameter: '{name}'."
    elif kind == "extra_forbidden":
        message = f"Unknown parameter: '{name}'."
    else:
        message = f"Invalid value for '{name}'. {fault['msg']}."
    return InvalidRequest(message, param=name, code=_CODES.get(kind, "invalid_type"))
