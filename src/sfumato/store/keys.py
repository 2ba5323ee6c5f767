"""The API keys, and the browsers that signed in with one. Of every secret only its hash is kept.

A key has 256 random bits, so a plain SHA-256 cannot be guessed back and finding it by its hash
tells nothing by its time. Knows no HTTP. Every call blocks: use a thread from async code.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, exists, insert, or_, select, update

from sfumato.errors import InvalidRequest, NotFound
from sfumato.store.database import Database
from sfumato.store.tables import keys, sessions

PREFIX = "sk-sfumato-"
SECRET_BYTES = 32
SESSION_SECONDS = 30 * 86_400
MOST_RECALLED = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key, without its secret. `id` is the caller that it stands for; limits are per minute."""

    id: str
    name: str
    created_at: int  # Unix seconds, as all times here
    revoked_at: int | None
    requests_per_minute: int | None
    image_tokens_per_minute: int | None


COLUMNS = [keys.c[field.name] for field in fields(Key)]


def is_ours(secret: str) -> bool:
    """Whether it means to be one of our keys, known or not."""
    return secret.startswith(PREFIX)


class Keys:
    """create, list, revoke, find, recall; sign_in, signed_in, sign_out."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recalled: dict[str, tuple[Key | None]] = {}
        self._version: int | None = None  # of the database that was asked

    def create(
        self,
        name: str,
        *,
        requests_per_minute: int | None = None,
        image_tokens_per_minute: int | None = None,
    ) -> tuple[Key, str]:
        """A new key and its secret, which is told this once. Names of living keys differ."""
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        key = Key(
            id=f"key_{secrets.token_hex(8)}",
            name=name,
            created_at=int(time.time()),
            revoked_at=None,
            requests_per_minute=requests_per_minute,
            image_tokens_per_minute=image_tokens_per_minute,
        )
        row = {column.name: getattr(key, column.name) for column in COLUMNS}
        with self._database.write() as connection:
            taken = select(exists().where(keys.c.name == name, keys.c.revoked_at.is_(None)))
            if connection.scalar(taken):
                raise InvalidRequest(
                    f"There is a key named '{name}' already. Revoke it, or choose another name.",
                    param="name",
                )
            connection.execute(insert(keys).values(**row, hash=_hash(secret)))
        return key, secret

    def list(self) -> tuple[Key, ...]:
        """All of them, revoked ones too, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(*COLUMNS).order_by(keys.c.created_at, keys.c.id))
            return tuple(_key(row) for row in rows)

    def named(self, name: str) -> Key:
        """The living key of that name or id; NotFound when there is none."""
        query = select(*COLUMNS).where(_called(name))
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise _unknown(name)
        return _key(row)

    def revoke(self, name: str) -> Key:
        """End the living key of that name or id, and every session signed in with it."""
        with self._database.write() as connection:
            row = connection.execute(select(*COLUMNS).where(_called(name))).one_or_none()
            if row is None:
                raise _unknown(name)
            ended = update(keys).where(keys.c.id == row.id).values(revoked_at=int(time.time()))
            connection.execute(ended)
            connection.execute(delete(sessions).where(sessions.c.caller == row.id))
        return _key(row)

    def find(self, secret: str) -> Key | None:
        """The living key with that secret."""
        version, hashed = self._database.version(), _hash(secret)
        found = self._living(keys.c.hash == hashed)
        if version == self._version and len(self._recalled) < MOST_RECALLED:
            self._recalled[hashed] = (found,)
        return found

    def recall(self, secret: str) -> tuple[Key | None] | None:
        """What `find` said since anybody last wrote; None when it was not asked. Never blocks.

        So a storm of refusals costs no queries, and a revoked key is refused at once all the same.
        """
        version = self._database.version()
        if version != self._version:
            self._recalled.clear()
            self._version = version
        return self._recalled.get(_hash(secret))

    def any_living(self) -> bool:
        """Whether somebody could come with a key."""
        with self._database.read() as connection:
            return bool(connection.scalar(select(exists().where(keys.c.revoked_at.is_(None)))))

    def sign_in(self, key: Key) -> str:
        """The secret of a new session that stands for `key` for `SESSION_SECONDS`."""
        secret, now = secrets.token_urlsafe(SECRET_BYTES), int(time.time())
        row = {"hash": _hash(secret), "caller": key.id, "expires_at": now + SESSION_SECONDS}
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            connection.execute(insert(sessions).values(row))
        return secret

    def signed_in(self, secret: str) -> Key | None:
        """The living key that a session stands for."""
        session = select(sessions.c.caller).where(
            sessions.c.hash == _hash(secret), sessions.c.expires_at > int(time.time())
        )
        return self._living(keys.c.id == session.scalar_subquery())

    def sign_out(self, secret: str) -> None:
        """End the session. Harmless when there is none."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == _hash(secret)))

    def _living(self, which: ColumnElement[bool]) -> Key | None:
        query = select(*COLUMNS).where(which, keys.c.revoked_at.is_(None))
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _key(row)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _called(name: str) -> ColumnElement[bool]:
    return or_(keys.c.name == name, keys.c.id == name) & keys.c.revoked_at.is_(None)


def _unknown(name: str) -> NotFound:
    return NotFound(f"No living key is called '{name}'. See: sfumato keys list", param="name")


def _key(row: Row[Any]) -> Key:
    return Key(**row._mapping)
