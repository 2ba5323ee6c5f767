"""What the upscaler is compared with: Lanczos, bicubic and tracing of the same base picture.

Each takes a base picture (4, h, w), premultiplied in [-1, 1], and a size. Knows no engine.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import vtracer
from numpy.typing import NDArray
from PIL import Image

from sfumato.core import Pixels
from sfumato.native.canvas import enlarge as bicubic
from sfumato.native.canvas import resize, straight
from sfumato.native.raster import rasterise

Enlarger: TypeAlias = Callable[[NDArray[np.float32], int, int], Pixels]


def lanczos(picture: NDArray[np.float32], width: int, height: int) -> Pixels:
    """Windowed sinc over three pixels, on premultiplied planes."""
    unit = (picture + np.float32(1)) * np.float32(0.5)
    size = (height, width)
    return straight(np.stack([resize(p, size, Image.Resampling.LANCZOS) for p in unit]))


def traced(picture: NDArray[np.float32], width: int, height: int) -> Pixels:
    """Shapes traced by vtracer at its default settings for colour, drawn at the size."""
    small = straight((picture + np.float32(1)) * np.float32(0.5))
    svg = vtracer.convert_pixels_to_svg(
        [tuple(pixel) for pixel in small.reshape(-1, 4).tolist()],
        size=(small.shape[1], small.shape[0]),
    )
    box = f'viewBox="0 0 {small.shape[1]} {small.shape[0]}" preserveAspectRatio="none"'
    shapes = svg.partition("<svg ")[2].partition(">")[2]
    document = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{shapes}'
    return np.array(rasterise(document, width, height))


CLASSIC: Mapping[str, Enlarger] = {"bicubic": bicubic, "lanczos": lanczos, "tracing": traced}
