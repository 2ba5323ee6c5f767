"""JSON with a large base64 member, produced in pieces instead of as one string.

Knows nothing about whose JSON it is.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

PIECE = 3 * 2**14  # bytes of input; a multiple of 3, so that pieces join without padding


def dump(value: Any) -> bytes:
    """Compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def base64_pieces(data: bytes) -> Iterator[bytes]:
    """Standard base64 of `data`."""
    view = memoryview(data)
    for start in range(0, len(view), PIECE):
        yield base64.b64encode(view[start : start + PIECE])


def base64_length(data: bytes) -> int:
    """The length of `data` in base64."""
    return -(-len(data) // 3) * 4


def object_pieces(members: Mapping[str, Any], data: bytes) -> Iterator[bytes]:
    """`members` (at least one) as an object with `b64_json` of `data` as its last member."""
    yield dump(members)[:-1] + b',"b64_json":"'
    yield from base64_pieces(data)
    yield b'"}'
