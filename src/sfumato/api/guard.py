"""The outermost hop: who may speak to this server, and the headers of every answer.

Loopback is open to every program of this machine and, through a browser, to every page that is
looked at: so Host is checked against names of this machine (DNS rebinding) and Origin on unsafe
methods (forged requests). Knows nothing about keys or routes.
"""

import logging
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sfumato.api.origins import Origins
from sfumato.api.pull import ClientGone
from sfumato.api.replies import error_reply, failure_reply, new_request_id
from sfumato.errors import Forbidden, InvalidRequest, SfumatoError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
API_VERSION = "2020-10-01"
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
CLIENT_ID = "x-client-request-id"
LONGEST_CLIENT_ID = 512

log = logging.getLogger(__name__)


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = _Answer(send, scope, self._origins)
        try:
            self._check(scope["method"], headers)
            preflight = scope["method"] == "OPTIONS" and self._origins.preflight(headers)
            app = Response(status_code=204, headers=preflight) if preflight else self._app
            await app(scope, receive, answer)
        except (ClientGone, ClientDisconnect):
            return
        except Exception as error:
            if answer.started:
                raise
            reply = error_reply(error) if isinstance(error, SfumatoError) else failure_reply(error)
            await reply(scope, receive, answer)

    def _check(self, method: str, headers: Headers) -> None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._origins.is_ours(hosts[0]):
            raise Forbidden(
                f"The Host header '{', '.join(hosts)[:200]}' does not name this server; use its"
                " address, or let SFUMATO_PUBLIC_URL name it."
            )
        for origin in headers.getlist("origin"):
            if method not in SAFE_METHODS and not self._origins.may_write(origin, hosts[0]):
                raise Forbidden(
                    f"A page of the origin '{origin[:200]}' may not send requests here."
                )
        for given in headers.getlist(CLIENT_ID):
            if len(given) > LONGEST_CLIENT_ID or not (given.isascii() and given.isprintable()):
                raise InvalidRequest(
                    f"Invalid header 'X-Client-Request-Id': give at most {LONGEST_CLIENT_ID}"
                    " printable ASCII characters.",
                    param="X-Client-Request-Id",
                )


class _Answer:
    """Adds the headers of every answer as it starts, and remembers that it did."""

    def __init__(self, send: Send, scope: Scope, origins: Origins) -> None:
        self._send = send
        self._scope = scope
        self._origins = origins
        self._begun = time.perf_counter()
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._add_headers(MutableHeaders(scope=message))
            self._note(message)
        await self._send(message)

    def _add_headers(self, headers: MutableHeaders) -> None:
        headers["x-request-id"] = new_request_id()
        headers["openai-version"] = API_VERSION
        spent = (time.perf_counter() - self._begun) * 1000
        headers["openai-processing-ms"] = str(max(1, round(spent)))
        headers.update(self._origins.allowed(Headers(scope=self._scope)))
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)

    def _note(self, message: Message) -> None:
        """The client's own id of the request beside ours, for whoever has to find it."""
        theirs = Headers(scope=self._scope).get(CLIENT_ID, "")
        if theirs.isascii() and theirs.isprintable() and 0 < len(theirs) <= LONGEST_CLIENT_ID:
            log.info(
                "%s %s: %d, %s, which the client calls %s",
                self._scope["method"],
                self._scope["path"],
                message["status"],
                Headers(raw=message["headers"])["x-request-id"],
                theirs,
            )
