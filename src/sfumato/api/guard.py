"""The outermost hop: who may speak to this server, and the headers of every answer.

Loopback is open to every program of this machine and, through a browser, to every page that is
looked at: so Host is checked against names of this machine (DNS rebinding) and Origin on unsafe
methods (forged requests). Knows nothing about routes.
"""

import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sfumato.api.pull import ClientGone
from sfumato.api.replies import error_reply, failure_reply, new_request_id
from sfumato.api.server import is_loopback
from sfumato.errors import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
API_VERSION = "2020-10-01"
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._host = host.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            refused = self._refusal(scope)
            if refused is None:
                await self._app(scope, receive, answer)
            else:
                await refused(scope, receive, answer)
        except (ClientGone, ClientDisconnect):
            return
        except Exception as error:
            if answer.started:
                raise
            await failure_reply(error)(scope, receive, answer)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            shown = ", ".join(hosts)[:200]
            return error_reply(
                Forbidden(f"The Host header '{shown}' does not name this server; use its address.")
            )
        for origin in headers.getlist("origin"):
            if scope["method"] not in SAFE_METHODS and not _same_origin(origin, hosts[0]):
                return error_reply(
                    Forbidden(f"A page of the origin '{origin[:200]}' may not send requests here.")
                )
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name == self._host or is_loopback(name)


def _same_origin(origin: str, host: str) -> bool:
    scheme, _, authority = origin.partition("://")
    return scheme in ("http", "https") and authority.lower() == host.lower()


class _Answer:
    """Adds the headers of every answer as it starts, and remembers that it did."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._begun = time.perf_counter()
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._add_headers(MutableHeaders(scope=message))
        await self._send(message)

    def _add_headers(self, headers: MutableHeaders) -> None:
        headers["x-request-id"] = new_request_id()
        headers["openai-version"] = API_VERSION
        spent = (time.perf_counter() - self._begun) * 1000
        headers["openai-processing-ms"] = str(max(1, round(spent)))
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
