"""Two thousand subscribers to twenty background responses, and what a new request feels of them.

    python -m benchmarks.subscribers [--subscribers 2000] [--responses 20]

A server with the fake engine on a real socket; the subscribers are another process. Prints the
latency of a new small request alone, beside the background responses, and beside those with all
subscribers; the ratios; what the subscribers received; and the server's peak memory.
"""

import argparse
import asyncio
import hashlib
import multiprocessing
import os
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.contract.running import Running, running

SMALL = {"prompt": "an apple", "size": "816x816", "quality": "low", "output_format": "jpeg"}
NOTHING = "/v1/models/gpt-image-2"  # a request that only the API layer answers
TOOL = {"type": "image_generation", "size": "816x816", "quality": "high", "output_format": "jpeg"}
STEP_SECONDS = 0.02
REQUESTS = 30


def main() -> None:
    """Three measurements on one server."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subscribers", type=int, default=2_000)
    parser.add_argument("--responses", type=int, default=20)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as home,
        running(Path(home), step_seconds=STEP_SECONDS, queue_size=64) as server,
        httpx2.Client(base_url=server.url, timeout=600) as http,
    ):
        timed(http, 3)  # the workers are warm
        alone = timed(http, REQUESTS)
        quiet = server.peak_memory()
        begin(http, given.responses)
        beside = timed(http, REQUESTS)
        crowded, told = with_subscribers(server, http, given.responses, given.subscribers)
        report(alone, beside, crowded)
        print(f"subscribers: {told}")
        peak = server.peak_memory()
        print(f"peak memory: {peak / 2**20:.0f} MiB, {(peak - quiet) / 2**20:.0f} more than before")


def with_subscribers(
    server: Running, http: httpx2.Client, responses: int, subscribers: int
) -> tuple["Latencies", dict[str, Any]]:
    """Latencies while all of them read, and what they read."""
    names = begin(http, responses)
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=subscribe, args=(server.url, names, subscribers, theirs)
    )
    process.start()
    assert ours.recv() == "connected"
    found = Latencies()
    while not ours.poll():
        found = found + timed(http, 1)
    told: dict[str, Any] = ours.recv()
    process.join()
    return found, told


def begin(http: httpx2.Client, responses: int) -> list[str]:
    """Ids of so many new background responses."""
    body = {
        "model": "gpt-5",
        "input": "Draw a red apple",
        "background": True,
        "tools": [{**TOOL, "partial_images": 1}],
    }
    return [http.post("/v1/responses", json=body).json()["id"] for _ in range(responses)]


@dataclass(frozen=True, slots=True)
class Latencies:
    """Seconds of requests for a small picture, and of requests that need no worker."""

    pictures: tuple[float, ...] = ()
    nothings: tuple[float, ...] = ()

    def __add__(self, more: "Latencies") -> "Latencies":
        return Latencies(self.pictures + more.pictures, self.nothings + more.nothings)


def timed(http: httpx2.Client, requests: int) -> Latencies:
    """Some of both, one after the other."""
    pictures, nothings = [], []
    for _ in range(requests):
        begun = time.perf_counter()
        http.post("/v1/images/generations", json=SMALL).raise_for_status()
        between = time.perf_counter()
        http.get(NOTHING).raise_for_status()
        pictures.append(between - begun)
        nothings.append(time.perf_counter() - between)
    return Latencies(tuple(pictures), tuple(nothings))


def report(alone: Latencies, beside: Latencies, crowded: Latencies) -> None:
    """Medians, worst, and ratios of medians."""
    for kind in ("pictures", "nothings"):
        what = "a small picture" if kind == "pictures" else f"GET {NOTHING}"
        print(f"{what}:")
        rows = {"alone": alone, "with background": beside, "with subscribers": crowded}
        for name, latencies in rows.items():
            found = getattr(latencies, kind)
            median, worst = statistics.median(found) * 1000, max(found) * 1000
            print(f"  {name:17} p50 {median:7.0f} ms   max {worst:7.0f} ms   ({len(found)})")
        first, second, third = (statistics.median(getattr(r, kind)) for r in rows.values())
        print(f"  ratio of p50: {third / first:.2f} to alone, {third / second:.2f} to background")


def subscribe(url: str, names: list[str], number: int, pipe: "Connection[Any, Any]") -> None:
    """Read every stream to its end; tells when all are connected, and what they got."""
    os.nice(5)
    pipe.send(asyncio.run(_all(url, names, number, pipe)))


async def _all(
    url: str, names: list[str], number: int, pipe: "Connection[Any, Any]"
) -> dict[str, Any]:
    gate = asyncio.Semaphore(200)
    opened = await asyncio.gather(*(_open(url, names[i % len(names)], gate) for i in range(number)))
    pipe.send("connected")
    begun = time.perf_counter()
    digests = await asyncio.gather(*(_digest(reader) for reader, _ in opened))
    for _, writer in opened:
        writer.close()
    per_stream: dict[str, set[str]] = {name: set() for name in names}
    for i, (digest, _) in enumerate(digests):
        per_stream[names[i % len(names)]].add(digest)
    return {
        "read to the end": Counter(end for _, end in digests),
        "different streams of one response": max(len(found) for found in per_stream.values()),
        "seconds": round(time.perf_counter() - begun, 1),
    }


async def _open(
    url: str, name: str, gate: asyncio.Semaphore
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection whose answer has begun."""
    host = urlsplit(url)
    async with gate:
        reader, writer = await asyncio.open_connection(host.hostname, host.port)
        path = f"/v1/responses/{name}?stream=true"
        head = f"GET {path} HTTP/1.1\r\nHost: {host.netloc}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        status = await reader.readline()
        assert b" 200 " in status, status
        while (await reader.readline()).strip():
            pass
    return reader, writer


async def _digest(reader: asyncio.StreamReader) -> tuple[str, str]:
    """SHA-256 of a chunked body, and the last event in it."""
    digest, tail = hashlib.sha256(), b""
    while size := int((await reader.readline()).strip() or b"0", 16):
        data = (await reader.readexactly(size + 2))[:-2]
        if data.startswith(b":"):  # a ping
            continue
        digest.update(data)
        if b"event: " in data:
            tail = data[data.rindex(b"event: ") :][:60]
    return digest.hexdigest(), tail.split(b"\n")[0].decode().removeprefix("event: ")


if __name__ == "__main__":
    main()
