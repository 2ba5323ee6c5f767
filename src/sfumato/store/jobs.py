"""Image jobs that outlive their request: what was accepted, and how far it came.

Each is scoped to its caller. What happens together is written together: a job and its idempotency
key, an end and its announcement. Knows nothing about how pictures are made. Every call blocks: use
a thread from async code.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from sfumato.errors import Conflict, NotFound
from sfumato.store.database import Database
from sfumato.store.idempotency import Claim, forget, remember
from sfumato.store.tables import jobs
from sfumato.store.webhooks import announce

ENDED = ("completed", "failed", "cancelled")  # before: queued, in_progress


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredJob:
    """One job. `params` and `delivery` are JSON, `error` is OpenAI's error object."""

    id: str
    caller: str
    task: str
    state: str
    created_at: int  # Unix seconds, as all times here
    started_at: int | None = None
    finished_at: int | None = None
    snapshot: str
    params: Mapping[str, Any]
    delivery: Mapping[str, Any]
    pictures: tuple[str, ...]
    error: Mapping[str, Any] | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


COLUMNS = [jobs.c[one.name] for one in fields(StoredJob)]


def picture_ids(job_id: str, n: int) -> tuple[str, ...]:
    """The ids of a job's pictures, before they are made: so a restart finds those that are."""
    names = (hashlib.sha256(f"{job_id}/{index}".encode()).hexdigest() for index in range(n))
    return tuple(f"img_{name[:32]}" for name in names)


class Jobs:
    """add, begin, end; get, list, unfinished, delete."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: StoredJob, claim: Claim | None) -> str:
        """Keep an accepted job; its id, or that of the job for which `claim` stood already."""
        with self._database.write() as connection:
            if claim is not None:
                standing = remember(connection, claim, job.id)
                if standing != job.id:
                    return standing
            connection.execute(insert(jobs).values(asdict(job)))
        return job.id

    def begin(self, job_id: str) -> None:
        """It is worked on."""
        row = {"state": "in_progress", "started_at": int(time.time())}
        with self._database.write() as connection:
            begun = update(jobs).where(jobs.c.id == job_id, jobs.c.state == "queued")
            connection.execute(begun.values(row))

    def end(self, job: StoredJob, state: str, error: Mapping[str, Any] | None = None) -> None:
        """It is over. One that was not completed gives its idempotency key free."""
        row = {"state": state, "finished_at": int(time.time()), "error": error}
        with self._database.write() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job.id).values(row))
            if state != "completed":
                forget(connection, job.caller, job.id)
            announce(connection, job.caller, f"sfumato.job.{state}", job.id)

    def get(self, caller: str, job_id: str) -> StoredJob:
        """One job of the caller's; NotFound for an unknown id and for another's job."""
        query = select(*COLUMNS).where(jobs.c.id == job_id, jobs.c.caller == caller)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"No job with id '{job_id}'.", param="id")
        return _stored(row)

    def list(self, caller: str, *, limit: int, after: str | None = None) -> tuple[StoredJob, ...]:
        """The caller's jobs, newest first; with `after`, those older than that job."""
        query = select(*COLUMNS).where(jobs.c.caller == caller)
        if after is not None:
            mark = select(jobs.c.number).where(jobs.c.id == after, jobs.c.caller == caller)
            query = query.where(jobs.c.number < mark.scalar_subquery())
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(jobs.c.number.desc()).limit(limit))
            return tuple(_stored(row) for row in rows)

    def unfinished(self) -> tuple[StoredJob, ...]:
        """What a restart goes on with: everybody's, in the order of acceptance."""
        query = select(*COLUMNS).where(jobs.c.state.not_in(ENDED)).order_by(jobs.c.number)
        with self._database.read() as connection:
            return tuple(_stored(row) for row in connection.execute(query))

    def delete(self, caller: str, job_id: str) -> None:
        """Forget a job that is over, and its idempotency key; its pictures stay in the history."""
        job = self.get(caller, job_id)
        if not job.is_over:
            raise Conflict(
                f"The job '{job_id}' is {job.state}. Cancel it first:"
                f" POST /v1/sfumato/jobs/{job_id}/cancel",
                param="id",
            )
        with self._database.write() as connection:
            connection.execute(delete(jobs).where(jobs.c.id == job_id))
            forget(connection, caller, job_id)


def _stored(row: Row[Any]) -> StoredJob:
    return StoredJob(**{**row._mapping, "pictures": tuple(row.pictures)})
