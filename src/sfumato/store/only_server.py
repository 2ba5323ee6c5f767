"""One server for a home: what is unfinished there goes on in one process, and not in two.

The lock is SQLite's on a file without content: the system gives it free however the process ends,
on every platform. Commands beside the server need no lock. Knows nothing about what a server does.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sfumato.errors import ServerError

FILE = "serving.lock"
PATIENCE_SECONDS = 6.0  # one that is asked to stop may take five to send what is in flight


@contextmanager
def only_server(root: Path, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Inside, no other server has the home at `root`; ServerError while one has. Blocks."""
    lock = sqlite3.connect(
        root / FILE, timeout=patience_seconds, isolation_level=None, check_same_thread=False
    )
    try:
        _take(lock, root)
        yield
    finally:
        lock.close()


def _take(lock: sqlite3.Connection, root: Path) -> None:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise ServerError(
            f"Another Sfumato serves the data folder {root}. Stop that one, or give this one a"
            " folder of its own: SFUMATO_HOME."
        ) from error
