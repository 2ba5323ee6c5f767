"""The bytes of a PNG, JPEG or WebP to pixels, within limits. Knows nothing about credentials."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from sfumato.core import Mask, Pixels
from sfumato.errors import InvalidRequest

MAX_PIXELS = 100_000_000
FORMATS = ("PNG", "JPEG", "WEBP")


def decode(data: bytes) -> Pixels:
    """(H, W, 4) uint8 straight alpha, upright as EXIF says.

    InvalidRequest for other formats, damage and giant pictures; the size is checked before a pixel
    is decoded.
    """
    with _opened(data) as file:
        return np.asarray(ImageOps.exif_transpose(file).convert("RGBA"))


def decode_mask(data: bytes) -> Mask:
    """(H, W) uint8: a picture's alpha. InvalidRequest when it has no alpha channel."""
    with _opened(data) as file:
        if not file.has_transparency_data:
            raise InvalidRequest(
                "The mask has no alpha channel. Give a PNG or WebP that is transparent where the"
                " picture may change and opaque where it must stay.",
                param="mask",
            )
        return np.asarray(ImageOps.exif_transpose(file).convert("RGBA").getchannel("A"))


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is lower
            file = Image.open(io.BytesIO(data), formats=FORMATS)
        with file:
            width, height = file.size
            if width * height > MAX_PIXELS:
                raise InvalidRequest(
                    f"The picture has {width}x{height} pixels; {MAX_PIXELS} are the most."
                )
            yield file
    except UnidentifiedImageError as error:
        raise InvalidRequest("This is not a PNG, JPEG or WebP picture.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidRequest(
            f"This is not a PNG, JPEG or WebP that can be read: {error}"
        ) from error
