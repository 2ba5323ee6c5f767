"""The real socket under the app: uvicorn, set so that a write is done when the kernel has it.

Knows nothing about routes. Refuses to start where anybody on the network could use the server.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import LOGGING_CONFIG
from uvicorn.protocols.http.h11_impl import H11Protocol

from sfumato.api.base64_json import dump
from sfumato.api.replies import new_request_id
from sfumato.errors import MalformedBody, SfumatoError
from sfumato.settings import Settings
from sfumato.store import Store

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
LOGGERS: Mapping[str, Any] = {  # uvicorn's own, and ours in the same form on the same stream
    **LOGGING_CONFIG["loggers"],
    "sfumato": {"handlers": ["default"], "level": "INFO"},
}
LINGER = 5.0  # seconds for which the rest of a refused body is read
GRACE = 5  # seconds for answers in flight when the server is asked to stop


class UnsafeAddress(SfumatoError):
    """The address is reachable from outside and there is no key that guards it."""


class PacedProtocol(H11Protocol):
    """HTTP/1.1 whose `send` waits until the write before it left the process.

    uvicorn pauses above 64 KiB of unsent bytes; part of a partial image would then still be here
    while the next step is computed.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)

    def on_response_complete(self) -> None:
        """A body that was refused on its way goes on coming: for a while it is read and dropped.

        So a client that sends all before it reads gets its answer; one that never ends is ended.
        """
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self.loop.call_later(LINGER, self._end_upload, self.cycle)

    def _end_upload(self, cycle: object) -> None:
        if self.cycle is cycle and self.conn.their_state is h11.SEND_BODY:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """What is not HTTP is answered in OpenAI's shape too."""
        body = dump(MalformedBody(f"This is not a valid HTTP request: {msg}").envelope())
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
            f"x-request-id: {new_request_id()}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def is_open(settings: Settings) -> bool:
    """Whether requests without a key are answered: only where nobody else can send them."""
    public = urlsplit(settings.public_url).hostname or "" if settings.public_url else "localhost"
    return is_loopback(settings.host) and is_loopback(public)


def check_address(settings: Settings) -> None:
    """UnsafeAddress when others can reach the server and no key is there to tell them apart."""
    if is_open(settings):
        return
    with Store.open(settings.root) as store:
        if store.keys.any_living():
            return
    where = settings.host if not is_loopback(settings.host) else settings.public_url
    raise UnsafeAddress(
        f"Sfumato does not start on '{where}': anybody who reaches this address could use it, and"
        " no key is configured. Make one with: sfumato keys create NAME. Or stay on this machine:"
        " SFUMATO_HOST=127.0.0.1, without SFUMATO_PUBLIC_URL."
    )


def is_loopback(host: str) -> bool:
    """True for localhost and for any loopback address."""
    if host.lower() in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def serve(app: ASGIApp, settings: Settings, on_start: Callable[[str], None]) -> None:
    """Serve until a signal comes; `on_start` gets the URL once the socket listens.

    UnsafeAddress before anything is opened; SystemExit when the app or the socket cannot start.
    """
    check_address(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=PacedProtocol,
        ws="none",
        lifespan="on",
        server_header=False,
        log_level="warning",  # of uvicorn: no line for each request
        log_config={**LOGGING_CONFIG, "loggers": LOGGERS},
        timeout_graceful_shutdown=GRACE,
    )
    await _AnnouncingServer(config, on_start).serve()


class _AnnouncingServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_start: Callable[[str], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        self._on_start(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
