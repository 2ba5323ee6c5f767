"""An error of ours as the `error` of a response. Knows nothing else of a response."""

from typing import Any

from sfumato.errors import (
    ImageUserError,
    InvalidRequest,
    ModerationBlocked,
    NotFound,
    QueueFull,
    SfumatoError,
)

CODES = frozenset(  # OpenAI's own, where an error has one of them already
    {
        "invalid_image",
        "invalid_image_format",
        "invalid_base64_image",
        "invalid_image_url",
        "image_too_large",
        "image_too_small",
        "image_parse_error",
        "image_file_too_large",
        "unsupported_image_media_type",
        "empty_image_file",
        "failed_to_download_image",
        "image_file_not_found",
    }
)
CUT = {
    "code": "server_error",
    "message": "The server stopped before this response was finished. Send the request again.",
}


def response_error(error: SfumatoError) -> dict[str, Any]:
    """`code` is one of those that OpenAI's clients know."""
    told: dict[str, Any] = {"code": _code(error), "message": error.message}
    return told if error.param is None else {**told, "param": error.param}


def is_ours(error: SfumatoError) -> bool:
    """Whether the response failed, rather than one of its pictures for what was asked."""
    return error.status >= 500 or isinstance(error, QueueFull)


def _code(error: SfumatoError) -> str:
    if error.code in CODES:
        return str(error.code)
    match error:
        case ModerationBlocked():
            return "image_content_policy_violation"
        case QueueFull():
            return "rate_limit_exceeded"
        case InvalidRequest() | ImageUserError() | NotFound():
            return "invalid_prompt"
    return "server_error"
