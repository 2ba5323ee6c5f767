"""What a finished file shows, for comparison: its pixels, or the drawing that it holds.

Knows all five formats, nothing of recipes. A file may come from a stranger.
"""

import io
import warnings
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from sfumato.codec.decode import MAX_PIXELS, decode
from sfumato.codec.kinds import kind_of
from sfumato.errors import InvalidRequest

MOST_FRAMES = 16
_STAMP, _STAMP_END = b"<metadata>", b"</metadata>"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """`frames` (F, H, W, 4) uint8, each for `frame_ms` (none of a still picture); or a drawing."""

    frames: NDArray[np.uint8] | None = None
    frame_ms: tuple[int, ...] = ()
    drawing: bytes | None = None


def shown(data: bytes) -> Shown:
    """InvalidRequest and ImageUserError when it is none of the five formats, or damaged."""
    kind = kind_of(data)
    if kind == "SVG":
        return Shown(drawing=_without_stamp(data))
    if kind == "GIF":
        return _animation(data)
    return Shown(frames=decode(data)[None])


def _without_stamp(data: bytes) -> bytes:
    """The credentials carry time and randomness; they stand in the first metadata element."""
    before, _, rest = data.partition(_STAMP)
    return before + rest.partition(_STAMP_END)[2]


def _animation(data: bytes) -> Shown:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they speak of damage, which is refused or harmless
            return _frames(data)
    except InvalidRequest:
        raise
    except Exception as error:
        raise InvalidRequest(f"This GIF cannot be read: {error}.") from error


def _frames(data: bytes) -> Shown:
    with Image.open(io.BytesIO(data), formats=("GIF",)) as image:
        if image.width * image.height * MOST_FRAMES > MAX_PIXELS:
            raise InvalidRequest(f"This GIF is larger than Sfumato's: {image.width}x{image.height}")
        found = [
            (np.asarray(frame.convert("RGBA")), int(frame.info.get("duration", 0)))
            for frame in islice(ImageSequence.Iterator(image), MOST_FRAMES + 1)
        ]
    if len(found) > MOST_FRAMES:
        raise InvalidRequest(f"This GIF has more than {MOST_FRAMES} frames, so it is none of ours.")
    frames, times = zip(*found, strict=True)
    return Shown(frames=np.stack(frames), frame_ms=times)
