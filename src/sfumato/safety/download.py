"""One GET over one connection, to addresses that were judged before, and its bounded body.

Knows no rule about where one may go.
"""

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import httpcore2
import httpx2

from sfumato.errors import InvalidRequest
from sfumato.safety.link import Link

REDIRECTED = frozenset({301, 302, 303, 307, 308})
CONNECT_SECONDS = 5.0  # for each address of a host
HEADERS = (
    (b"user-agent", b"Sfumato (image input)"),
    (b"accept", b"image/*, */*;q=0.5"),
    (b"accept-encoding", b"identity"),
)
FAILURES = (
    httpcore2.NetworkError,
    httpcore2.TimeoutException,
    httpcore2.ProtocolError,
    OSError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Internet:
    """How connections are made, and the certificates that https is held against."""

    network: httpcore2.AsyncNetworkBackend = field(default_factory=httpcore2.AnyIOBackend)
    trust: ssl.SSLContext = field(default_factory=httpcore2.default_ssl_context)


@asynccontextmanager
async def asked(
    link: Link, addresses: Sequence[str], internet: Internet, param: str | None
) -> AsyncIterator[httpcore2.Response]:
    """The answer's head; its body is still to be read."""
    url = httpcore2.URL(scheme=link.scheme, host=link.host, port=link.port, target=link.target)
    request = httpcore2.Request(
        "GET", url, headers=[(b"host", link.origin.encode("ascii")), *HEADERS]
    )
    pinned = _Pinned(addresses, internet.network)
    async with httpcore2.AsyncConnectionPool(internet.trust, network_backend=pinned) as pool:
        try:
            response = await pool.handle_async_request(request)
        except FAILURES as error:
            raise failed("its server could not be reached", param) from error
        async with aclosing(response):
            yield response


def onward(link: Link, response: httpcore2.Response, param: str | None) -> str | None:
    """Where a redirect leads; None for the answer itself, which must be whole and plain."""
    if response.status in REDIRECTED:
        location = _header(response, b"location")
        try:
            return str(httpx2.URL(link.text).join(location.decode("utf-8")))
        except (httpx2.InvalidURL, ValueError) as error:
            raise failed("it redirects to what is no URL", param) from error
    if response.status != 200:
        raise failed(f"its server answered with status {response.status}", param)
    if _header(response, b"content-encoding").lower() not in (b"", b"identity"):
        raise failed("its server compresses what must come as it is", param)
    return None


async def receive(
    response: httpcore2.Response,
    write: Callable[[bytes], object],
    limit_bytes: int,
    param: str | None,
) -> None:
    """Give the body to `write`; image_file_too_large before the first byte too many."""
    declared = _header(response, b"content-length")
    if declared.isdigit() and int(declared) > limit_bytes:
        raise _too_large(limit_bytes, param)
    got = 0
    async with aclosing(_pieces(response, param)) as pieces:
        async for piece in pieces:
            got += len(piece)
            if got > limit_bytes:
                raise _too_large(limit_bytes, param)
            write(piece)


def failed(reason: str, param: str | None) -> InvalidRequest:
    """The error for a URL that was asked in vain."""
    return InvalidRequest(
        f"The image could not be downloaded from its URL: {reason}.",
        param=param,
        code="failed_to_download_image",
    )


class _Pinned(httpcore2.AsyncNetworkBackend):
    """Connects to one of `addresses`, whatever the name is by now."""

    def __init__(self, addresses: Sequence[str], network: httpcore2.AsyncNetworkBackend) -> None:
        self._addresses = addresses
        self._network = network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        *others, last = self._addresses
        for address in others:
            try:
                return await self._network.connect_tcp(address, port, timeout=CONNECT_SECONDS)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._network.connect_tcp(last, port, timeout=CONNECT_SECONDS)


async def _pieces(response: httpcore2.Response, param: str | None) -> AsyncGenerator[bytes, None]:
    try:
        async for piece in response.aiter_stream():
            yield piece
    except FAILURES as error:
        raise failed("its server stopped in the middle", param) from error


def _header(response: httpcore2.Response, name: bytes) -> bytes:
    values = (value for key, value in response.headers if key.lower() == name)
    return next(values, b"").strip()


def _too_large(limit_bytes: int, param: str | None) -> InvalidRequest:
    return InvalidRequest(
        f"The image at the URL is larger than {limit_bytes:,} bytes.",
        param=param,
        code="image_file_too_large",
    )
