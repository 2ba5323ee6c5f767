"""Every error a caller can meet, each with its HTTP status and OpenAI `type`, `code`, `param`.

SfumatoError
├── InvalidRequest        400  invalid_request_error   the body, a field or a header is wrong
│   ├── MalformedBody     400  not a JSON object, so there is no field to name
│   ├── BodyTooLarge      413
│   ├── TooSlow           408  the body stalls, or takes too long in all
│   ├── Forbidden         403  hostile Host or Origin
│   ├── Unauthorized      401  invalid_api_key
│   └── Conflict          409  not retryable: the same request will conflict again
├── ImageUserError        400  image_generation_user_error   the model cannot honour a value
│   └── ModerationBlocked 400  moderation_blocked
├── NotFound              404
│   └── ModelNotFound     404  model_not_found
├── QueueFull             429  rate_limit_exceeded, Retry-After
│   └── RateLimited       429  a budget of the key is spent
└── ServerError           500  server_error
    ├── WorkerCrashed     500  retryable
    ├── StorageFull       500  not retryable
    └── SnapshotDamaged   500  not retryable
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

LONGEST_RETRY = 120  # seconds; OpenAI's clients obey up to this


class SfumatoError(Exception):
    """Base of the tree. `message` says what was asked, what is allowed and what to do."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "server_error"
    default_code: ClassVar[str | None] = None
    should_retry: ClassVar[bool | None] = None

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code if code is not None else self.default_code

    @property
    def headers(self) -> Mapping[str, str]:
        """Extra response headers: retry advice where the error knows better than the client."""
        if self.should_retry is None:
            return {}
        return {"x-should-retry": "true" if self.should_retry else "false"}

    def envelope(self) -> dict[str, Any]:
        """OpenAI's error object: message, type, param and code, always all four."""
        return {
            "error": {
                "message": self.message,
                "type": self.type,
                "param": self.param,
                "code": self.code,
            }
        }


class InvalidRequest(SfumatoError):
    status = 400
    type = "invalid_request_error"
    default_code: ClassVar[str | None] = "invalid_value"


class MalformedBody(InvalidRequest):
    default_code = None


class BodyTooLarge(InvalidRequest):
    status = 413
    default_code = None


class TooSlow(InvalidRequest):
    """What is left of the body is not waited for, so the connection ends with the answer."""

    status = 408
    default_code = None

    @property
    def headers(self) -> Mapping[str, str]:
        return {"connection": "close"}


class Forbidden(InvalidRequest):
    status = 403
    default_code = None


class Unauthorized(InvalidRequest):
    status = 401
    default_code = "invalid_api_key"

    @property
    def headers(self) -> Mapping[str, str]:
        return {"www-authenticate": "Bearer"}


class Conflict(InvalidRequest):
    status = 409
    default_code = None
    should_retry = False


class ImageUserError(SfumatoError):
    status = 400
    type = "image_generation_user_error"
    default_code = "invalid_value"


class ModerationBlocked(ImageUserError):
    """`stage` is what was refused, "input" or "output"; `categories` are OpenAI's."""

    default_code = "moderation_blocked"

    def __init__(
        self, message: str, *, stage: str = "input", categories: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.stage = stage
        self.categories = tuple(categories)

    def envelope(self) -> dict[str, Any]:
        told = SfumatoError.envelope(self)
        if self.categories:
            details = {"moderation_stage": self.stage, "categories": list(self.categories)}
            told["error"]["moderation_details"] = details
        return told


class NotFound(SfumatoError):
    status = 404
    type = "invalid_request_error"


class ModelNotFound(NotFound):
    default_code = "model_not_found"


class QueueFull(SfumatoError):
    """`retry_after` is in seconds, `LONGEST_RETRY` at most: a client told more gives up."""

    status = 429
    type = "rate_limit_exceeded"
    default_code = "rate_limit_exceeded"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = min(retry_after, LONGEST_RETRY)

    @property
    def headers(self) -> Mapping[str, str]:
        return {
            "retry-after": str(self.retry_after),
            "retry-after-ms": str(1000 * self.retry_after),
        }


class RateLimited(QueueFull):
    """`kind` is what ran out, "requests" or "tokens"; no `retry_after`: it would never succeed."""

    def __init__(self, message: str, *, retry_after: int | None, kind: str) -> None:
        super().__init__(message, retry_after=retry_after or LONGEST_RETRY)
        self.kind = kind
        self.hopeless = retry_after is None

    @property
    def headers(self) -> Mapping[str, str]:
        return {"x-should-retry": "false"} if self.hopeless else super().headers

    def envelope(self) -> dict[str, Any]:
        told = SfumatoError.envelope(self)
        told["error"]["type"] = self.kind
        return told


class ServerError(SfumatoError):
    default_code = "server_error"


class WorkerCrashed(ServerError):
    should_retry = True


class StorageFull(ServerError):
    should_retry = False


class SnapshotDamaged(ServerError):
    should_retry = False
