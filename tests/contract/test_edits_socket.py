"""Uploads over a real connection: memory, pace, leaving, and bytes that are never read."""

import json
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

from tests.api.edit_requests import encoded, photo, url_of
from tests.api.shape import error_of
from tests.contract.running import Running, running

PATH = "/v1/images/edits"
MIB = 2**20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("uploads")
    with running(home, upload_stall=1, upload_timeout=60) as server:
        httpx2.post(f"{server.url}{PATH}", json={}, timeout=60)  # all is imported
        yield server


def spooled(server: Running) -> list[Path]:
    spool = server.step_log.parent / "spool"
    return list(spool.iterdir()) if spool.exists() else []


def until(done: object, seconds: float = 30) -> None:
    assert callable(done)
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def heavy(size: int) -> bytes:
    """A PNG of about that many bytes: a small picture, and a chunk that nobody reads."""
    png = encoded(photo())
    chunk = struct.pack(">I", size) + b"prIv" + bytes(size)
    crc = zlib.crc32(chunk[4:])
    return png[:33] + chunk + struct.pack(">I", crc) + png[33:]


@contextmanager
def begun(server: Running, *headers: str) -> Iterator[socket.socket]:
    """A connection on which the head of a form was sent."""
    host, port = server.url.removeprefix("http://").split(":")
    head = [f"POST {PATH} HTTP/1.1", f"host: {host}:{port}", *headers, "", ""]
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall("\r\n".join(head).encode())
        yield connection


