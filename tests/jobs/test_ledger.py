import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sfumato.core import EncodedImage, EncodedPreview, ImageParams
from sfumato.errors import QueueFull, ServerError, SfumatoError, SnapshotDamaged
from sfumato.jobs.job import JobEvent
from sfumato.jobs.ledger import Ledger
from sfumato.jobs.saved_params import params_to_json
from sfumato.jobs.scheduler import Scheduler
from sfumato.registry.snapshot import Snapshot
from sfumato.settings import Settings
from sfumato.store import Store
from sfumato.store.jobs import StoredJob, picture_ids
from tests.jobs.workplace import TEST_ENGINES, fake_snapshot, small

SLOW = fake_snapshot("slow", step_seconds=3600)
QUICK = fake_snapshot("quick")


def record(job_id: str, params: ImageParams, snapshot: str = "quick") -> StoredJob:
    return StoredJob(
        id=job_id,
        caller="ada",
        task="generate",
        state="queued",
        created_at=1,
        snapshot=snapshot,
        params=params_to_json(params),
        delivery={"moderation": "auto"},
        pictures=picture_ids(job_id, params.n),
    )


async def find(name: str) -> Snapshot:
    if name == "gone":
        raise SnapshotDamaged("The snapshot 'gone' is not installed.")
    return {"slow": SLOW, "quick": QUICK}[name]


@asynccontextmanager
async def open_ledger(
    root: Path, *, job_timeout: float = 600, **changes: Any
) -> AsyncIterator[tuple[Ledger, Store]]:
    settings = Settings.model_validate({"home": root, "threads": 1, "job_timeout": job_timeout})
    with Store.open(settings.root) as store:
        async with (
            Scheduler(settings, store, engines=TEST_ENGINES) as scheduler,
            Ledger(
                scheduler, store, **{"find": find, "spare": 0, "most_waiting": 9, **changes}
            ) as ledger,
        ):
            yield ledger, store


async def everything(ledger: Ledger, of: StoredJob) -> list[JobEvent]:
    return [event async for event in ledger.follow(of)]


async def images(ledger: Ledger, of: StoredJob) -> list[EncodedImage]:
    return [event async for event in ledger.follow(of) if isinstance(event, EncodedImage)]


def test_a_job_is_made_and_told_to_any_number_of_readers(tmp_path: Path) -> None:
    params = small(n=2, partial_images=1)

    async def scenario() -> None:
        async with open_ledger(tmp_path) as (ledger, store):
            given_back: list[int] = []
            job = record("job_1", params)
            store.webhooks.create("ada", "http://127.0.0.1:9")
            assert await ledger.accept(job, params, on_end=given_back.append) == "job_1"
            for events in await asyncio.gather(everything(ledger, job), everything(ledger, job)):
                kinds = [type(event) for event in events]
                assert kinds == [EncodedPreview, EncodedImage] * 2
                assert not any(event.data for event in events)  # type: ignore[union-attr]  # both kinds have it
            over = store.jobs.get("ada", "job_1")
            assert (over.state, given_back) == ("completed", [0])
            assert [image.picture_id for image in await images(ledger, job)] == list(job.pictures)
            (event,) = store.webhooks.due(2**40, 9)
            assert '"type":"sfumato.job.completed"' in event.payload
            assert list((tmp_path / "spool").iterdir()) == []

    asyncio.run(scenario())


def test_what_is_not_over_when_the_server_stops_goes_on_at_the_next_start(tmp_path: Path) -> None:
    params = small()

    async def scenario() -> None:
        async with open_ledger(tmp_path) as (ledger, _):
            await ledger.accept(record("job_slow", params, "slow"), params)
            await ledger.accept(record("job_2", params), params)
            assert ledger.live("job_2") is not None
        async with open_ledger(tmp_path) as (ledger, store):
            waiting = [job.id for job in store.jobs.unfinished()]
            assert waiting[0] == "job_slow"
            over = await ledger.cancel("ada", "job_slow")
            assert over.state == "cancelled"
            await images(ledger, record("job_2", params))
            assert store.jobs.get("ada", "job_2").state == "completed"

    asyncio.run(scenario())


def test_a_job_whose_snapshot_is_gone_fails_with_the_reason(tmp_path: Path) -> None:
    params = small(n=3)

    async def scenario() -> None:
        async with open_ledger(tmp_path) as (ledger, store):
            given_back: list[int] = []
            job = record("job_1", params, "gone")
            await ledger.accept(job, params, on_end=given_back.append)
            for _ in range(2):  # while it fails, and when it is read from the books
                with pytest.raises(SfumatoError) as failure:
                    await images(ledger, job)
                assert "not installed" in failure.value.envelope()["error"]["message"]
            assert given_back == [3]
            assert store.jobs.get("ada", "job_1").state == "failed"

    asyncio.run(scenario())


