"""Files that callers uploaded and that batches wrote, each scoped to its caller.

A file is there until it is deleted or expires; while a batch that reads it runs, it is there in any
case. Knows nothing about what is in the bytes. Every call blocks: use a thread from async code.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from sfumato.errors import Conflict, NotFound
from sfumato.store.database import Database
from sfumato.store.objects import Objects
from sfumato.store.tables import batches, files

FOLDER = "files"
ABANDONED_AFTER_SECONDS = 3_600
RUNNING = ("validating", "in_progress", "finalizing", "cancelling")  # batches that read their input


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file. Times are Unix seconds; `sha256` is of its `bytes` bytes."""

    id: str
    caller: str
    created_at: int
    expires_at: int | None
    filename: str
    purpose: str
    bytes: int
    sha256: str
    object_key: str


COLUMNS = [files.c[field.name] for field in fields(StoredFile)]


def new_file_id() -> str:
    """An id that no other file has."""
    return f"file-{secrets.token_hex(16)}"


class Files:
    """add, get, path, list, space, delete, sweep."""

    def __init__(self, database: Database, objects: Objects) -> None:
        self._database = database
        self._objects = objects

    def add(
        self,
        caller: str,
        spooled: Path,
        *,
        filename: str,
        purpose: str,
        expires_at: int | None,
        sha256: str,
        size: int,
        file_id: str | None = None,
    ) -> StoredFile:
        """Move a spooled file in: durable when this returns. StorageFull leaves no trace of it.

        With a `file_id` that was added before, that one stays and is returned: so whoever was
        interrupted may simply do it again.
        """
        name = secrets.token_hex(16)
        file = StoredFile(
            id=file_id or new_file_id(),
            caller=caller,
            created_at=int(time.time()),
            expires_at=expires_at,
            filename=filename,
            purpose=purpose,
            bytes=size,
            sha256=sha256,
            object_key=f"{FOLDER}/{name[:2]}/{name}",
        )
        self._objects.adopt(file.object_key, spooled)
        try:
            with self._database.write() as connection:
                connection.execute(insert(files).values(asdict(file)))
        except IntegrityError:
            self._objects.discard(file.object_key)
            return self.get(caller, file.id)
        except BaseException:
            self._objects.discard(file.object_key)
            raise
        return file

    def get(self, caller: str, file_id: str) -> StoredFile:
        """One file of the caller's; NotFound when it is unknown, expired or another's."""
        with self._database.read() as connection:
            return require_file(connection, caller, file_id)

    def path(self, caller: str, file_id: str) -> Path:
        """Where its bytes lie, to be read only; NotFound as with `get`, and when they are gone."""
        file = self.get(caller, file_id)
        path = self._objects.path(file.object_key)
        if not path.exists():
            raise NotFound(f"The bytes of file '{file_id}' are gone from the disk.", param="id")
        return path

    def list(
        self,
        caller: str,
        *,
        limit: int,
        after: str | None = None,
        ascending: bool = False,
        purpose: str | None = None,
    ) -> tuple[StoredFile, ...]:
        """Files of the caller by time of upload, behind `after`; NotFound if that is unknown."""
        query = select(*COLUMNS).where(files.c.caller == caller, _alive())
        if purpose is not None:
            query = query.where(files.c.purpose == purpose)
        query = query.order_by(files.c.number if ascending else files.c.number.desc())
        with self._database.read() as connection:
            if after is not None:
                mark = _number(connection, caller, after)
                beyond = files.c.number > mark if ascending else files.c.number < mark
                query = query.where(beyond)
            return tuple(_stored(row) for row in connection.execute(query.limit(limit)))

    def space(self) -> int:
        """Bytes that all files of all callers take."""
        with self._database.read() as connection:
            return int(connection.scalar(select(func.coalesce(func.sum(files.c.bytes), 0))) or 0)

    def delete(self, caller: str, file_id: str) -> None:
        """Remove it for good; Conflict while a batch that reads it runs."""
        with self._database.write() as connection:
            file = require_file(connection, caller, file_id)
            reader = batches.c.input_file == file_id, batches.c.status.in_(RUNNING)
            batch = connection.scalar(select(batches.c.id).where(*reader).limit(1))
            if batch is not None:
                raise Conflict(
                    f"The file '{file_id}' is the input of batch '{batch}', which still runs."
                    " Cancel the batch, or wait for its end.",
                    param="id",
                )
            connection.execute(delete(files).where(files.c.id == file_id))
        self._objects.discard(file.object_key)

    def sweep(self) -> None:
        """Remove what expired, and bytes without a row, which a kill left behind."""
        gone = ~_alive()
        with self._database.write() as connection:
            expired = connection.scalars(select(files.c.object_key).where(gone)).all()
            connection.execute(delete(files).where(gone))
        for key in [*expired, *self._abandoned()]:
            self._objects.discard(key)

    def _abandoned(self) -> Sequence[str]:
        with self._database.read() as connection:
            kept = set(connection.scalars(select(files.c.object_key)))
        limit = time.time() - ABANDONED_AFTER_SECONDS
        found = (file for file in self._objects.path(FOLDER).rglob("*") if file.is_file())
        old = (file for file in found if file.stat().st_mtime < limit)
        keys = (f"{FOLDER}/{file.parent.name}/{file.name}" for file in old)
        return [key for key in keys if key not in kept]


def require_file(connection: Connection, caller: str, file_id: str) -> StoredFile:
    """The file, for use inside a transaction; NotFound as with `Files.get`."""
    query = select(*COLUMNS).where(files.c.id == file_id, files.c.caller == caller, _alive())
    row = connection.execute(query).one_or_none()
    if row is None:
        raise _unknown(file_id)
    return _stored(row)


def _number(connection: Connection, caller: str, file_id: str) -> int:
    query = select(files.c.number).where(files.c.id == file_id, files.c.caller == caller)
    number: int | None = connection.scalar(query)
    if number is None:
        raise _unknown(file_id)
    return number


def _unknown(file_id: str) -> NotFound:
    return NotFound(
        f"No file with id '{file_id}'. It may have expired or been deleted.", param="id"
    )


def _alive() -> ColumnElement[bool]:
    needed = select(batches.c.input_file).where(batches.c.status.in_(RUNNING))
    unexpired = files.c.expires_at > int(time.time())
    return or_(files.c.expires_at.is_(None), unexpired, files.c.id.in_(needed))


def _stored(row: Row[Any]) -> StoredFile:
    return StoredFile(**row._mapping)
