import asyncio
import socket
from pathlib import Path
from typing import ClassVar

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from sfumato.api.server import PacedProtocol, UnsafeAddress, check_address, is_open, serve
from sfumato.settings import Settings
from sfumato.store import Store


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.9.9.9", "LocalHost"])
def test_loopback_needs_no_key(host: str) -> None:
    check_address(Settings.model_validate({"host": host}))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "sfumato.example", ""])
def test_another_address_is_refused_before_a_socket_opens(tmp_path: Path, host: str) -> None:
    settings = Settings.model_validate({"host": host, "home": tmp_path})
    with pytest.raises(UnsafeAddress, match="no key is configured"):
        check_address(settings)

    async def never(*_: object) -> None:
        raise AssertionError("the app was started")

    with pytest.raises(UnsafeAddress):
        asyncio.run(serve(never, settings, lambda url: None))


@pytest.mark.parametrize(
    "more", [{"host": "0.0.0.0"}, {"public_url": "https://pictures.example"}], ids=str
)
def test_where_others_can_reach_it_a_living_key_is_needed(
    tmp_path: Path, more: dict[str, str]
) -> None:
    settings = Settings.model_validate({"home": tmp_path, **more})
    with Store.open(tmp_path) as store:
        store.keys.create("ada")
        check_address(settings)
        store.keys.revoke("ada")
    with pytest.raises(UnsafeAddress, match="sfumato keys create"):
        check_address(settings)


def test_a_public_url_of_this_machine_opens_nothing_to_others() -> None:
    assert is_open(Settings.model_validate({"public_url": "http://localhost:9000"}))
    assert not is_open(Settings.model_validate({"public_url": "https://pictures.example"}))
    assert not is_open(Settings.model_validate({"host": "::"}))


class _Watched(PacedProtocol):
    """Remembers its transport, so that the app can look at what has not left yet."""

    transports: ClassVar[list[asyncio.Transport]] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self.transports.append(transport)


def test_after_an_empty_piece_everything_before_it_has_left_the_process() -> None:
    unsent: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(200):
            await send({"type": "http.response.body", "body": bytes(40_000), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": True})
            unsent.append(_Watched.transports[0].get_write_buffer_size())
        await send({"type": "http.response.body", "body": b""})

    async def scenario() -> int:
        config = uvicorn.Config(app, port=0, http=_Watched, ws="none", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**13)  # a slow reader
        connection.connect(("127.0.0.1", port))
        connection.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        read = await asyncio.to_thread(
            lambda: sum(map(len, iter(lambda: connection.recv(2**13), b"")))
        )
        connection.close()
        server.should_exit = True
        await serving
        return read

    assert asyncio.run(scenario()) > 200 * 40_000
    assert unsent == [0] * 200
