"""Requests with the same idempotency key come in one after the other: the second finds the first's.

Knows nothing about what they ask.
"""

import asyncio
from weakref import WeakValueDictionary

from sfumato.store.idempotency import Claim


class Pending:
    """One lock for each key that is in use; it goes with its last user."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def of(self, claim: Claim) -> asyncio.Lock:
        """`async with` it around the look-up and the acceptance."""
        return self._locks.setdefault((claim.caller, claim.key), asyncio.Lock())
