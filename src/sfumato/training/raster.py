"""Assets → one packed tensor of small pictures. Knows nothing about scenes or captions."""

import hashlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from sfumato.training.assets import SourceAsset

THINGS = ("Animals & Nature", "Food & Drink", "Objects", "Travel & Places", "Activities")
HELD_OUT = 12  # one pair of thing and style in so many is never trained on
CLOCK = re.compile(r"\b(thirty|oclock|o clock)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetTensor:
    """`pixels` (N, size, size, 4) uint8, premultiplied; row i shows `titles[i]` in `styles[i]`."""

    pixels: NDArray[np.uint8]
    titles: tuple[str, ...]
    styles: tuple[str, ...]
    sources: tuple[str, ...]

    def save(self, path: Path) -> None:
        """One compressed .npz: pixels and a JSON of words."""
        words = json.dumps({"titles": self.titles, "styles": self.styles, "sources": self.sources})
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, pixels=self.pixels, words=np.array(words))

    @property
    def held_out(self) -> NDArray[np.bool_]:
        """(N,) the rows that training must not see: pairs held out whose thing has other styles."""
        pairs = [held_out(*pair) for pair in zip(self.titles, self.styles, strict=True)]
        seen = {title for title, out in zip(self.titles, pairs, strict=True) if not out}
        rows = zip(self.titles, pairs, strict=True)
        return np.array([out and title in seen for title, out in rows], dtype=np.bool_)

    def only(self, rows: NDArray[np.bool_]) -> "AssetTensor":
        """The rows where `rows` (N,) is true."""
        chosen = np.flatnonzero(rows)
        words = {
            name: tuple(getattr(self, name)[row] for row in chosen)
            for name in ("titles", "styles", "sources")
        }
        return AssetTensor(pixels=self.pixels[chosen], **words)

    @classmethod
    def load(cls, path: Path) -> "AssetTensor":
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as archive:
            words = json.loads(str(archive["words"]))
            return cls(
                pixels=archive["pixels"], **{name: tuple(values) for name, values in words.items()}
            )


def pack(assets: Sequence[SourceAsset], size: int) -> AssetTensor:
    """Rasterise what resvg can; assets that fail or come out empty are left out."""
    kept: list[tuple[SourceAsset, NDArray[np.uint8]]] = []
    for asset in assets:
        pixels = _render(asset.svg, size)
        if pixels is not None and pixels[..., 3].any():
            kept.append((asset, pixels))
    return AssetTensor(
        pixels=np.stack([pixels for _, pixels in kept]),
        titles=tuple(asset.title for asset, _ in kept),
        styles=tuple(asset.style for asset, _ in kept),
        sources=tuple(asset.source for asset, _ in kept),
    )


def held_out(title: str, style: str) -> bool:
    """Whether this thing in this style is kept from training, so that evaluation can ask for it.

    The rule is a hash of the pair, so that it never depends on which sets are at hand.
    """
    return hashlib.sha256(f"{title}|{style}".encode()).digest()[0] % HELD_OUT == 0


def choose(
    assets: Sequence[SourceAsset], sources: Sequence[str], categories: Sequence[str] = THINGS
) -> list[SourceAsset]:
    """The emoji that show one of `categories` and come from `sources`; clock faces left out.

    A set without categories of its own takes those of its namesake in another set.
    """
    named = {a.title for a in assets if a.category in categories and a.emoji}
    return [
        a for a in assets if a.source in sources and a.title in named and not CLOCK.search(a.title)
    ]


def _render(svg: str, size: int) -> NDArray[np.uint8] | None:
    try:
        png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size))
    except ValueError:
        return None
    straight = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), dtype=np.uint16)
    if straight.shape[:2] != (size, size):
        return None
    alpha = straight[..., 3:]
    return np.concatenate([(straight[..., :3] * alpha + 127) // 255, alpha], -1).astype(np.uint8)
