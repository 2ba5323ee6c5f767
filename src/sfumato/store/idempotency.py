"""Idempotency keys: which request of a caller a key stood for, and what came of it.

A key is remembered for a day. Knows nothing about what its target is. Every call blocks: use a
thread from async code.
"""

import time
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from sfumato.errors import Conflict
from sfumato.store.database import Database
from sfumato.store.tables import idempotency

KEPT_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`key` is said to stand for the request with that fingerprint (SHA-256) of `caller`."""

    caller: str
    key: str
    fingerprint: str


class Idempotency:
    """find, remember, forget."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, claim: Claim) -> str | None:
        """The target of the same request, None for a new key; Conflict for another request."""
        with self._database.read() as connection:
            return _find(connection, claim)

    def remember(self, claim: Claim, target: str) -> str:
        """Let the key stand for `target`, unless it does for another already: that one."""
        with self._database.write() as connection:
            return remember(connection, claim, target)

    def forget(self, caller: str, target: str) -> None:
        """A retry may begin anew."""
        with self._database.write() as connection:
            forget(connection, caller, target)


def remember(connection: Connection, claim: Claim, target: str) -> str:
    """`Idempotency.remember` as a part of somebody else's transaction."""
    connection.execute(delete(idempotency).where(idempotency.c.created_at <= _oldest()))
    earlier = _find(connection, claim)
    if earlier is not None:
        return earlier
    row = {
        "caller": claim.caller,
        "key": claim.key,
        "fingerprint": claim.fingerprint,
        "target": target,
        "created_at": int(time.time()),
    }
    connection.execute(insert(idempotency).values(row))
    return target


def forget(connection: Connection, caller: str, target: str) -> None:
    """`Idempotency.forget` as a part of somebody else's transaction."""
    mine = (idempotency.c.caller == caller) & (idempotency.c.target == target)
    connection.execute(delete(idempotency).where(mine))


def _find(connection: Connection, claim: Claim) -> str | None:
    query = select(idempotency.c.fingerprint, idempotency.c.target).where(
        idempotency.c.caller == claim.caller,
        idempotency.c.key == claim.key,
        idempotency.c.created_at > _oldest(),
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if row.fingerprint != claim.fingerprint:
        raise Conflict(
            "This Idempotency-Key was used for another request within the last 24 hours: its"
            " address or its body differs. Use a new key for a new request.",
            param="Idempotency-Key",
        )
    target: str = row.target
    return target


def _oldest() -> int:
    return int(time.time()) - KEPT_SECONDS
