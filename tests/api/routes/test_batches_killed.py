"""A batch on a real server that is killed (-9) on the way: what was finished stays finished."""

import base64
import json
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client
from sqlalchemy import select

from sfumato.store import Store
from sfumato.store.tables import batch_lines, pictures
from tests.api.routes.batching import begin, ended, line
from tests.contract.running import Running, running

STEPS = 4  # of a picture at low quality
IN_WORK = 2  # pictures of batches at once
BAD: tuple[dict[str, Any], ...] = (
    {"size": "17x17"},
    {"prompt": ...},
    {"colour": "red"},
    {"quality": "max"},
    {"n": 0},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """What the disk says at a kill: how far the log was, what was kept, what was begun."""

    logged: int
    kept: frozenset[int]  # seeds of the pictures in the history
    settled: int
    begun: dict[str, int]  # custom_id → seed of lines that are not settled


def test_a_batch_outlives_two_kills(tmp_path: Path) -> None:
    survive(tmp_path, lines=30, bad=3)


@pytest.mark.slow
def test_a_thousand_lines_outlive_two_kills(tmp_path: Path) -> None:
    survive(tmp_path, lines=1000, bad=20)


def survive(home: Path, *, lines: int, bad: int) -> None:
    began = time.time()
    batch_id, kills = "", []
    for share in (1 / 3, 2 / 3):
        with running(home) as server, Client(base_url=server.url, timeout=60) as client:
            batch_id = batch_id or begin(client, requests(lines, bad)).json()["id"]
            wait_until_done(client, batch_id, int(lines * share))
            os.kill(server.pid, signal.SIGKILL)
        kills.append(at_rest(home, server, batch_id))
    with running(home) as server, Client(base_url=server.url, timeout=60) as client:
        batch = ended(client, batch_id, seconds=3600)
        made, told = results(client, batch)
        memory = server.peak_memory()
    check(home, server, batch, made, told, kills, lines=lines, bad=bad)
    steps = server.all_steps()
    report = [
        f"{lines} lines, {bad} of them bad: {batch['status']}, {batch['request_counts']}",
        f"output file {len(made)} lines, error file {len(told)} lines",
        *(
            f"kill {number}: {len(kill.kept)} pictures kept, {kill.settled} lines settled,"
            f" {len(kill.begun)} begun and not finished"
            for number, kill in enumerate(kills, 1)
        ),
        f"steps computed {len(steps)}, needed {STEPS * len(made)}:"
        f" {len(steps) - STEPS * len(made)} more, all of lines that no kill found finished",
        f"{time.time() - began:.0f} s in all; server's peak memory {memory / 1e6:.0f} MB",
    ]
    sys.stdout.write("\n".join(report) + "\n")


def requests(lines: int, bad: int) -> list[dict[str, Any]]:
    """Bad ones at even distances among good ones without a seed."""
    every = lines // bad
    return [
        line(f"line-{i}", output_format="jpeg", **(BAD[i // every % 5] if i % every == 7 else {}))
        for i in range(lines)
    ]


def wait_until_done(client: Client, batch_id: str, count: int) -> None:
    while True:
        counts = client.get(f"/v1/batches/{batch_id}").json()["request_counts"]
        if counts["completed"] + counts["failed"] >= count:
            return
        time.sleep(0.05)


def at_rest(home: Path, server: Running, batch_id: str) -> Kill:
    with Store.open(home) as store, store.database.read() as connection:
        kept = frozenset(connection.scalars(select(pictures.c.seed)))
        rows = connection.execute(select(batch_lines).where(batch_lines.c.batch == batch_id)).all()
    return Kill(
        logged=len(server.all_steps()),
        kept=kept,
        settled=sum(row.state in ("completed", "failed") for row in rows),
        begun={r.custom_id: r.job["params"]["seed"] for r in rows if r.state == "begun"},
    )


def results(client: Client, batch: dict[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    """custom_id → seed of the output file, in which all pictures differ; the error file."""
    made, told, seen = {}, {}, set()
    with client.stream("GET", f"/v1/files/{batch['output_file_id']}/content") as reply:
        for text in reply.iter_lines():
            row = json.loads(text)
            body = row["response"]["body"]
            data = base64.b64decode(body["data"][0]["b64_json"])
            assert data.startswith(b"\xff\xd8\xff")
            seen.add(hash(data))
            assert row["custom_id"] not in made
            made[row["custom_id"]] = body["sfumato"]["seeds"][0]
    for text in client.get(f"/v1/files/{batch['error_file_id']}/content").text.splitlines():
        row = json.loads(text)
        told[row["custom_id"]] = row
    assert len(seen) == len(made)
    return made, told


def check(
    home: Path,
    server: Running,
    batch: dict[str, Any],
    made: dict[str, int],
    told: dict[str, Any],
    kills: list[Kill],
    *,
    lines: int,
    bad: int,
) -> None:
    assert batch["status"] == "completed"
    assert batch["request_counts"] == {"total": lines, "completed": lines - bad, "failed": bad}
    assert (len(made), len(told)) == (lines - bad, bad)
    assert {row["response"]["status_code"] for row in told.values()} == {400}
    steps = server.all_steps()
    for kill in kills:
        assert 0 < len(kill.kept) < len(made)
        rendered_later = {seed for seed, _ in steps[kill.logged :]}
        assert not rendered_later & kill.kept
        assert {made[custom_id] for custom_id in kill.begun} == set(kill.begun.values())
    computed = Counter(seed for seed, _ in steps)
    assert computed.keys() == set(made.values())
    assert sum(computed.values()) <= STEPS * (len(made) + IN_WORK * len(kills))
    with Store.open(home) as store, store.database.read() as connection:
        seeds = sorted(connection.scalars(select(pictures.c.seed)))
        assert seeds == sorted(made.values())
        assert connection.execute(select(batch_lines)).all() == []
