"""What the API layer adds over the fake engine, and what a storm of retries costs a new request.

    python benchmarks/wire.py [--requests 200] [--stormers 50]

The same small pictures are made twice: by jobs submitted to a scheduler, and by requests over real
sockets to a server with the same settings. Prints p50 and p99 of both at 1, 16 and 128 clients, and
the difference: parsing, keys, moderation, budgets, base64 and HTTP. Then the p50 and p99 of a new
request while `stormers` clients retry without pause what is refused (a wrong key, a spent budget),
and without them, in turns. Client and server share this machine.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import httpx2

from sfumato.core import ImageParams
from sfumato.jobs.scheduler import Scheduler
from sfumato.registry.catalogue import read_catalogue
from sfumato.registry.snapshot import Capabilities, Preset, SizeRule, Snapshot, read_snapshot
from sfumato.settings import Settings
from sfumato.store import Store

CLIENTS = (1, 16, 128)
SIDE, STEPS = 256, 4
BODY = {"prompt": "a red fox", "size": f"{SIDE}x{SIDE}", "quality": "low"}
ROUNDS = 3  # of calm and storm
STORM = Path(__file__).with_name("storm.py")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=200, help="for each number of clients")
    parser.add_argument("--stormers", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        direct = asyncio.run(over_scheduler(make_home(Path(folder, "direct")), options.requests))
        served = make_home(Path(folder, "served"))
        with serving(served) as url:
            through = asyncio.run(over_http(url, options.requests))
            print(f"{'clients':>7} {'':>6} {'scheduler':>11} {'over HTTP':>11} {'added':>11}")
            for clients in CLIENTS:
                for name, part in (("p50", 0.5), ("p99", 0.99)):
                    ours, theirs = (at(found[clients], part) for found in (direct, through))
                    print(
                        f"{clients:7} {name:>6} {ours:8.1f} ms {theirs:8.1f} ms"
                        f" {theirs - ours:8.1f} ms"
                    )
            storm(url, served, options.stormers)


def make_home(root: Path) -> Settings:
    """A home whose names point at a snapshot of the fake engine."""
    snapshot = Snapshot(
        id="fake-2026-01-01",
        engine="fake",
        created="2026-01-01",
        pipeline_revision="fake-1",
        files=(),
        presets={q: Preset(steps=STEPS, guidance=1, t0=0.5) for q in ("low", "medium", "high")},
        capabilities=Capabilities(sizes=SizeRule(min_area=256)),
    )
    (root / "snapshots").mkdir(parents=True)
    manifest = root / "snapshots" / f"{snapshot.id}.json"
    manifest.write_text(json.dumps(snapshot.manifest()), "utf-8")
    with Store.open(root) as store:
        for name in read_catalogue().bindings:
            store.aliases.bind(name, snapshot.id)
    return Settings.model_validate({"home": root, "threads": 1, "queue_size": 2 * max(CLIENTS)})


async def over_scheduler(settings: Settings, requests: int) -> dict[int, list[float]]:
    """Milliseconds of each picture, by the number of consumers at once; no HTTP."""
    path = settings.root / "snapshots" / "fake-2026-01-01.json"
    snapshot = read_snapshot(path)
    params = ImageParams(prompt=BODY["prompt"], width=SIDE, height=SIDE, quality="low")
    with Store.open(settings.root) as store:
        async with Scheduler(settings, store, warm_up=snapshot) as scheduler:
            while not scheduler.ready:
                await asyncio.sleep(0.05)

            async def one() -> None:
                async for _ in scheduler.submit(params, snapshot, "local").events():
                    pass

            return {clients: await crowd(one, clients, requests) for clients in CLIENTS}


async def over_http(url: str, requests: int) -> dict[int, list[float]]:
    """Milliseconds of each request, by the number of clients at once."""
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=url, timeout=600, limits=limits) as client:

        async def one() -> None:
            (await client.post("/v1/images/generations", json=BODY)).raise_for_status()

        return {clients: await crowd(one, clients, requests) for clients in CLIENTS}


async def crowd(one: Callable[[], Awaitable[None]], clients: int, requests: int) -> list[float]:
    """`requests` in all, `clients` at a time; the first of each client warms it up."""
    left, found = iter(range(max(requests, 2 * clients))), list[float]()

    async def client() -> None:
        await one()
        for _ in left:
            begun = perf_counter()
            await one()
            found.append(1000 * (perf_counter() - begun))

    await asyncio.gather(*(client() for _ in range(clients)))
    return found


def storm(url: str, settings: Settings, stormers: int) -> None:
    """Print what a new request takes in calm and in a storm, and their ratio."""
    with Store.open(settings.root) as store:
        _, spent = store.keys.create("stormer", requests_per_minute=1)
    calm, rough, refused = list[float](), list[float](), 0
    for _ in range(ROUNDS):
        calm += asyncio.run(new_requests(url))
        command = [sys.executable, str(STORM), url, spent, str(stormers)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as others:
            assert others.stdout is not None
            others.stdout.readline()  # the first refusal
            rough += asyncio.run(new_requests(url))
            told, _ = others.communicate(b"\n")
        refused += int(told)
    print(f"\na new request, {stormers} clients retrying ({refused} refusals in {ROUNDS} rounds)")
    for name, part in (("p50", 0.5), ("p99", 0.99)):
        without, within = at(calm, part), at(rough, part)
        print(
            f"{name:>6}  calm {without:8.1f} ms  storm {within:8.1f} ms"
            f"  ratio {within / without:5.2f}"
        )


async def new_requests(url: str, times: int = 20) -> list[float]:
    """Each on a connection of its own, as somebody who comes for the first time."""
    found = []
    for _ in range(times):
        async with httpx2.AsyncClient(base_url=url, timeout=600) as client:
            begun = perf_counter()
            (await client.post("/v1/images/generations", json=BODY)).raise_for_status()
            found.append(1000 * (perf_counter() - begun))
    return found


def at(found: list[float], part: float) -> float:
    """The value that `part` of all are not above."""
    return sorted(found)[min(len(found) - 1, int(part * len(found)))]


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """`sfumato serve` in a process of its own, ready."""
    given = {"HOME": settings.home, "PORT": 0, "THREADS": 1, "QUEUE_SIZE": settings.queue_size}
    environment = {f"SFUMATO_{name}": str(value) for name, value in given.items()}
    command = [sys.executable, "-m", "sfumato", "serve"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | environment,
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        httpx2.post(f"{url}/v1/images/generations", json=BODY, timeout=60).raise_for_status()
        try:
            yield url
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
