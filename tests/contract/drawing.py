"""The files that the contract tests send: photographs to edit, masks, and what is neither."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SIZE = (96, 64)
HOLE = (slice(16, 48), slice(32, 64))  # rows and columns that a mask lets change


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawings:
    """Files in a folder, each described to a client by its path."""

    folder: Path

    def photo(self, name: str = "photo.png", seed: int = 0, size: tuple[int, int] = SIZE) -> Path:
        """Noise, so that every pixel tells whether it is still the same."""
        noise = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
        path = self.folder / name
        Image.fromarray(noise).save(path, lossless=True)  # which WebP alone knows
        return path

    def turned(self) -> Path:
        """A photograph that was taken with the camera on its side."""
        path = self.folder / "turned.jpg"
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.open(self.photo()).save(path, exif=exif)
        return path

    def mask(self, name: str = "mask.png", size: tuple[int, int] = SIZE) -> Path:
        """Opaque but for the hole."""
        alpha = np.full((size[1], size[0]), 255, np.uint8)
        alpha[HOLE] = 0
        return self._clear(name, alpha)

    def markup(self, name: str = "markup.png") -> Path:
        """Transparent but for what is drawn."""
        drawn = np.zeros((SIZE[1], SIZE[0]), np.uint8)
        drawn[HOLE] = 255
        return self._clear(name, drawn)

    def opaque(self, name: str = "opaque.png") -> Path:
        return self._clear(name, np.full((SIZE[1], SIZE[0]), 255, np.uint8))

    def text(self, name: str = "notes.txt", data: bytes = b"Example data") -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def data_url(self, path: Path) -> str:
        """The file written into an address."""
        kind = {".png": "png", ".jpg": "jpeg", ".webp": "webp"}[path.suffix]
        return f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"

    def changed_only_in_the_hole(self, path: Path, image: Image.Image) -> bool:
        """Whether `image` is the file, pixel for pixel, but for what the mask lets change."""
        before = np.asarray(Image.open(path).convert("RGB"))
        changed = (np.asarray(image.convert("RGB")) != before).any(axis=2)
        inside = float(changed[HOLE].mean())
        changed[HOLE] = False
        return inside > 0.9 and not changed.any()

    def _clear(self, name: str, alpha: Any) -> Path:
        pixels = np.zeros((*alpha.shape, 4), np.uint8)
        pixels[..., 3] = alpha
        path = self.folder / name
        Image.fromarray(pixels).save(path)
        return path


def sent(path: Path, how: str = "stream", **named: str) -> dict[str, Any]:
    """A file for a client's call: as `path`, `bytes`, `stream`, or `named` with a name and type."""
    return {"$file": str(path), "as": how, **named}
