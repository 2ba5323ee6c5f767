"""A picture by its URL, from the public internet alone.

A name is resolved once, every address that it has is judged, and the connection goes to a judged
address: what the name's server answers later is never asked for. Redirects are walked by hand and
judged alike. Nothing of this machine travels along: no proxy, cookie or password. Knows nothing
about what is in the bytes.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sfumato.errors import ServerError
from sfumato.safety.addresses import is_public
from sfumato.safety.download import Internet, asked, failed, onward, receive
from sfumato.safety.link import Link, read_allowed, read_link, refused

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

REDIRECTS = 3
LOOKUPS = 4  # names resolved at once: a name server that hangs holds no other thread


class SystemResolve:
    """Every address of a host as this machine finds them. OSError when there is none."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="sfumato-lookup")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """`allowed` hosts (`files.lan`; `files.lan:8080` for another port) may have any address.

    Errors are InvalidRequest: invalid_image_url (refused, nothing was asked there),
    failed_to_download_image or image_file_too_large. They never tell whether a private host exists
    or what it said.
    """

    enabled: bool = True
    allowed: frozenset[str] = frozenset()
    resolve: Resolve = field(default_factory=SystemResolve)
    internet: Internet = field(default_factory=Internet)

    async def fetch(
        self, url: str, *, limit_bytes: int, seconds: float, param: str | None
    ) -> bytes:
        """The body at `url`, of at most `limit_bytes`, within `seconds` in all."""
        body = bytearray()
        await self.fetch_into(
            body.extend, url, limit_bytes=limit_bytes, seconds=seconds, param=param
        )
        return bytes(body)

    async def fetch_into(
        self,
        write: Callable[[bytes], object],
        url: str,
        *,
        limit_bytes: int,
        seconds: float,
        param: str | None,
    ) -> None:
        """Give the body to `write` piece by piece: never more than `limit_bytes` in all."""
        if not self.enabled:
            raise refused("this server fetches no URLs; send the picture itself", param)
        try:
            async with asyncio.timeout(seconds):
                await self._walk(write, url, limit_bytes, param)
        except TimeoutError as error:
            raise failed(f"it took longer than {seconds:g} s", param) from error

    async def _walk(
        self, write: Callable[[bytes], object], url: str, limit_bytes: int, param: str | None
    ) -> None:
        for _ in range(REDIRECTS + 1):
            link = read_link(url, allowed=self.allowed, param=param)
            addresses = await self._addresses(link, param)
            async with asked(link, addresses, self.internet, param) as response:
                then = onward(link, response, param)
                if then is None:
                    await receive(response, write, limit_bytes, param)
                    return
            url = then
        raise failed(f"it redirects more than {REDIRECTS} times", param)

    async def _addresses(self, link: Link, param: str | None) -> Sequence[str]:
        """Where to connect; a private host is refused as one that is not there."""
        try:
            found = [link.host] if link.is_address else await self.resolve(link.host, link.port)
        except (OSError, UnicodeError):
            found = []
        if found and (link.origin in self.allowed or all(map(is_public, found))):
            return found
        raise refused("its host is not a public one that can be found", param)


def open_fetcher(enabled: bool, allow: str) -> Fetcher:
    """A fetcher by the operator's settings. ServerError when a host in `allow` cannot be read."""
    try:
        return Fetcher(enabled=enabled, allowed=read_allowed(allow))
    except ValueError as error:
        raise ServerError(f"SFUMATO_FETCH_ALLOW cannot be used: {error}.") from error


def _look_up(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
