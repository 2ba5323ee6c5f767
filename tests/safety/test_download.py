"""A body by URL: how much of it is read, for how long, and what is no body."""

import asyncio

import pytest

from sfumato.errors import InvalidRequest
from tests.safety.fetching import LIMIT, got, refusal, through, with_server
from tests.safety.web import PUBLIC, Answer, Names, Web, plain


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    async def answer(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999999\r\n\r\n")
        await writer.drain()

    async def check(web: Web) -> None:
        fetcher, _ = through(web, Names(pictures_example=[[PUBLIC]]))
        told = await refusal(fetcher, "http://pictures.example/")
        assert told.startswith("image_file_too_large: ")

    with_server(answer, check)


def test_a_body_without_an_end_is_cut_at_the_limit() -> None:
    async def answer(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + bytes(65_536) + b"\r\n")
            await writer.drain()

    async def check(web: Web) -> None:
        fetcher, _ = through(web, Names(pictures_example=[[PUBLIC]]))
        written = bytearray()
        with pytest.raises(InvalidRequest) as caught:
            await fetcher.fetch_into(
                written.extend,
                "http://pictures.example/",
                limit_bytes=LIMIT,
                seconds=20.0,
                param=None,
            )
        assert caught.value.code == "image_file_too_large"
        assert 0 < len(written) <= LIMIT

    with_server(answer, check)


def test_a_body_of_exactly_the_limit_is_whole() -> None:
    async def check(web: Web) -> None:
        fetcher, _ = through(web, Names(pictures_example=[[PUBLIC]]))
        assert await got(fetcher, "http://pictures.example/", limit=7) == b"picture"
        told = await refusal(fetcher, "http://pictures.example/", limit=6)
        assert told.startswith("image_file_too_large: ")

    with_server(plain(b"picture"), check)


def test_a_server_that_drips_is_left() -> None:
    async def answer(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def check(web: Web) -> None:
        fetcher, _ = through(web, Names(pictures_example=[[PUBLIC]]))
        told = await refusal(fetcher, "http://pictures.example/", seconds=0.3)
        assert told.startswith("failed_to_download_image: ")

    with_server(answer, check)


@pytest.mark.parametrize(
    "answer",
    [
        plain(b"picture", "Content-Encoding: gzip"),
        plain(b"picture", "Content-Encoding: identity, br"),
        plain(b"gone", status="404 Not Found"),
        plain(b"", status="204 No Content"),
        plain(b"part", status="206 Partial Content"),
        plain(b"", status="500 Internal Server Error"),
    ],
)
def test_an_answer_that_is_not_the_plain_whole_body_is_refused(answer: Answer) -> None:
    async def check(web: Web) -> None:
        fetcher, _ = through(web, Names(pictures_example=[[PUBLIC]]))
        told = await refusal(fetcher, "http://pictures.example/")
        assert told.startswith("failed_to_download_image: ")

    with_server(answer, check)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"a" * 300_000,
        b"\x00" * 1000,
    ],
)
def test_a_broken_answer_is_an_error_of_the_download(raw: bytes) -> None:
    async def answer(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    async def check(web: Web) -> None:
        fetcher, _ = through(web, Names(pictures_example=[[PUBLIC]]))
        told = await refusal(fetcher, "http://pictures.example/")
        assert told.startswith("failed_to_download_image: ")

    with_server(answer, check)


def test_a_host_that_does_not_answer_tells_nothing_but_that() -> None:
    async def check(web: Web) -> None:
        fetcher, internet = through(web, Names(pictures_example=[[PUBLIC]]))
        internet.port = 1
        told = await refusal(fetcher, "http://pictures.example/")
        assert told.startswith("failed_to_download_image: ")
        assert PUBLIC not in told

    with_server(plain(b""), check)
