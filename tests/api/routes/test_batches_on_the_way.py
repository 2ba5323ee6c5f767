"""What happens to a batch on its way, on a server whose pictures take a while."""

import os
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from tests.api.home import fake_snapshot, make_home
from tests.api.routes.batching import GENERATIONS, begin, ended, line, rows
from tests.api.shape import error_of

PATH = "/v1/batches"


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server whose pictures take a while."""
    root: Path = tmp_path_factory.mktemp("slow")
    settings = make_home(root, fake_snapshot(recipe={"step_seconds": 0.02}))
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


def test_a_cancelled_batch_gives_what_was_finished_and_says_what_was_not(
    slow: TestClient,
) -> None:
    batch = begin(slow, [line(str(i)) for i in range(40)]).json()
    assert batch["status"] == "validating"
    while slow.get(f"{PATH}/{batch['id']}").json()["request_counts"]["completed"] < 2:
        time.sleep(0.02)
    file = slow.delete(f"/v1/files/{batch['input_file_id']}")
    assert "still runs" in error_of(file, 409)["message"]
    cancelling = slow.post(f"{PATH}/{batch['id']}/cancel").json()
    assert cancelling["status"] == "cancelling"
    over = ended(slow, batch["id"])
    assert over["status"] == "cancelled"
    assert over["cancelling_at"] <= over["cancelled_at"]
    counts = over["request_counts"]
    made, told = rows(slow, over["output_file_id"]), rows(slow, over["error_file_id"])
    assert counts == {"total": 40, "completed": len(made), "failed": 0}
    assert 2 <= len(made) < 40
    assert len(made) + len(told) == 40
    assert {row["error"]["code"] for row in told.values()} == {"batch_cancelled"}
    assert {row["response"] for row in told.values()} == {None}
    error = error_of(slow.post(f"{PATH}/{batch['id']}/cancel"), 409)
    assert "cancelled" in error["message"]
    assert slow.delete(f"/v1/files/{batch['input_file_id']}").status_code == 200


def test_a_batch_that_takes_too_long_expires_with_what_was_finished(
    slow: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sfumato.api.batch.runner.WINDOW_SECONDS", 2)
    over = ended(slow, begin(slow, [line(str(i)) for i in range(60)]).json()["id"])
    assert over["status"] == "expired"
    assert over["expired_at"] >= over["expires_at"]
    made, told = rows(slow, over["output_file_id"]), rows(slow, over["error_file_id"])
    assert len(made) == over["request_counts"]["completed"] > 0
    assert len(made) + len(told) == 60
    assert {row["error"]["code"] for row in told.values()} == {"batch_expired"}


def test_a_worker_that_dies_on_the_way_costs_no_line(slow: TestClient) -> None:
    batch = begin(slow, [line(str(i), seed=i) for i in range(12)]).json()["id"]
    app: Any = slow.app
    for count in (2, 5):
        while slow.get(f"{PATH}/{batch}").json()["request_counts"]["completed"] < count:
            time.sleep(0.02)
        for pid in app.state.backend.scheduler.worker_pids:
            os.kill(pid, signal.SIGKILL)
    over = ended(slow, batch)
    assert over["request_counts"] == {"total": 12, "completed": 12, "failed": 0}
    assert len(rows(slow, over["output_file_id"])) == 12


def test_a_full_disk_holds_a_batch_up_and_costs_no_line(
    slow: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sfumato.api.batch.runner.RETRY_SECONDS", 0.05)
    batch = begin(slow, [line(str(i)) for i in range(8)]).json()["id"]
    while slow.get(f"{PATH}/{batch}").json()["request_counts"]["completed"] < 2:
        time.sleep(0.02)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))  # stands in for a full disk
    try:
        while "it goes on in" not in caplog.text:
            time.sleep(0.02)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    over = ended(slow, batch)
    assert over["request_counts"] == {"total": 8, "completed": 8, "failed": 0}
    assert len(rows(slow, over["output_file_id"])) == 8


@pytest.mark.slow
def test_a_line_that_outlasts_a_jobs_deadline_keeps_its_pictures_and_goes_on(
    tmp_path: Path,
) -> None:
    recipe = {"step_seconds": 0.1, "step_log": str(tmp_path / "steps.log")}
    settings = make_home(tmp_path, fake_snapshot(recipe=recipe), job_timeout=2.5)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        over = ended(client, begin(client, [line("ten", n=10)]).json()["id"])
        assert over["request_counts"] == {"total": 1, "completed": 1, "failed": 0}
        made = rows(client, over["output_file_id"])["ten"]["response"]["body"]
        assert len(made["data"]) == 10
        seeds = {row.split()[0] for row in (tmp_path / "steps.log").read_text().splitlines()}
        assert seeds == {str(seed) for seed in made["sfumato"]["seeds"]}


def test_people_are_served_while_a_batch_runs(slow: TestClient) -> None:
    batch = begin(slow, [line(str(i)) for i in range(30)]).json()["id"]
    for seed in (1, 2):
        reply = slow.post(GENERATIONS, json=line("me", seed=seed)["body"])
        assert reply.status_code == 200
    counts = slow.get(f"{PATH}/{batch}").json()["request_counts"]
    assert counts["completed"] < 30
    slow.post(f"{PATH}/{batch}/cancel")
    ended(slow, batch)
