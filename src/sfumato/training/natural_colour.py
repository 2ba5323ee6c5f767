"""The colour that a drawing has by nature, if it mostly has one. Knows nothing about prompts."""

import io

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from sfumato.native.scene import COLOURS

_PIXELS = 48
_SHARE = 0.45  # of the drawing's pixels


def natural_colour(svg: str) -> str | None:
    """The name in scene.COLOURS of most of the drawing's pixels, None if none prevails."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=_PIXELS, skip_system_fonts=True)
    pixels = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA"), dtype=np.float32)
    inside = pixels[pixels[..., 3] > 128][:, :3] / 255
    if len(inside) < 16:
        return None
    names = list(COLOURS)
    palette = np.array([[int(COLOURS[n][i : i + 2], 16) / 255 for i in (1, 3, 5)] for n in names])
    distance = np.linalg.norm(_lab(inside)[:, None] - _lab(palette)[None], axis=2)
    counts = np.bincount(distance.argmin(axis=1), minlength=len(names))
    best = int(counts.argmax())
    return names[best] if counts[best] >= _SHARE * len(inside) else None


def _lab(rgb: NDArray[np.floating]) -> NDArray[np.floating]:
    """sRGB in [0, 1] → Oklab (Ottosson 2020), lightness weighted down: shading is not a colour."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_lms = np.array(
        [[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]]
    )
    to_lab = np.array(
        [[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
    )
    return np.asarray(np.cbrt(linear @ to_lms.T) @ to_lab.T * np.array([0.6, 1.0, 1.0]))
