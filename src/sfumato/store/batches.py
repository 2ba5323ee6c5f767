"""Batches, each scoped to its caller, and where each of them stands.

A status moves only from one that allows it, in one transaction: of two that want to move it, one
does. Knows nothing about what its lines ask. Every call blocks: use a thread from async code.
"""

import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sfumato.errors import NotFound
from sfumato.store.database import Database
from sfumato.store.files import RUNNING, require_file
from sfumato.store.tables import batch_lines, batches
from sfumato.store.webhooks import announce


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """One batch; `facts` are the members of OpenAI's object that are not columns."""

    id: str
    caller: str
    created_at: int  # Unix seconds
    status: str
    endpoint: str
    input_file: str
    facts: Mapping[str, Any]


COLUMNS = [batches.c[field.name] for field in fields(StoredBatch)]


def new_batch_id() -> str:
    """An id that no other batch has, and that cannot be guessed."""
    return f"batch_{secrets.token_hex(16)}"


class Batches:
    """add, get, list, running, move."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        caller: str,
        *,
        endpoint: str,
        input_file: str,
        facts: Mapping[str, Any],
        batch_id: str | None = None,
    ) -> StoredBatch:
        """A new batch, `validating`; from now on its input stays. NotFound when that is gone."""
        batch = StoredBatch(
            id=batch_id or new_batch_id(),
            caller=caller,
            created_at=int(time.time()),
            status="validating",
            endpoint=endpoint,
            input_file=input_file,
            facts=facts,
        )
        row = {column.name: getattr(batch, column.name) for column in COLUMNS}
        with self._database.write() as connection:
            require_file(connection, caller, input_file)
            connection.execute(insert(batches).values(row))
        return batch

    def get(self, caller: str, batch_id: str) -> StoredBatch:
        """One batch of the caller's; NotFound when it is unknown or another's."""
        with self._database.read() as connection:
            query = select(*COLUMNS).where(batches.c.id == batch_id, batches.c.caller == caller)
            row = connection.execute(query).one_or_none()
        if row is None:
            raise _unknown(batch_id)
        return _stored(row)

    def list(self, caller: str, *, limit: int, after: str | None = None) -> tuple[StoredBatch, ...]:
        """The caller's batches, newest first, behind `after`; NotFound if that is unknown."""
        query = select(*COLUMNS).where(batches.c.caller == caller)
        query = query.order_by(batches.c.number.desc()).limit(limit)
        with self._database.read() as connection:
            if after is not None:
                query = query.where(batches.c.number < _number(connection, caller, after))
            return tuple(_stored(row) for row in connection.execute(query))

    def running(self) -> tuple[StoredBatch, ...]:
        """Those of all callers that are not over, oldest first."""
        query = select(*COLUMNS).where(batches.c.status.in_(RUNNING)).order_by(batches.c.number)
        with self._database.read() as connection:
            return tuple(_stored(row) for row in connection.execute(query))

    def move(
        self, batch_id: str, *, of: Collection[str], to: str, facts: Mapping[str, Any]
    ) -> StoredBatch:
        """Set the status and add `facts`, if its status is one `of`; the batch as it is now.

        With its end its lines go, and its caller's webhooks are announced it.
        """
        with self._database.write() as connection:
            query = select(*COLUMNS).where(batches.c.id == batch_id)
            batch = _stored(connection.execute(query).one())
            if batch.status not in of:
                return batch
            moved = replace(batch, status=to, facts={**batch.facts, **facts})
            values = {"status": moved.status, "facts": moved.facts}
            connection.execute(update(batches).where(batches.c.id == batch_id).values(values))
            if to not in RUNNING:
                connection.execute(delete(batch_lines).where(batch_lines.c.batch == batch_id))
                announce(connection, moved.caller, f"batch.{to}", batch_id)
        return moved


def _number(connection: Connection, caller: str, batch_id: str) -> int:
    query = select(batches.c.number).where(batches.c.id == batch_id, batches.c.caller == caller)
    number: int | None = connection.scalar(query)
    if number is None:
        raise _unknown(batch_id)
    return number


def _unknown(batch_id: str) -> NotFound:
    return NotFound(f"No batch with id '{batch_id}'.", param="id")


def _stored(row: Row[Any]) -> StoredBatch:
    return StoredBatch(**row._mapping)
