"""The second hop: which caller a request's key or session stands for, and whether one may ask now.

A refusal costs a look-up: nothing of the body is read. Knows nothing about what is asked.
"""

import asyncio
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sfumato.api.caller import LOCAL, SCOPE, Caller
from sfumato.api.limits import Limits
from sfumato.api.replies import error_reply
from sfumato.errors import SfumatoError, Unauthorized
from sfumato.store.keys import Key, Keys, is_ours

COOKIE = "sfumato-session"
FREE = frozenset({"/", "/healthz", "/readyz", "/studio", "/v1/sfumato/session"})
FREE_BELOW = ("/studio/", "/v1/sfumato/links/")  # links are signed


class Recognition:
    """ASGI middleware. `is_open`: without a key, whoever asks is the machine itself."""

    def __init__(self, app: ASGIApp, *, is_open: bool) -> None:
        self._app = app
        self._is_open = is_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _needs_no_key(scope["path"]):
            await self._app(scope, receive, send)
            return
        backend = scope["app"].state.backend
        limits: Limits = backend.limits
        try:
            caller = await recognise(Headers(scope=scope), backend.store.keys, self._is_open)
        except SfumatoError as error:
            await error_reply(error)(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(limits.headers(caller))
            await send(message)

        try:
            if _counts(scope):
                limits.count(caller)
        except SfumatoError as error:
            await error_reply(error)(scope, receive, told)
            return
        scope[SCOPE] = caller
        await self._app(scope, receive, told)


async def recognise(headers: Headers, keys: Keys, is_open: bool) -> Caller:
    """The caller; Unauthorized for a key of our form that is not a living one, and for none.

    Where the server is open, keys of other forms stand for nobody: OpenAI's clients insist on one.
    """
    bearer = _bearer(headers.getlist("authorization"))
    if bearer is not None and is_ours(bearer):
        recalled = keys.recall(bearer)
        key = recalled[0] if recalled else await asyncio.to_thread(keys.find, bearer)
        if key is None:
            raise Unauthorized(
                "Incorrect API key provided: it is unknown here, or was revoked. Whoever runs this"
                " server makes a new one with: sfumato keys create NAME"
            )
        return Caller.of(key)
    key = await _signed_in(headers, keys)
    if key is not None:
        return Caller.of(key)
    if is_open:
        return LOCAL
    raise Unauthorized(
        "You did not provide an API key of this server. Send one in the header 'Authorization:"
        " Bearer sk-sfumato-…'. Whoever runs this server makes it with: sfumato keys create NAME"
    )


def session_cookie(headers: Headers) -> str | None:
    """The session that a browser sent."""
    try:
        cookies = SimpleCookie("; ".join(headers.getlist("cookie")))
    except CookieError:
        return None
    return cookies[COOKIE].value if COOKIE in cookies else None


def _needs_no_key(path: str) -> bool:
    return path in FREE or path.startswith(FREE_BELOW)


def _counts(scope: Scope) -> bool:
    """Reading, polling and giving up are free."""
    return scope["method"] == "POST" and not scope["path"].endswith("/cancel")


def _bearer(given: Sequence[str]) -> str | None:
    if len(given) != 1:
        return None
    scheme, _, secret = given[0].partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


async def _signed_in(headers: Headers, keys: Keys) -> Key | None:
    secret = session_cookie(headers)
    return None if secret is None else await asyncio.to_thread(keys.signed_in, secret)
