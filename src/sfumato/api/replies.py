"""Error replies in OpenAI's shape, for our errors and for the framework's.

Knows the tree in `errors` and Starlette's exceptions; nothing about requests' contents.
"""

import logging
import uuid

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sfumato.api.base64_json import dump
from sfumato.errors import InvalidRequest, NotFound, ServerError, SfumatoError

log = logging.getLogger(__name__)


class RequestRefused(InvalidRequest):
    """The framework refused it before any of our code was asked (405 and the like)."""

    default_code = None


def new_request_id() -> str:
    """An id for `x-request-id`, as clients show it in their errors."""
    return f"req_{uuid.uuid4().hex}"


def error_reply(error: SfumatoError, status: int | None = None) -> Response:
    """The envelope with the error's own status and retry advice."""
    return Response(
        dump(error.envelope()),
        status_code=status or error.status,
        headers=dict(error.headers),
        media_type="application/json",
    )


def failure_reply(error: Exception) -> Response:
    """A 500 that says nothing of the cause; the log says all of it."""
    log.error("a request failed", exc_info=error)
    return error_reply(ServerError("The server had an error while it processed your request."))


async def on_sfumato_error(request: Request, error: Exception) -> Response:
    """Exception handler for our own tree."""
    assert isinstance(error, SfumatoError)
    if error.status >= 500:
        log.error("%s %s: %s", request.method, request.url.path, error.message)
    return error_reply(error)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Exception handler for the framework's 404, 405 and others."""
    assert isinstance(error, HTTPException)
    where = f"{request.method} {request.url.path}"
    if error.status_code == 404:
        reply = error_reply(NotFound(f"Invalid URL ({where})."))
    elif error.status_code == 405:
        allowed = Headers(error.headers).get("allow", "another method")
        refused = RequestRefused(f"Not allowed: {where}. This address answers to {allowed}.")
        reply = error_reply(refused, 405)
    else:
        reply = error_reply(RequestRefused(f"{error.detail}."), error.status_code)
    reply.headers.update(error.headers or {})
    return reply
