"""Pixels to the bytes of each output format. Knows nothing about recipes, credentials or time.

The same pixels and arguments give the same bytes on the same machine class: no timestamps, no
metadata, fixed encoder effort. The effort suits painted pictures, whose fine grain costs a high
PNG level four times the seconds for a tenth of the size.
"""

import io
from collections.abc import Mapping

from PIL import Image

from sfumato.codec.animation import encode_gif
from sfumato.codec.tracing import trace
from sfumato.core import OutputFormat, Pixels

MEDIA_TYPES: Mapping[OutputFormat, str] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "gif": "image/gif",
}
PNG_LEVEL = 3
WEBP_LOSSLESS_EFFORT = 20
STILL_MS = 100
FULL_CHROMA_FROM = 90  # JPEG quality from which colour is kept at full resolution


def encode(
    pixels: Pixels, output_format: OutputFormat, compression: int, *, transparent: bool = False
) -> bytes:
    """Encode (H, W, 4) uint8 straight-alpha pixels; alpha is kept when `transparent`, else dropped.

    `compression` is OpenAI's 0-100: the quality of a JPEG or WebP (a WebP at 100 is lossless, the
    colour under clear pixels included); the other formats have none: a PNG is lossless, an SVG
    traced, a GIF of one frame here. A JPEG has no alpha.
    """
    if output_format == "svg":
        return trace(pixels, transparent=transparent)
    if output_format == "gif":
        return encode_gif((pixels,), STILL_MS, transparent=transparent)
    image = Image.fromarray(pixels if transparent else pixels[:, :, :3])
    buffer = io.BytesIO()
    if output_format == "png":
        image.save(buffer, "PNG", compress_level=PNG_LEVEL)
    elif output_format == "jpeg":
        subsampling = "4:4:4" if compression >= FULL_CHROMA_FROM else "4:2:0"
        image.save(buffer, "JPEG", quality=compression, subsampling=subsampling)
    elif compression == 100:
        image.save(
            buffer, "WEBP", lossless=True, exact=True, quality=WEBP_LOSSLESS_EFFORT, method=1
        )
    else:
        image.save(buffer, "WEBP", quality=compression, alpha_quality=100, exact=True, method=4)
    return buffer.getvalue()