def test_a_job_of_another_version_fails_and_stops_no_start(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Store.open(tmp_path) as store:
            store.jobs.add(replace(record("job_1", small()), params={"words": "a cat"}), None)
        async with open_ledger(tmp_path) as (_, store):
            job = store.jobs.get("ada", "job_1")
            assert job.error is not None
            assert (job.state, job.error["code"]) == ("failed", "server_error")

    asyncio.run(scenario())


def test_a_waiting_job_is_cancelled_without_having_begun(tmp_path: Path) -> None:
    params = small()

    async def scenario() -> None:
        async with open_ledger(tmp_path) as (ledger, store):
            job = record("job_1", params)
            await ledger.accept(job, params)
            over = await ledger.cancel("ada", "job_1")
            assert over == await ledger.cancel("ada", "job_1")
            assert (over.state, over.started_at) == ("cancelled", None)
            with pytest.raises(SfumatoError):
                await images(ledger, job)
            assert store.pictures.list("ada") == ()

    asyncio.run(scenario())


def test_only_so_many_wait(tmp_path: Path) -> None:
    params = small()

    async def scenario() -> None:
        async with open_ledger(tmp_path, most_waiting=0) as (ledger, store):
            with pytest.raises(QueueFull):
                await ledger.accept(record("job_1", params), params)
            assert store.jobs.unfinished() == ()

    asyncio.run(scenario())


@pytest.mark.wire("W-818")
def test_a_key_that_has_jobs_waiting_leaves_places_to_those_that_have_none(tmp_path: Path) -> None:
    params = small()

    def of(caller: str, number: int) -> StoredJob:
        return replace(record(f"job_{caller}_{number}", params), caller=caller)

    async def scenario() -> None:
        everything_waits = {"most_waiting": 8, "spare": 1_000_000}
        async with open_ledger(tmp_path, **everything_waits) as (ledger, _):
            for number in range(6):
                await ledger.accept(of("ada", number), params)
            with pytest.raises(QueueFull):
                ledger.check_room("ada")
            for caller in ("charles", "mary"):
                await ledger.accept(of(caller, 1), params)
            with pytest.raises(QueueFull):
                ledger.check_room("luigi")

    asyncio.run(scenario())


def test_the_one_caller_of_a_server_without_keys_may_fill_all_places(tmp_path: Path) -> None:
    params = small()

    async def scenario() -> None:
        async with open_ledger(tmp_path, most_waiting=4, spare=1_000_000) as (ledger, _):
            for number in range(4):
                await ledger.accept(
                    replace(record(f"job_{number}", params), caller="local"), params
                )

    asyncio.run(scenario())


@pytest.mark.wire("W-817")
@pytest.mark.parametrize(
    ("prompt", "job_timeout"),
    [("exit once", 600), pytest.param("sleep once", 6, marks=pytest.mark.slow)],
)
def test_a_job_that_the_server_failed_after_some_pictures_goes_on_with_the_others(
    tmp_path: Path, prompt: str, job_timeout: float
) -> None:
    params = small(prompt, n=3, partial_images=1)
    odd = fake_snapshot("odd", engine="odd", previews=str(tmp_path / "previews"))

    async def find_odd(name: str) -> Snapshot:
        return odd

    async def scenario() -> None:
        ledger_of_odd = open_ledger(tmp_path, job_timeout=job_timeout, find=find_odd)
        async with ledger_of_odd as (ledger, store):
            job = record("job_1", params, "odd")
            await ledger.accept(job, params)
            events = await everything(ledger, job)
            assert [type(event) for event in events] == [EncodedPreview, EncodedImage] * 3
            assert store.jobs.get("ada", "job_1").state == "completed"
            assert len((tmp_path / "previews").read_text()) == 4  # no picture was made twice

    asyncio.run(scenario())


def test_a_job_that_the_server_fails_at_once_has_failed(tmp_path: Path) -> None:
    params = small("exit", n=2)

    async def find_odd(name: str) -> Snapshot:
        return fake_snapshot("odd", engine="odd")

    async def scenario() -> None:
        async with open_ledger(tmp_path, find=find_odd) as (ledger, store):
            job = record("job_1", params, "odd")
            await ledger.accept(job, params)
            with pytest.raises(ServerError):
                await images(ledger, job)
            assert store.jobs.get("ada", "job_1").state == "failed"

    asyncio.run(scenario())


def test_an_end_that_cannot_be_kept_is_told_as_a_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    params = small()

    async def scenario() -> None:
        async with open_ledger(tmp_path) as (ledger, store):
            job = record("job_1", params)
            await ledger.accept(job, params)
            with store.database.write() as connection:
                connection.exec_driver_sql("ALTER TABLE jobs RENAME COLUMN finished_at TO lost")
            with pytest.raises(ServerError, match="not that they are finished"):
                await images(ledger, job)
            with store.database.write() as connection:
                connection.exec_driver_sql("ALTER TABLE jobs RENAME COLUMN lost TO finished_at")
            assert [one.id for one in store.jobs.unfinished()] == ["job_1"]

    asyncio.run(scenario())
    assert "could not be kept" in caplog.text
