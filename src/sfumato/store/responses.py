"""Responses as they are kept: what was asked, what is planned, what came of it.

Pictures are named, never held. Every call blocks: use a thread from async code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from sfumato.errors import NotFound
from sfumato.store.database import Database
from sfumato.store.items import add_items, remove_items
from sfumato.store.tables import conversations, responses
from sfumato.store.webhooks import announce

UNKEPT = "unkept"  # in progress and gone when it ends: it is nobody's to fetch
TURNS = ("completed", "incomplete")  # what joins a conversation
UNFINISHED = ("queued", "in_progress", UNKEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """One response; `body` is the answer, `events` what its stream said, `plan` what is decided."""

    id: str
    caller: str
    created_at: int  # Unix seconds
    status: str
    previous: str | None
    conversation: str | None
    request: Mapping[str, Any]
    input: Sequence[Mapping[str, Any]]
    body: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    plan: Mapping[str, Any] | None = None


COLUMNS = [responses.c[field.name] for field in fields(StoredResponse)]


class Responses:
    """add, get, save, finish, remove, unfinished."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: StoredResponse) -> None:
        """Keep a new one; its input items can be found by their ids from now on."""
        with self._database.write() as connection:
            row = {column.name: getattr(new, column.name) for column in COLUMNS}
            connection.execute(insert(responses).values(row))
            add_items(connection, new.caller, new.id, new.input)

    def get(self, caller: str, response_id: str) -> StoredResponse:
        """One of the caller's; NotFound for an unknown id, another's and one that is not kept."""
        query = select(*COLUMNS).where(
            responses.c.id == response_id,
            responses.c.caller == caller,
            responses.c.status != UNKEPT,
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise _unknown(response_id)
        return _stored(row)

    def save(self, response_id: str, **changed: Any) -> None:
        """Replace some columns; nothing happens when it was removed meanwhile."""
        change = update(responses).where(responses.c.id == response_id).values(changed)
        with self._database.write() as connection:
            connection.execute(change)

    def finish(self, ended: StoredResponse, output: Sequence[Mapping[str, Any]]) -> None:
        """Replace all of it; its output items, and those of its turn in a conversation, appear.

        The end of a background response is announced with it.
        """
        row = {column.name: getattr(ended, column.name) for column in COLUMNS}
        change = update(responses).where(responses.c.id == ended.id).values(row)
        with self._database.write() as connection:
            if not connection.execute(change).rowcount:
                return  # removed meanwhile
            add_items(connection, ended.caller, ended.id, output)
            if ended.body.get("background"):
                announce(connection, ended.caller, f"response.{ended.status}", ended.id)
            if ended.conversation is not None and ended.status in TURNS:
                there = select(conversations.c.id).where(conversations.c.id == ended.conversation)
                if connection.scalars(there).first() is not None:
                    turn = [*ended.input, *output]
                    add_items(connection, ended.caller, ended.conversation, turn)

    def remove(self, caller: str, response_id: str) -> None:
        """Forget it and its items; NotFound as in `get`."""
        self.get(caller, response_id)
        self.forget(caller, response_id)

    def forget(self, caller: str, response_id: str) -> None:
        """The same for one that may be unkept, or gone already."""
        gone = delete(responses).where(responses.c.id == response_id, responses.c.caller == caller)
        with self._database.write() as connection:
            connection.execute(gone)
            remove_items(connection, caller, response_id)

    def unfinished(self) -> tuple[StoredResponse, ...]:
        """Everybody's that are not over, oldest first: what a stop of the server cut."""
        query = select(*COLUMNS).where(responses.c.status.in_(UNFINISHED))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(responses.c.number))
            return tuple(_stored(row) for row in rows)


def _stored(row: Row[Any]) -> StoredResponse:
    return StoredResponse(**row._mapping)


def _unknown(response_id: str) -> NotFound:
    shown = response_id.encode("utf-8", "replace").decode()[:100]
    return NotFound(f"Response with id '{shown}' not found.", param="id")
