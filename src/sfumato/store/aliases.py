"""Alias rows: which snapshot a moving name means now. Knows nothing about the catalogue.

Read for every request, so that a change made by another process takes effect at once. Every call
blocks: use a thread from async code.
"""

import time
from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from sfumato.store.database import Database
from sfumato.store.tables import aliases


class Aliases:
    """read, seed, bind."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> Mapping[str, str]:
        """Alias → snapshot id, all of them."""
        with self._database.read() as connection:
            rows = connection.execute(select(aliases.c.name, aliases.c.snapshot))
            return {row.name: row.snapshot for row in rows}

    def seed(self, bindings: Mapping[str, str]) -> None:
        """Bind the names that have no row yet; those that have one stay where they point."""
        with self._database.write() as connection:
            bound = set(connection.scalars(select(aliases.c.name)))
            rows = [_row(n, s) for n, s in bindings.items() if n not in bound]
            if rows:
                connection.execute(insert(aliases), rows)

    def bind(self, name: str, snapshot_id: str) -> None:
        """Point `name` at a snapshot, wherever it pointed before."""
        with self._database.write() as connection:
            connection.execute(delete(aliases).where(aliases.c.name == name))
            connection.execute(insert(aliases), [_row(name, snapshot_id)])


def _row(name: str, snapshot_id: str) -> dict[str, str | int]:
    return {"name": name, "snapshot": snapshot_id, "bound_at": int(time.time())}
