"""The lines of running batches: which are done, with what was resolved and what came out.

They go with the end of the batch: its files tell then. Knows nothing about what a line asks.
Every call blocks: use a thread from async code.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from sfumato.store.database import Database
from sfumato.store.tables import batch_lines as lines

WAITING, BEGUN, COMPLETED, FAILED = "waiting", "begun", "completed", "failed"
OPEN = (WAITING, BEGUN)
PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Line `line`, counted from 1, of a batch's input."""

    line: int
    custom_id: str
    state: str
    job: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None


COLUMNS = [lines.c[field.name] for field in fields(Line)]


class BatchLines:
    """replace, open, begin, settle, counts, of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, batch_id: str, found: Iterable[tuple[int, str]]) -> None:
        """All lines, as (number, custom_id), waiting; what was there before is dropped."""
        with self._database.write() as connection:
            connection.execute(delete(lines).where(lines.c.batch == batch_id))
            rows = (
                {"batch": batch_id, "line": line, "custom_id": custom_id, "state": WAITING}
                for line, custom_id in found
            )
            while some := list(islice(rows, 1000)):
                connection.execute(insert(lines), some)

    def open(self, batch_id: str) -> Mapping[int, Line]:
        """Those that are not done, by number."""
        query = select(*COLUMNS).where(lines.c.batch == batch_id, lines.c.state.in_(OPEN))
        with self._database.read() as connection:
            return {row.line: _line(row) for row in connection.execute(query)}

    def begin(self, batch_id: str, line: int, job: Mapping[str, Any]) -> None:
        """Keep what the line was resolved to."""
        self._set(batch_id, line, {"state": BEGUN, "job": job})

    def settle(self, batch_id: str, line: int, state: str, result: Mapping[str, Any]) -> None:
        """Keep what came out; `state` is COMPLETED or FAILED."""
        self._set(batch_id, line, {"state": state, "result": result})

    def counts(self, batch_ids: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """How many lines of each batch stand in each state."""
        query = select(lines.c.batch, lines.c.state, func.count()).where(
            lines.c.batch.in_(batch_ids)
        )
        counted: dict[str, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
        with self._database.read() as connection:
            for batch, state, count in connection.execute(
                query.group_by(lines.c.batch, lines.c.state)
            ):
                counted[batch][state] = count
        return counted

    def of(self, batch_id: str, states: Sequence[str]) -> Iterator[Line]:
        """The lines in one of `states`, in order, read a page at a time."""
        after = 0
        while page := self._page(batch_id, states, after):
            yield from page
            after = page[-1].line

    def _page(self, batch_id: str, states: Sequence[str], after: int) -> Sequence[Line]:
        query = select(*COLUMNS).where(
            lines.c.batch == batch_id, lines.c.line > after, lines.c.state.in_(states)
        )
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(lines.c.line).limit(PAGE))
            return [_line(row) for row in rows]

    def _set(self, batch_id: str, line: int, values: Mapping[str, Any]) -> None:
        row = lines.c.batch == batch_id, lines.c.line == line
        with self._database.write() as connection:
            connection.execute(update(lines).where(*row).values(values))


def _line(row: Row[Any]) -> Line:
    return Line(**row._mapping)
