"""Recognises a disk without room in what Python, SQLite and obstore raise about it.

Knows nothing of what was to be written.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import BaseError
from sqlalchemy.exc import OperationalError

from sfumato.errors import StorageFull

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SQLITE_NO_ROOM = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE"})  # the latter over a quota


@contextmanager
def full_disk_is_told() -> Iterator[None]:
    """Raise StorageFull in place of every error that means there is no room."""
    try:
        yield
    except (OSError, OperationalError, BaseError) as error:
        if not _means_full(error):
            raise
        raise StorageFull(
            "The disk is full, or refuses to be written: nothing was kept, and nothing half-written"
            " was left behind. Make room where SFUMATO_HOME points, then send the request again."
        ) from error


def _means_full(error: Exception) -> bool:
    if isinstance(error, OperationalError):
        return getattr(error.orig, "sqlite_errorname", None) in SQLITE_NO_ROOM
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    code = re.search(r"\(os error (\d+)\)", str(error))  # obstore tells it in words alone
    return code is not None and int(code[1]) in NO_ROOM
