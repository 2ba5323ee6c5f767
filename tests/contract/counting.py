"""A proxy between a client and a server that counts how often the client asks.

Knows HTTP only as far as telling where a request begins: each comes on a connection of its own.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(slots=True, kw_only=True)
class Counting:
    """Where to ask instead of the server, and how many requests came."""

    url: str
    heads: list[bytes] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return len(self.heads)


@contextmanager
def counting(server_url: str) -> Iterator[Counting]:
    """Passes everything on to `server_url`; closes each connection after its answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Counting(url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=_accept, args=(listener, server_url, proxy))
        thread.start()
        try:
            yield proxy
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(listener: socket.socket, server_url: str, proxy: Counting) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            _pass_on(client, server_url, proxy)


def _pass_on(client: socket.socket, server_url: str, proxy: Counting) -> None:
    """One request and its answer; `connection: close` keeps them from becoming two."""
    request = _read_request(client)
    if not request:
        return
    head, _, body = request.partition(b"\r\n\r\n")
    proxy.heads.append(head)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    target = urlsplit(server_url)
    assert target.hostname is not None and target.port is not None
    with socket.create_connection((target.hostname, target.port)) as server:
        server.sendall(b"\r\n".join([*lines, b"connection: close"]) + b"\r\n\r\n" + body)
        while chunk := server.recv(2**16):
            client.sendall(chunk)


def _read_request(client: socket.socket) -> bytes:
    """Head and body of a request that tells its length."""
    read = bytearray()
    while b"\r\n\r\n" not in read:
        chunk = client.recv(2**16)
        if not chunk:
            return b""
        read += chunk
    head, _, body = bytes(read).partition(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += client.recv(2**16)
    return head + b"\r\n\r\n" + body
