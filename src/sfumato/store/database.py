"""The connection: SQLite in WAL mode, migrated to the newest tables when it is opened.

Knows nothing about what is in the tables.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, event

from sfumato.store.full_disk import full_disk_is_told

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 10_000


class Database:
    """`read()` and `write()` give a connection inside a transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._watcher: sqlite3.Connection | None = None  # which never writes
        self._watching = threading.Lock()
        self._engine = create_engine(URL.create("sqlite+pysqlite", database=str(path)))
        event.listen(self._engine, "connect", _configure)
        event.listen(self._engine, "begin", _begin)
        self._writer = self._engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; readers never wait for a writer."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing, durable when the block ends. StorageFull when the disk is."""
        with full_disk_is_told(), self._writer.begin() as connection:
            yield connection

    def version(self) -> int:
        """A number that is another one as soon as anybody, in any process, has written.

        Takes microseconds: the event loop may ask.
        """
        with self._watching:
            if self._watcher is None:
                self._watcher = sqlite3.connect(self._path, check_same_thread=False)
            return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    def migrate(self) -> None:
        """Bring the tables to the newest revision; processes that start together take turns."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        try:
            with self.write() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
        with self._watching:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin` does
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    """A writer takes the write lock at once: a reader that turns writer later could only fail."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
