"""The renderer's own backdrops at training size, with words for them. Knows nothing of things."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from sfumato.native.backdrop import OUTDOORS, backdrop_svg
from sfumato.native.raster import rasterise
from sfumato.native.scene import COLOURS, Backdrop

PLACES: Mapping[str, str] = {
    "sky": "in the sky",
    "meadow": "on a meadow",
    "forest": "in a forest",
    "mountains": "in the mountains",
    "sea": "by the sea",
    "beach": "on the beach",
    "underwater": "under water",
    "desert": "in the desert",
    "snow": "on the snow",
    "city": "in the city",
    "road": "on a road",
    "room": "in a room",
    "table": "on a table",
    "space": "in space",
}
SUNSET = ("#5b4b8a", "#f3722c", "#fcc46a")
WASHES = (("#fff7ec", "#ffe3c2"), ("#eef6ff", "#cfe6ff"), ("#f3f0ff", "#ded3fb"), ("#effaf1",))
VARIANTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BackdropPack:
    """`words[i]` says what `pictures[canvas][i]` (4, height, width) uint8 shows; None: unsaid."""

    words: tuple[str | None, ...]
    pictures: Mapping[tuple[int, int], Tensor]


@cache
def pack_backdrops(canvases: tuple[tuple[int, int], ...]) -> BackdropPack:
    """Render every kind by day, night and sunset, in the rain, and plain ones in each colour."""
    rows = [row for variant in range(VARIANTS) for row in _places(variant)] + _plain()
    return BackdropPack(
        words=tuple(words for words, _ in rows),
        pictures={canvas: _render([b for _, b in rows], canvas) for canvas in canvases},
    )


def _places(variant: int) -> list[tuple[str | None, Backdrop]]:
    rows: list[tuple[str | None, Backdrop]] = []
    for kind, words in PLACES.items():
        rows.append((words, Backdrop(kind=kind, colours=(), variant=variant)))
        if kind != "space":
            night = Backdrop(kind=kind, colours=(), night=True, variant=variant)
            rows.append((f"{words} at night", night))
        if kind in OUTDOORS:
            dusk = Backdrop(kind=kind, colours=SUNSET, variant=variant)
            rain = Backdrop(kind=kind, colours=(), weather="rain", variant=variant)
            rows += [(f"{words} at sunset", dusk), (f"{words} in the rain", rain)]
    return rows


def _plain() -> list[tuple[str | None, Backdrop]]:
    rows: list[tuple[str | None, Backdrop]] = []
    for name, colour in COLOURS.items():
        rows.append((f"on a {name} background", Backdrop(kind="plain", colours=(colour,))))
    for wash in WASHES:
        kinds = ("plain", "gradient") if len(wash) > 1 else ("plain",)
        rows += [(None, Backdrop(kind=kind, colours=wash)) for kind in kinds]
    return rows


def _render(backdrops: list[Backdrop], canvas: tuple[int, int]) -> Tensor:
    height, width = canvas
    drawn = [rasterise(backdrop_svg(b, width, height), width, height) for b in backdrops]
    pixels = np.stack([np.asarray(picture.convert("RGBA"), np.uint8) for picture in drawn])
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
