"""Which way up a picture is, read from the EXIF block of a stranger's file.

Only the one tag is read: a general reader follows every pointer, and a small block of them that all
point at the same bytes fills the machine. Knows no pixels but turns an array of them.
"""

import struct

import numpy as np
from numpy.typing import NDArray

TAG, SHORT, UPRIGHT = 0x0112, 3, 1
MAX_ENTRIES = 1000


def orientation(exif: bytes) -> int:
    """1 to 8 as EXIF numbers them; 1 when the block is absent, damaged or does not say."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return UPRIGHT
    try:
        return _first_directory(tiff, order)
    except struct.error:
        return UPRIGHT


def _first_directory(tiff: bytes, order: str) -> int:
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    (entries,) = struct.unpack_from(f"{order}H", tiff, at)
    for i in range(min(entries, MAX_ENTRIES)):
        tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, at + 2 + 12 * i)
        if (tag, kind, count) == (TAG, SHORT, 1):
            return value if 1 <= value <= 8 else UPRIGHT
    return UPRIGHT


def is_sideways(turn: int) -> bool:
    """Whether width and height change places."""
    return turn >= 5


def as_stored(upright: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    """The (h, w, …) view of an upright array in which the file's rows lie as they are stored."""
    stored = upright.swapaxes(0, 1) if is_sideways(turn) else upright
    if turn in (3, 4, 6, 7):
        stored = stored[::-1]
    if turn in (2, 3, 7, 8):
        stored = stored[:, ::-1]
    return stored
