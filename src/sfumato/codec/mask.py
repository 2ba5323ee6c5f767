"""Masks and markups of an edit. Knows nothing about jobs."""

from sfumato.codec.decode import decode_mask as _decode_alpha
from sfumato.core import Mask


def decode_mask(data: bytes, size: tuple[int, int]) -> Mask:
    return _decode_alpha(data)


def decode_markup(data: bytes, size: tuple[int, int]) -> Mask:
    return _decode_alpha(data)
