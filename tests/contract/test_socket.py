"""What only a real connection shows: pace, leaving, hostile bytes, a full queue."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from tests.api.shape import error_of
from tests.contract import web
from tests.contract.asking import wire
from tests.contract.running import Running

PATH = "/v1/images/generations"
SMALL: dict[str, Any] = {"prompt": "an apple", "size": "816x816", "quality": "low"}
HIGH = {**SMALL, "quality": "high"}  # twelve steps; partials after 3, 6 and 9


def post(server: Running, body: dict[str, Any]) -> httpx2.Response:
    return web.post(server.url + PATH, json=body, timeout=120)


@contextmanager
def opened(server: Running, body: dict[str, Any], **options: int) -> Iterator[socket.socket]:
    """A connection on which the request was sent and nothing was read."""
    host, port = server.url.removeprefix("http://").split(":")
    content = json.dumps(body).encode()
    head = f"POST {PATH} HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-type: application/json\r\n"
    connection = socket.socket()
    with connection:
        for name, value in options.items():
            connection.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
        connection.connect((host, int(port)))
        connection.sendall(f"{head}content-length: {len(content)}\r\n\r\n".encode() + content)
        yield connection


def read_until(connection: socket.socket, mark: bytes) -> bytes:
    read = bytearray()
    while mark not in read:
        chunk = connection.recv(2**16)
        assert chunk, bytes(read[-300:])
        read += chunk
    return bytes(read)


def wait_for_step(server: Running, seed: int, step: int) -> None:
    while step not in server.steps(seed):
        time.sleep(0.01)


@wire("W-308")
def test_closing_a_stream_stops_the_work_within_one_step(slow: Running) -> None:
    with opened(slow, {**HIGH, "seed": 1, "stream": True, "partial_images": 3}) as connection:
        read_until(connection, b"partial_image_index")
    computed = len(slow.steps(1))
    post(slow, {**HIGH, "seed": 2})  # a whole picture's time, in which the first would go on
    assert len(slow.steps(1)) <= computed + 1
    assert slow.steps(2) == [*range(1, 13)]


@wire("W-308")
def test_closing_a_request_that_does_not_stream_stops_the_work_too(slow: Running) -> None:
    with opened(slow, {**HIGH, "seed": 3}):
        wait_for_step(slow, 3, 2)
    computed = len(slow.steps(3))
    post(slow, {**HIGH, "seed": 4})
    assert len(slow.steps(3)) <= computed + 1
    assert slow.steps(4) == [*range(1, 13)]


@wire("W-308")
def test_closing_before_its_turn_gives_up_the_place_in_the_queue(slow: Running) -> None:
    with opened(slow, {**HIGH, "seed": 5}):
        wait_for_step(slow, 5, 1)
        with opened(slow, {**HIGH, "seed": 6}):
            pass
    post(slow, {**HIGH, "seed": 7})
    assert len(slow.steps(6)) <= 1


@wire("W-310")
def test_a_partial_has_left_before_the_next_step_is_computed(slow: Running) -> None:
    body = {**HIGH, "size": "1536x1024", "seed": 8, "stream": True, "partial_images": 3}
    with opened(slow, body, SO_RCVBUF=2**16) as connection:  # the partial is noise, of 6 MB
        wait_for_step(slow, 8, 3)
        post(slow, {**HIGH, "seed": 9})  # time for twelve steps, while nobody reads the partial
        assert slow.steps(8) == [1, 2, 3]
        rest = read_until(connection, b"image_generation.completed")
    assert rest.count(b"event: image_generation.partial_image") == 3
    assert slow.steps(8) == [*range(1, 13)]


@wire("W-351")
def test_a_full_queue_is_429_with_a_time_to_come_back(slow: Running) -> None:
    with opened(slow, {**HIGH, "seed": 10, "n": 5}), opened(slow, {**HIGH, "seed": 20, "n": 5}):
        wait_for_step(slow, 10, 1)
        wait_for_step(slow, 20, 1)
        reply = post(slow, SMALL)
    error = error_of(reply, 429)
    assert (error["type"], error["code"]) == ("rate_limit_exceeded", "rate_limit_exceeded")
    assert error["param"] is None
    assert 1 <= int(reply.headers["retry-after"]) <= 120


@wire("W-104")
@pytest.mark.parametrize("declared", [True, False], ids=["with-a-length", "chunked"])
def test_a_300_megabyte_body_is_413_and_never_in_memory(slow: Running, declared: bool) -> None:
    post(slow, SMALL)
    before = slow.peak_memory()
    pieces, piece = 300, b" " * 1_000_000
    headers = {"content-type": "application/json"}
    if declared:
        headers["content-length"] = str(pieces * len(piece))
    body = (piece for _ in range(pieces))
    reply = web.post(slow.url + PATH, content=body, headers=headers, timeout=120)
    error_of(reply, 413)
    assert slow.peak_memory() - before < 30_000_000


@wire("W-111")
@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HELLO\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nbad header\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        b"POST /v1/images/generations HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: x\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[:12]),
)
def test_what_is_not_http_is_answered_in_openais_shape(slow: Running, sent: bytes) -> None:
    host, port = slow.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(2**16), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.1 400", b"HTTP/1.1 403"))
    assert b"x-request-id: req_" in head
    assert json.loads(body)["error"]["type"] == "invalid_request_error"


@wire("W-112")
def test_a_connection_serves_request_after_request(slow: Running) -> None:
    with httpx2.Client(base_url=slow.url, timeout=120) as client:
        assert client.get("/healthz").status_code == 200
        assert client.post(PATH, json={"prompt": ""}).status_code == 400
        assert client.post(PATH, json=SMALL).status_code == 200
