"""Real servers on this machine, and a network that stands for the internet by leading to them."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpcore2

Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]

PUBLIC = "93.184.216.34"


@dataclass(kw_only=True)
class Web:
    """A server: its port, the heads of the requests that it got, and how often it was connected."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Web]:
    """A server on 127.0.0.1 that gives each request's head to `answer`."""
    web = Web()

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        web.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            web.heads.append(head)
            await answer(head, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0, ssl=tls)
    web.port = server.sockets[0].getsockname()[1]
    async with server:
        yield web


def plain(body: bytes, *headers: str, status: str = "200 OK") -> Answer:
    """The same answer to everything."""

    async def answer(head: bytes, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()

    return answer


def redirect(location: str) -> Answer:
    return plain(b"", f"Location: {location}", status="302 Found")


class Internet(httpcore2.AsyncNetworkBackend):
    """Notes where a connection was to go, and leads it to `port` of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[tuple[str, int]] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.asked.append((host, port))
        return await httpcore2.AnyIOBackend().connect_tcp("127.0.0.1", self.port, timeout=timeout)


class Names:
    """A resolver: each name's answers one after the other, the last of them for ever."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self._answers = {name.replace("_", "."): list(turns) for name, turns in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        turns = self._answers.get(host)
        if not turns:
            raise OSError(f"no such host: {host}")
        return turns.pop(0) if len(turns) > 1 else turns[0]
