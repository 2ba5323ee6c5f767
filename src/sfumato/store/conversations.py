"""Conversations, each its caller's own. Their items are in `items`.

Every call blocks: use a thread from async code.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import delete, insert, select, update

from sfumato.errors import NotFound
from sfumato.store.database import Database
from sfumato.store.items import add_items, remove_items
from sfumato.store.tables import conversations


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredConversation:
    """`metadata` are at most 16 pairs of text."""

    id: str
    caller: str
    created_at: int  # Unix seconds
    metadata: Mapping[str, str]


COLUMNS = [conversations.c[field.name] for field in fields(StoredConversation)]


def new_conversation_id() -> str:
    """An id that no other conversation has."""
    return f"conv_{secrets.token_hex(16)}"


class Conversations:
    """add, get, describe, remove."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        caller: str,
        metadata: Mapping[str, str],
        first: Sequence[Mapping[str, Any]] = (),
        conversation_id: str | None = None,
    ) -> StoredConversation:
        """A new one that begins with the items `first`."""
        new = StoredConversation(
            id=conversation_id or new_conversation_id(),
            caller=caller,
            created_at=int(time.time()),
            metadata=dict(metadata),
        )
        with self._database.write() as connection:
            row = {column.name: getattr(new, column.name) for column in COLUMNS}
            connection.execute(insert(conversations).values(row))
            add_items(connection, caller, new.id, first)
        return new

    def get(self, caller: str, conversation_id: str) -> StoredConversation:
        """One of the caller's; NotFound for an unknown id and for another's."""
        query = select(*COLUMNS).where(
            conversations.c.id == conversation_id, conversations.c.caller == caller
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise _unknown(conversation_id)
        return StoredConversation(**row._mapping)

    def describe(self, caller: str, conversation_id: str, metadata: Mapping[str, str]) -> None:
        """Replace its metadata; NotFound as above."""
        mine = conversations.c.id == conversation_id, conversations.c.caller == caller
        change = update(conversations).where(*mine).values(metadata=dict(metadata))
        with self._database.write() as connection:
            if not connection.execute(change).rowcount:
                raise _unknown(conversation_id)

    def remove(self, caller: str, conversation_id: str) -> None:
        """Forget it and what stands in it; items of stored responses stay theirs."""
        gone = delete(conversations).where(
            conversations.c.id == conversation_id, conversations.c.caller == caller
        )
        with self._database.write() as connection:
            if not connection.execute(gone).rowcount:
                raise _unknown(conversation_id)
            remove_items(connection, caller, conversation_id)


def _unknown(conversation_id: str) -> NotFound:
    shown = conversation_id.encode("utf-8", "replace").decode()[:100]
    return NotFound(f"Conversation with id '{shown}' not found.", param="id")
