"""What the scene judge learns from: every emoji of the learnt styles, and which noun it shows.

The held-out styles are kept apart here, so that nothing downstream can learn from them. Knows
nothing about networks or scenes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from sfumato.evals.categories_suites import Noun
from sfumato.training.assets import SourceAsset
from sfumato.training.judge_data import HELD_OUT
from sfumato.training.judge_scenes import natural_colours
from sfumato.training.raster import AssetTensor, choose, pack

OTHER = -1
SIZE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Pictures (N, 64, 64, 4) premultiplied uint8 with their ink filling the frame.

    `nouns[i]` indexes `names`, or is OTHER; `colours[i]` indexes COLOUR_NAMES or is NO_COLOUR.
    """

    names: tuple[str, ...]
    pixels: NDArray[np.uint8]
    nouns: NDArray[np.int64]
    colours: NDArray[np.int64]

    def save(self, path: Path) -> None:
        """One compressed .npz."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            names=np.array(json.dumps(self.names)),
            pixels=self.pixels,
            nouns=self.nouns,
            colours=self.colours,
        )

    @classmethod
    def load(cls, path: Path) -> "Stock":
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as archive:
            return cls(
                names=tuple(json.loads(str(archive["names"]))),
                pixels=archive["pixels"],
                nouns=archive["nouns"],
                colours=archive["colours"],
            )


def gather(assets: Sequence[SourceAsset], nouns: Mapping[str, Noun]) -> Stock:
    """The learnt styles' emoji: all that show a noun, and the other things as strangers."""
    wanted = {title for noun in nouns.values() for title in noun.depicted_by}
    sources = sorted({a.source for a in assets} - set(HELD_OUT))
    things = {a.title for a in choose(assets, sources)} | wanted
    return _stock(
        pack([a for a in assets if a.source in sources and a.title in things], SIZE), nouns
    )


def _stock(packed: AssetTensor, nouns: Mapping[str, Noun]) -> Stock:
    index = {t: i for i, noun in enumerate(nouns.values()) for t in noun.depicted_by}
    pixels = np.stack([fill_frame(picture) for picture in packed.pixels])
    natural = natural_colours(torch.from_numpy(pixels).permute(0, 3, 1, 2))
    return Stock(
        names=tuple(nouns),
        pixels=pixels,
        nouns=np.array([index.get(title, OTHER) for title in packed.titles], np.int64),
        colours=natural.numpy().astype(np.int64),
    )


def fill_frame(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture moved to the middle of its ink's square; nothing is scaled."""
    rows, columns = np.nonzero(picture[..., 3] > 25)
    if not rows.size:
        return picture
    ink = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    centred = np.zeros_like(picture)
    top, left = (SIZE - ink.shape[0]) // 2, (SIZE - ink.shape[1]) // 2
    centred[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return centred
