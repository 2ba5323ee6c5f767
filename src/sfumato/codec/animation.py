"""Frames to an animated GIF that loops for ever. Knows nothing about recipes, credentials or time.

All frames share one palette, so that what stands still does not flicker. The same frames give the
same bytes on the same machine class.
"""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from sfumato.core import Pixels

COLOURS = 255  # and one that means clear
CLEAR = 255
OPAQUE_FROM = 128  # of alpha: a GIF's pixel is there or is not
_SAMPLES = 1_000_000  # pixels that the palette is chosen from
_TICK_MS = 10
_KEEP, _CLEAR_FIRST = 1, 2  # what happens to a frame before the next one is shown


def encode_gif(frames: Sequence[Pixels], frame_ms: int, *, transparent: bool = False) -> bytes:
    """Encode frames of (H, W, 4) uint8, each shown for `frame_ms`, rounded to 10 ms.

    Alpha from OPAQUE_FROM up is shown and below it is clear when `transparent`, else it is dropped.
    Neighbours that are equal become one frame that is shown for as long as both.
    """
    palette = _palette(frames, transparent=transparent)
    first, *others = [_indexed(frame, palette, transparent=transparent) for frame in frames]
    buffer = io.BytesIO()
    first.save(
        buffer,
        "GIF",
        save_all=True,
        append_images=others,
        duration=max(_TICK_MS, (frame_ms + _TICK_MS // 2) // _TICK_MS * _TICK_MS),
        loop=0,
        disposal=_CLEAR_FIRST if transparent else _KEEP,
        optimize=False,
    )
    return buffer.getvalue()


def _palette(frames: Sequence[Pixels], *, transparent: bool) -> Image.Image:
    """Median cut over the pixels of all frames that are seen."""
    seen = [f[f[..., 3] >= OPAQUE_FROM] if transparent else f.reshape(-1, 4) for f in frames]
    step = 1 + sum(map(len, seen)) // _SAMPLES
    sample = np.concatenate([pixels[::step, :3] for pixels in seen])
    if not len(sample):
        sample = np.zeros((1, 3), np.uint8)
    line = Image.fromarray(sample[None])
    return line.quantize(COLOURS, method=Image.Quantize.MEDIANCUT)


def _indexed(frame: Pixels, palette: Image.Image, *, transparent: bool) -> Image.Image:
    rgb = Image.fromarray(np.ascontiguousarray(frame[..., :3]))
    dithered = rgb.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    if not transparent:
        return dithered
    indices = np.array(dithered)
    indices[frame[..., 3] < OPAQUE_FROM] = CLEAR
    image = Image.fromarray(indices, "P")
    colours = (dithered.getpalette() or [])[: 3 * COLOURS]
    image.putpalette(colours + [0] * (3 * 256 - len(colours)))
    image.info["transparency"] = CLEAR
    return image
