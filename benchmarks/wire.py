"""What the API layer adds over the fake engine, and what a storm of retries costs a new request.

    python benchmarks/wire.py [--requests 200] [--stormers 50]

Small pictures over real sockets, at 1, 16 and 128 clients. `added` is what is left of a request's
time without the time from the acceptance of its job to its end, which is the fake engine's, the
codec's and the waiting for both: so parsing, keys, moderation, budgets, base64 and HTTP are added.
Then the time of a new request while `stormers` clients send again what is refused (a wrong key, a
spent budget): after half a second as OpenAI's clients do, and at once; and in calm, in turns.
Clients and server share this machine.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import httpx2

from sfumato.registry.catalogue import read_catalogue
from sfumato.registry.snapshot import Capabilities, Preset, SizeRule, Snapshot
from sfumato.settings import Settings
from sfumato.store import Store

CLIENTS = (1, 16, 128)
BODY = {"prompt": "a red fox", "size": "256x256", "quality": "low"}
PAUSES = (0.5, 0.0)  # seconds before a client of the storm sends again
ROUNDS = 3  # of calm and storm
HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=200, help="for each number of clients")
    parser.add_argument("--stormers", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings, notes = make_home(Path(folder, "home")), Path(folder, "notes")
        with serving(settings, notes) as url:
            crowds = {n: asyncio.run(crowd(url, n, options.requests)) for n in CLIENTS}
            made = read_notes(notes)
            print("clients         in all        added")
            for clients, asked in crowds.items():
                whole = [1000 * (end - begin) for begin, end in asked.values()]
                added = [ms - made[seed] for ms, seed in zip(whole, asked, strict=True)]
                for name, part in (("p50", 0.5), ("p99", 0.99)):
                    print(f"{clients:7} {name} {at(whole, part):8.1f} ms {at(added, part):8.1f} ms")
            for pause in PAUSES:
                storm(url, settings, options.stormers, pause)


def make_home(root: Path) -> Settings:
    """A home whose names point at a snapshot of the fake engine."""
    snapshot = Snapshot(
        id="fake-2026-01-01",
        engine="fake",
        created="2026-01-01",
        pipeline_revision="fake-1",
        files=(),
        presets={q: Preset(steps=4, guidance=1, t0=0.5) for q in ("low", "medium", "high")},
        capabilities=Capabilities(sizes=SizeRule(min_area=256)),
    )
    (root / "snapshots").mkdir(parents=True)
    manifest = root / "snapshots" / f"{snapshot.id}.json"
    manifest.write_text(json.dumps(snapshot.manifest()), "utf-8")
    with Store.open(root) as store:
        for name in read_catalogue().bindings:
            store.aliases.bind(name, snapshot.id)
    return Settings.model_validate({"home": root, "threads": 1, "queue_size": 2 * max(CLIENTS)})


async def crowd(url: str, clients: int, requests: int) -> dict[int, tuple[float, float]]:
    """Seed → begin and end of each of `requests`, `clients` at a time, connections kept."""
    seeds, found = iter(range(max(requests, 2 * clients))), dict[int, tuple[float, float]]()
    limits = httpx2.Limits(max_connections=None)

    async def one(client: httpx2.AsyncClient) -> None:
        for number in seeds:
            seed = 1000 * clients + number
            begun = perf_counter()
            await post(client, seed)
            found[seed] = (begun, perf_counter())

    async with httpx2.AsyncClient(base_url=url, timeout=600, limits=limits) as client:
        await asyncio.gather(*(one(client) for _ in range(clients)))
    return found


async def post(client: httpx2.AsyncClient, seed: int) -> None:
    body = {**BODY, "seed": seed}
    (await client.post("/v1/images/generations", json=body)).raise_for_status()


def read_notes(notes: Path) -> dict[int, float]:
    """Seed → milliseconds from the acceptance of the job to its end."""
    rows = [line.split() for line in notes.read_text("utf-8").splitlines()]
    return {int(seed): 1000 * (float(over) - float(begun)) for seed, begun, over in rows}


def storm(url: str, settings: Settings, stormers: int, pause: float) -> None:
    """Print what a new request takes in calm and in a storm, and their ratio."""
    with Store.open(settings.root) as store:
        _, spent = store.keys.create(f"stormer {pause}", requests_per_minute=1)
    calm, rough, refused = list[float](), list[float](), 0
    for _ in range(ROUNDS):
        calm += asyncio.run(new_requests(url))
        given = [url, spent, str(stormers), str(pause)]
        command = [sys.executable, str(HERE / "storm.py"), *given]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as others:
            assert others.stdout is not None
            others.stdout.readline()  # each of them was refused once
            rough += asyncio.run(new_requests(url))
            told, _ = others.communicate(b"\n")
        refused += int(told)
    how = f"after {pause} s" if pause else "at once"
    print(f"\na new request while {stormers} clients retry {how} ({refused} refusals)")
    for name, part in (("p50", 0.5), ("p99", 0.99)):
        without, within = at(calm, part), at(rough, part)
        ratio = within / without
        print(f"{name}   calm {without:8.1f} ms   storm {within:8.1f} ms   ratio {ratio:5.2f}")


async def new_requests(url: str, times: int = 20) -> list[float]:
    """Milliseconds; each on a connection of its own, as somebody who comes for the first time."""
    found = []
    for number in range(times):
        async with httpx2.AsyncClient(base_url=url, timeout=600) as client:
            begun = perf_counter()
            await post(client, number)
            found.append(1000 * (perf_counter() - begun))
    return found


def at(found: list[float], part: float) -> float:
    """The value that `part` of all are not above."""
    return sorted(found)[min(len(found) - 1, int(part * len(found)))]


@contextmanager
def serving(settings: Settings, notes: Path) -> Iterator[str]:
    """A server in a process of its own, with its engine loaded; it writes `notes`."""
    given = {"HOME": settings.home, "PORT": 0, "THREADS": 1, "QUEUE_SIZE": settings.queue_size}
    environment = {f"SFUMATO_{name}": str(value) for name, value in given.items()}
    with subprocess.Popen(
        [sys.executable, str(HERE / "timed_server.py"), str(notes)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | environment,
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        try:
            asyncio.run(new_requests(url, 5))
            yield url
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