def answer(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """Status and error, read to the end of the connection."""
    read = b""
    while piece := connection.recv(65_536):
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    error: dict[str, object] = json.loads(body)["error"]
    return int(head.split()[1]), error


FORM = "content-type: multipart/form-data; boundary=B"
PART = b'--B\r\ncontent-disposition: form-data; name="image[]"; filename="a.png"\r\n\r\n'
PROMPT = b'--B\r\ncontent-disposition: form-data; name="prompt"\r\n\r\nx\r\n'


def check_memory(server: Running, size: int) -> None:
    """Sixteen files of that size may not pass through the server's memory."""
    before = server.peak_memory()
    picture = heavy(size)
    files = [("image[]", ("a.png", picture))] * 16
    fields = {"prompt": "x", "quality": "low"}
    reply = httpx2.post(f"{server.url}{PATH}", data=fields, files=files, timeout=600)
    assert reply.status_code == 200, reply.text[:500]
    grown = server.peak_memory() - before
    peak = f"{server.peak_memory() / MIB:.0f} MiB, {grown / MIB:.1f} more than before"
    print(f"16 files of {size / MIB:.0f} MiB: the server's peak is {peak}")  # noqa: T201 the evidence quotes it
    assert grown < 40 * MIB
    assert spooled(server) == []


@pytest.mark.wire("W-447")
def test_eighty_megabytes_of_pictures_are_never_in_memory(server: Running) -> None:
    check_memory(server, 5 * MIB)


@pytest.mark.slow
def test_eight_hundred_megabytes_of_pictures_are_never_in_memory(server: Running) -> None:
    check_memory(server, 49 * MIB)


def test_data_urls_are_in_memory_one_at_a_time(server: Running) -> None:
    before = server.peak_memory()
    one = url_of(heavy(14 * MIB))
    body = {"prompt": "x", "quality": "low", "images": [{"image_url": one}] * 6}
    reply = httpx2.post(f"{server.url}{PATH}", json=body, timeout=600)
    assert reply.status_code == 200, reply.text[:500]
    grown = server.peak_memory() - before
    peak = f"{server.peak_memory() / MIB:.0f} MiB, {grown / MIB:.1f} more than before"
    print(f"6 data URLs of 18.7 MiB: the server's peak is {peak}")  # noqa: T201 the evidence quotes it
    assert grown < 110 * MIB  # the text, its bytes and what they decode to
    assert spooled(server) == []


def test_the_seventeenth_picture_is_refused_before_it_comes(server: Running) -> None:
    with begun(server, FORM, "content-length: 500000000", "connection: close") as connection:
        connection.sendall(PROMPT + (PART + b"PNG\r\n") * 16 + PART + b"PN")
        status, error = answer(connection)
    assert (status, error["code"], error["param"]) == (400, "array_above_max_length", "image")
    until(lambda: not spooled(server))


def test_a_file_of_fifty_one_megabytes_is_refused_before_its_end(server: Running) -> None:
    with begun(server, FORM, "transfer-encoding: chunked", "connection: close") as connection:
        for piece in (PROMPT, PART, *[bytes(MIB)] * 50, b"x"):
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        status, error = answer(connection)
    assert (status, error["code"], error["param"]) == (400, "image_file_too_large", "image")
    until(lambda: not spooled(server))


def test_more_than_all_files_may_have_is_refused_at_once(server: Running) -> None:
    with begun(server, FORM, "content-length: 5000000000", "connection: close") as connection:
        status, error = answer(connection)
    assert (status, error["code"], error["param"]) == (413, None, None)


@pytest.mark.wire("W-446")
@pytest.mark.parametrize(
    "sent", [b"", PROMPT, PROMPT + PART + b"PNG"], ids=["none", "text", "file"]
)
@pytest.mark.parametrize("kind", [FORM, "content-type: application/json"], ids=["form", "json"])
def test_an_upload_that_stalls_is_ended(server: Running, kind: str, sent: bytes) -> None:
    with begun(server, kind, "content-length: 1000000") as connection:
        connection.sendall(sent)
        status, error = answer(connection)  # the connection ends, or this would wait for ever
    assert (status, error["type"]) == (408, "invalid_request_error")
    until(lambda: not spooled(server))


def test_a_generation_that_stalls_is_ended_too(server: Running) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    head = "POST /v1/images/generations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    head = head.replace("host: x", f"host: {host}:{port}")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(f"{head}content-length: 100\r\n\r\n{{".encode())
        assert answer(connection)[0] == 408


@pytest.mark.wire("W-446")
def test_drops_that_never_stall_do_not_last_for_ever(tmp_path: Path) -> None:
    with (
        running(tmp_path, upload_stall=30, upload_timeout=1.5) as server,
        begun(server, FORM, "content-length: 1000000") as connection,
    ):
        connection.sendall(PROMPT + PART)
        assert dripped(connection).startswith(b"HTTP/1.1 408")


def test_a_refused_upload_that_never_ends_is_ended(server: Running) -> None:
    with begun(server, FORM, "content-length: 500000000") as connection:
        connection.sendall(b"no form at all")
        assert dripped(connection).startswith(b"HTTP/1.1 400")
        with pytest.raises(OSError):
            while True:  # it is read for a while, so that the answer above can be read in peace
                connection.sendall(bytes(1000))
                time.sleep(0.05)


def dripped(connection: socket.socket) -> bytes:
    """What comes while drops are sent."""
    connection.settimeout(0.1)
    read = b""
    while not read:
        connection.sendall(b"-")
        with suppress(TimeoutError):
            read = connection.recv(65_536)
    return read


@pytest.mark.wire("W-447")
def test_a_client_that_leaves_leaves_no_file(server: Running) -> None:
    with begun(server, FORM, "content-length: 5000000") as connection:
        connection.sendall(PROMPT + PART + bytes(MIB))
        until(lambda: spooled(server))
    until(lambda: not spooled(server))


def test_a_server_that_refused_an_upload_goes_on_serving(server: Running) -> None:
    with httpx2.Client(base_url=server.url, timeout=60) as client:
        files = [("image[]", ("a.png", bytes(MIB)))] * 17
        error_of(client.post(PATH, data={"prompt": "x"}, files=files), 400)
        assert client.get("/healthz").status_code == 200
