"""What outlives a restart: the history of pictures, their files, and where aliases point.

Knows no HTTP and no engine.
"""

from sfumato.store.pictures import StoredPicture
from sfumato.store.store import Store

__all__ = ["Store", "StoredPicture"]
