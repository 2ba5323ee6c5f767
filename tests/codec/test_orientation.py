"""The one tag that is read from an EXIF block, and blocks that would lead a reader astray."""

import struct

import numpy as np
import pytest

from sfumato.codec.orientation import as_stored, is_sideways, orientation


def _block(order: str, *entries: tuple[int, int, int, int]) -> bytes:
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IH", 8, len(entries))
    return head + b"".join(
        struct.pack(f"{order}HHIHH", tag, kind, count, value, 0)
        for tag, kind, count, value in entries
    )


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_the_tag_is_read_in_both_byte_orders(order: str, prefix: bytes) -> None:
    block = _block(order, (0x010F, 2, 1, 0), (0x0112, 3, 1, 6))
    assert orientation(prefix + block) == 6


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"Exif\0\0",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        _block("<", (0x0112, 3, 1, 0)),
        _block("<", (0x0112, 3, 1, 9)),
        _block("<", (0x0112, 3, 2, 6)),
        _block("<", (0x0112, 4, 1, 6)),
        _block("<", (0x0112, 3, 1, 6))[:-4],
    ],
)
def test_a_block_that_is_damaged_or_makes_no_sense_turns_nothing(block: bytes) -> None:
    assert orientation(block) == 1


@pytest.mark.parametrize("turn", range(1, 9))
def test_what_is_written_through_the_stored_view_lies_upright(turn: int) -> None:
    stored = np.arange(6, dtype=np.uint8).reshape(2, 3)
    upright = np.zeros((3, 2) if is_sideways(turn) else (2, 3), np.uint8)
    as_stored(upright, turn)[:] = stored
    assert sorted(upright.ravel().tolist()) == list(range(6))
    first = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0)}  # where the first pixel comes to lie
    first |= {5: (0, 0), 6: (0, -1), 7: (-1, -1), 8: (-1, 0)}
    assert upright[first[turn]] == 0
