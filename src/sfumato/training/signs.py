"""Short words drawn on a canvas, for teaching letters. Knows nothing about things or captions."""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

MAX_LETTERS = 8


def sample_words(titles: Sequence[str], rng: np.random.Generator) -> str:
    """A word of 2 to 8 letters: one out of a title, or random letters."""
    title = titles[int(rng.integers(len(titles)))].split()
    word = title[int(rng.integers(len(title)))]
    if not 2 <= len(word) <= MAX_LETTERS or not word.isalpha() or rng.random() < 0.3:
        count = int(rng.integers(2, MAX_LETTERS + 1))
        word = "".join(chr(97 + int(c)) for c in rng.integers(0, 26, count))
    return word.upper() if rng.random() < 0.7 else word.capitalize()


def draw_words(words: Sequence[str], canvas: tuple[int, int], rng: np.random.Generator) -> Tensor:
    """(B, 4, height, width) premultiplied in [0, 1]: each word in the lower third, on its plate."""
    height, width = canvas
    layers = [_draw(word, width, height, bool(rng.random() < 0.5)) for word in words]
    return torch.from_numpy(np.stack(layers)).permute(0, 3, 1, 2).contiguous()


def _draw(word: str, width: int, height: int, dark: bool) -> np.ndarray[tuple[int, ...], np.dtype]:
    picture = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(picture)
    size = min(height * 0.3, 1.5 * (width - 4) / max(len(word), 1))
    font = ImageFont.load_default(size)
    plate, ink = ("#212529", "#ffffff") if dark else ("#ffffff", "#212529")
    middle = height * 0.82
    pen.rectangle((0, middle - size * 0.65, width, middle + size * 0.65), fill=plate)
    pen.text((width / 2, middle), word, font=font, fill=ink, anchor="mm")
    straight = np.asarray(picture, dtype=np.float32) / 255
    straight[..., :3] *= straight[..., 3:]
    return straight
