"""Where callers' events are sent, and what is still to be sent.

A delivery is a row from the moment of its event until somebody took it. Knows no HTTP. Every call
blocks: use a thread from async code.
"""

import base64
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from sqlalchemy import Connection, delete, func, insert, select, update

from sfumato.errors import NotFound
from sfumato.store.database import Database
from sfumato.store.tables import deliveries, webhooks

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that gets the events of `caller`, signed with `secret`."""

    id: str
    caller: str
    url: str
    secret: str = field(repr=False)
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one address; `attempts` were made, the next is due at `due_at`."""

    id: str
    url: str
    secret: str = field(repr=False)
    payload: str
    attempts: int
    due_at: int


COLUMNS = [webhooks.c[one.name] for one in fields(Webhook)]
WAITING = [webhooks.c.url, webhooks.c.secret] + [
    deliveries.c[name] for name in ("id", "payload", "attempts", "due_at")
]


class Webhooks:
    """create, list, delete; announce, due, next_due, delivered, retry."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, caller: str, url: str) -> Webhook:
        """A new address; its secret is kept, since it has to sign."""
        secret = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        webhook = Webhook(
            id=f"wh_{secrets.token_hex(8)}",
            caller=caller,
            url=url,
            secret=SECRET_PREFIX + secret,
            created_at=int(time.time()),
        )
        row = {column.name: getattr(webhook, column.name) for column in COLUMNS}
        with self._database.write() as connection:
            connection.execute(insert(webhooks).values(row))
        return webhook

    def list(self) -> tuple[Webhook, ...]:
        """All of them, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(*COLUMNS).order_by(webhooks.c.created_at))
            return tuple(Webhook(**row._mapping) for row in rows)

    def delete(self, webhook_id: str) -> None:
        """Remove it with everything that was still to be sent; NotFound for an unknown one."""
        with self._database.write() as connection:
            gone = connection.execute(delete(webhooks).where(webhooks.c.id == webhook_id))
            if gone.rowcount == 0:
                raise NotFound(f"No webhook with id '{webhook_id}'.", param="id")
            connection.execute(delete(deliveries).where(deliveries.c.webhook == webhook_id))

    def announce(self, caller: str, kind: str, data_id: str) -> None:
        """Have the event sent to every address of the caller. Durable when this returns."""
        with self._database.write() as connection:
            announce(connection, caller, kind, data_id)

    def due(self, now: int, most: int) -> Sequence[Delivery]:
        """Deliveries whose time has come, the longest overdue first."""
        query = (
            select(*WAITING)
            .join_from(deliveries, webhooks, deliveries.c.webhook == webhooks.c.id)
            .where(deliveries.c.due_at <= now)
            .order_by(deliveries.c.due_at)
            .limit(most)
        )
        with self._database.read() as connection:
            return [Delivery(**row._mapping) for row in connection.execute(query)]

    def next_due(self) -> int | None:
        """When the next delivery is due, in Unix seconds."""
        with self._database.read() as connection:
            moment: int | None = connection.scalar(select(func.min(deliveries.c.due_at)))
            return moment

    def delivered(self, delivery_id: str) -> None:
        """Somebody took it, or nobody ever will."""
        with self._database.write() as connection:
            connection.execute(delete(deliveries).where(deliveries.c.id == delivery_id))

    def retry(self, delivery_id: str, due_at: int) -> None:
        """Nobody took it; try again at `due_at`."""
        row = {"attempts": deliveries.c.attempts + 1, "due_at": due_at}
        with self._database.write() as connection:
            connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(row))


def announce(connection: Connection, caller: str, kind: str, data_id: str) -> None:
    """`Webhooks.announce` as a part of the transaction in which the thing happens."""
    now = int(time.time())
    query = select(webhooks.c.id).where(webhooks.c.caller == caller)
    for webhook_id in connection.scalars(query).all():
        event = {
            "id": f"evt_{secrets.token_hex(16)}",
            "object": "event",
            "type": kind,
            "created_at": now,
            "data": {"id": data_id},
        }
        row = {
            "id": event["id"],
            "webhook": webhook_id,
            "payload": json.dumps(event, separators=(",", ":")),
            "attempts": 0,
            "due_at": now,
        }
        connection.execute(insert(deliveries).values(row))
