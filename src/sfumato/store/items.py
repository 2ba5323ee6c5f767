"""Items of conversations and responses, each under the one it belongs to: its home.

An item can be found by its id alone, but by its owner only. Every call blocks: use a thread from
async code. Knows nothing about what is in an item but its id.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import Connection, Select, delete, insert, select

from sfumato.errors import NotFound
from sfumato.store.database import Database
from sfumato.store.tables import items


class Items:
    """add, page, get, find, remove."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, caller: str, home: str, new: Sequence[Mapping[str, Any]]) -> None:
        """Append, all or none; an item that stands there already stays where it is."""
        with self._database.write() as connection:
            add_items(connection, caller, home, new)

    def page(
        self,
        caller: str,
        home: str,
        *,
        limit: int | None = None,
        order: Literal["asc", "desc"] = "asc",
        after: str | None = None,
    ) -> tuple[dict[str, Any], ...]:
        """In the order of adding, or from the end; those behind `after`, NotFound without it."""
        query = select(items.c.item).where(items.c.caller == caller, items.c.conversation == home)
        with self._database.read() as connection:
            if after is not None:
                number = _number(connection, caller, home, after)
                mark = items.c.number
                query = query.where(mark > number if order == "asc" else mark < number)
            column = items.c.number.asc() if order == "asc" else items.c.number.desc()
            rows = connection.scalars(query.order_by(column).limit(limit))
            return tuple(rows)

    def get(self, caller: str, home: str, item_id: str) -> dict[str, Any]:
        """One item there; NotFound for an unknown id and for another's."""
        return self._one(_of(caller, item_id).where(items.c.conversation == home), item_id)

    def find(self, caller: str, item_id: str) -> dict[str, Any]:
        """One item of the caller's, wherever it belongs; NotFound as above."""
        return self._one(_of(caller, item_id), item_id)

    def remove(self, caller: str, home: str, item_id: str) -> None:
        """Forget one; NotFound as above."""
        gone = delete(items).where(
            items.c.caller == caller, items.c.conversation == home, items.c.id == item_id
        )
        with self._database.write() as connection:
            if not connection.execute(gone).rowcount:
                raise _unknown(item_id)

    def _one(self, query: Select[Any], item_id: str) -> dict[str, Any]:
        with self._database.read() as connection:
            found = connection.scalars(query.order_by(items.c.number.desc()).limit(1)).first()
        if found is None:
            raise _unknown(item_id)
        item: dict[str, Any] = found
        return item


def add_items(
    connection: Connection, caller: str, home: str, new: Sequence[Mapping[str, Any]]
) -> None:
    """`Items.add` inside a transaction that does more."""
    ids = [item["id"] for item in new]
    there = set(
        connection.scalars(
            select(items.c.id).where(
                items.c.caller == caller, items.c.conversation == home, items.c.id.in_(ids)
            )
        )
    )
    rows = [
        {"id": item["id"], "conversation": home, "caller": caller, "item": dict(item)}
        for item in new
        if item["id"] not in there
    ]
    if rows:
        connection.execute(insert(items), rows)


def remove_items(connection: Connection, caller: str, home: str) -> None:
    """Forget all items of a home, inside a transaction that does more."""
    connection.execute(delete(items).where(items.c.caller == caller, items.c.conversation == home))


def _of(caller: str, item_id: str) -> Select[Any]:
    return select(items.c.item).where(items.c.caller == caller, items.c.id == item_id)


def _number(connection: Connection, caller: str, home: str, item_id: str) -> int:
    query = select(items.c.number).where(
        items.c.caller == caller, items.c.conversation == home, items.c.id == item_id
    )
    number = connection.scalars(query.limit(1)).first()
    if number is None:
        raise _unknown(item_id)
    return int(number)


def _unknown(item_id: str) -> NotFound:
    shown = item_id.encode("utf-8", "replace").decode()[:100]
    return NotFound(f"No item with id '{shown}'.", param="id")
