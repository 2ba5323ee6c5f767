"""POST and DELETE /v1/sfumato/session: a browser signs in with a key, and out.

The key itself stays out of the browser's storage: a cookie that scripts cannot read stands for it.
Knows nothing about what the session is used for.
"""

import asyncio
from typing import Literal, TypedDict

from fastapi import APIRouter, Request, Response

from sfumato.api.backend import backend_of
from sfumato.api.body import read_object
from sfumato.api.recognition import COOKIE, session_cookie
from sfumato.api.refusing import unknown_parameter
from sfumato.errors import InvalidRequest, Unauthorized
from sfumato.settings import Settings
from sfumato.store.keys import SESSION_SECONDS

router = APIRouter(prefix="/sfumato/session")


class Marks(TypedDict):
    """What a browser may do with the cookie: give it back to this server, and nothing more."""

    httponly: bool
    samesite: Literal["strict"]
    secure: bool
    path: str


@router.post("")
async def sign_in(request: Request) -> Response:
    """204 with the cookie; Unauthorized when the key is none of ours."""
    backend, body = backend_of(request), await read_object(request)
    for name in body.keys() - {"key"}:
        raise unknown_parameter(name)
    secret = body.get("key")
    if not isinstance(secret, str):
        raise InvalidRequest("Give the key as a string in 'key'.", param="key", code="invalid_type")
    key = await asyncio.to_thread(backend.store.keys.find, secret.strip())
    if key is None:
        raise Unauthorized("This key is unknown here, or was revoked.", param="key")
    session = await asyncio.to_thread(backend.store.keys.sign_in, key)
    reply = Response(status_code=204)
    reply.set_cookie(COOKIE, session, max_age=SESSION_SECONDS, **_marks(backend.settings))
    return reply


@router.delete("")
async def sign_out(request: Request) -> Response:
    """204, whether there was a session or not."""
    backend, session = backend_of(request), session_cookie(request.headers)
    if session is not None:
        await asyncio.to_thread(backend.store.keys.sign_out, session)
    reply = Response(status_code=204)
    reply.delete_cookie(COOKIE, **_marks(backend.settings))
    return reply


def _marks(settings: Settings) -> Marks:
    secure = (settings.public_url or "").startswith("https:")
    return {"httponly": True, "samesite": "strict", "secure": secure, "path": "/"}
