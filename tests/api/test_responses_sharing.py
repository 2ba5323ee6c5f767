"""Many listeners of one response: the same bytes for all, one copy of each picture, no waiting."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from sfumato.api.base64_json import PIECE
from sfumato.api.responses.kept import FILE, PICTURE
from sfumato.api.responses.sharing import AT_ONCE, Sharing
from sfumato.api.responses.telling import Event
from sfumato.api.stream import PING
from sfumato.store.objects import Objects
from tests.api.test_responses import PATH, TOOL, asked
from tests.contract.running import running

LISTENERS = 60


class Client:
    """Takes what it is sent; one that is `stuck` takes nothing until it is let go."""

    def __init__(self, *, stuck: bool = False) -> None:
        self.taken: list[bytes] = []
        self._free = asyncio.Event()
        if not stuck:
            self._free.set()

    def let_go(self) -> None:
        self._free.set()

    async def send(self, message: Message) -> None:
        if message["body"]:
            self.taken.append(message["body"])
        else:
            await self._free.wait()

    @property
    def text(self) -> bytes:
        return b"".join(self.taken)


def event_with(picture: bytes, folder: Path) -> tuple[Event, Objects]:
    objects = Objects(folder)
    objects.put("pictures/a.png", picture)
    event = {
        "type": "response.image_generation_call.partial_image",
        "sequence_number": 5,
        PICTURE: {FILE: "pictures/a.png"},
    }
    return event, objects


def test_every_listener_gets_the_whole_event(tmp_path: Path) -> None:
    picture = bytes(range(256)) * 1_000
    event, objects = event_with(picture, tmp_path)

    async def told() -> list[bytes]:
        sharing, clients = Sharing(objects), [Client() for _ in range(LISTENERS)]
        await asyncio.gather(*(sharing.send(client.send, event) for client in clients))
        return [client.text for client in clients]

    texts = asyncio.run(told())
    assert len(set(texts)) == 1
    head = b"event: response.image_generation_call.partial_image\ndata: {"
    assert texts[0].startswith(head) and texts[0].endswith(b'"}\n\n')
    assert base64.b64encode(picture) in texts[0] and b"_picture" not in texts[0]


def test_listeners_share_the_pieces_instead_of_having_their_own(tmp_path: Path) -> None:
    event, objects = event_with(bytes(5 * PIECE), tmp_path)

    async def pieces() -> set[int]:
        sharing, clients = Sharing(objects), [Client() for _ in range(LISTENERS)]
        await asyncio.gather(*(sharing.send(client.send, event) for client in clients))
        return {id(piece) for client in clients for piece in client.taken}

    assert len(asyncio.run(pieces())) == 7  # what stands before, five of the picture, what follows


def test_who_reads_nothing_keeps_nobody_waiting(tmp_path: Path) -> None:
    event, objects = event_with(bytes(3 * PIECE), tmp_path)

    async def served() -> None:
        sharing = Sharing(objects)
        stuck = [Client(stuck=True) for _ in range(3 * AT_ONCE)]
        waiting = [asyncio.create_task(sharing.send(client.send, event)) for client in stuck]
        quick = Client()
        await sharing.send(quick.send, event)
        assert quick.text and not any(client.taken for client in stuck)
        for client in stuck:
            client.let_go()
        await asyncio.gather(*waiting)
        assert {client.text for client in stuck} == {quick.text}

    asyncio.run(served())


def test_a_listener_that_leaves_gives_its_turn_back(tmp_path: Path) -> None:
    event, objects = event_with(bytes(3 * PIECE), tmp_path)

    async def left() -> bytes:
        sharing = Sharing(objects)
        gone = [
            asyncio.create_task(sharing.send(Client(stuck=True).send, event))
            for _ in range(2 * AT_ONCE)
        ]
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        client = Client()
        await sharing.send(client.send, event)
        return client.text

    assert asyncio.run(left())


def test_a_partial_image_that_is_gone_is_left_out(tmp_path: Path) -> None:
    event, objects = event_with(b"1", tmp_path)
    objects.discard("pictures/a.png")

    async def told() -> bytes:
        client = Client()
        await Sharing(objects).send(client.send, event)
        return client.text

    assert asyncio.run(told()) == b""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_sixty_listeners_that_read_late_cost_no_sixty_pictures(tmp_path: Path) -> None:
    """A streamed response has over 2 MB here: sixty copies of it would be 150 MB."""
    with running(tmp_path) as server:
        host, port = server.url.removeprefix("http://").split(":")
        texts = asyncio.run(_late(host, int(port), peak := [server.peak_memory()]))
        assert len(set(texts)) == 1
        assert texts[0].endswith(b"\n\n") and b"event: response.completed" in texts[0]
        assert len(texts[0]) > 2_500_000
        assert server.peak_memory() - peak[0] < 60_000_000


async def _late(host: str, port: int, peak: list[int]) -> list[bytes]:
    """Everybody connects and reads nothing until the response is over."""
    tool = {**TOOL, "partial_images": 1, "seed": 1}
    created = await _request(host, port, "POST", PATH, asked(background=True, tools=[tool]))
    path = f"{PATH}/{created['id']}"
    opened = [await asyncio.open_connection(host, port) for _ in range(LISTENERS)]
    for _, writer in opened:
        head = f"GET {path}?stream=true HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n"
        writer.write(head.encode())
    while (await _request(host, port, "GET", path))["status"] != "completed":
        await asyncio.sleep(0.2)
    texts = await asyncio.gather(*(reader.read(-1) for reader, _ in opened))
    for _, writer in opened:
        writer.close()
    return [text.partition(b"\r\n\r\n")[2].replace(PING, b"") for text in texts]


async def _request(
    host: str, port: int, method: str, path: str, body: Any = None
) -> dict[str, Any]:
    data = b"" if body is None else json.dumps(body).encode()
    reader, writer = await asyncio.open_connection(host, port)
    head = (
        f"{method} {path} HTTP/1.0\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    writer.write(head.encode() + data)
    answer = await reader.read(-1)
    writer.close()
    found: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return found
