"""The bytes of a PNG, JPEG or WebP to pixels, within limits. Knows nothing about credentials."""

import io
import warnings

import numpy as np
from PIL import Image, UnidentifiedImageError

from sfumato.core import Pixels
from sfumato.errors import InvalidRequest

MAX_PIXELS = 100_000_000
FORMATS = ("PNG", "JPEG", "WEBP")


def decode(data: bytes) -> Pixels:
    """(H, W, 4) uint8 straight alpha; InvalidRequest for other formats, damage and giant pictures.

    The size is checked before a pixel is decoded.
    """
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
            return np.asarray(file.convert("RGBA"))
    except UnidentifiedImageError as error:
        raise InvalidRequest("This is not a PNG, JPEG or WebP picture.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidRequest(
            f"This is not a PNG, JPEG or WebP that can be read: {error}"
        ) from error
