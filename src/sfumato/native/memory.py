"""The asset memory: open vector drawings in one file, found by name, by emoji or by meaning.

The pack is a zip that is never unpacked: `index.json` (one entry per asset), `embeddings.npy`
(int8, one row per asset; a row divided by its own length is the unit vector of the asset's title)
and `svg/<id>.svg`. Knows nothing about prompts, grammar or pixels.
"""

import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfumato.errors import SnapshotDamaged

FORMAT = 1
STYLE_ORDER = ("flat", "noto", "icon", "clipart", "gradient")  # who stands in when a style lacks it
_NOT_WORD = re.compile(r"[^a-z0-9']+")
_EMOJI_EXTRAS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")  # variation selectors, skin tones


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One drawing. Each of its `names` stands for the thing itself, the first most of all."""

    id: str  # "<set>/<slug>"
    title: str
    names: tuple[str, ...]
    style: str
    source: str
    licence: str
    category: str
    emoji: str = ""
    colour: str | None = None  # the one of scene.COLOURS that it mostly has by nature


class Memory:
    """Assets by id, name, emoji and meaning; the pack file stays open for its drawings."""

    def __init__(
        self,
        pack: zipfile.ZipFile,
        assets: Iterable[Asset],
        embeddings: NDArray[np.int8],
    ) -> None:
        self._pack = pack
        self._assets = tuple(assets)
        self._rows = {asset.id: row for row, asset in enumerate(self._assets)}
        self._embeddings = embeddings
        self._by_name = _invert(a.names for a in self._assets)
        self._by_emoji = _invert((a.emoji,) if a.emoji else () for a in self._assets)

    @classmethod
    def open(cls, path: Path) -> "Memory":
        """Open a pack; SnapshotDamaged if it is none, or one of another format."""
        try:
            pack = zipfile.ZipFile(path)
            index = json.loads(pack.read("index.json"))
            if index["format"] != FORMAT:
                raise ValueError(f"format {index['format']}, this version reads {FORMAT}")
            assets = [_asset(raw) for raw in index["assets"]]
            embeddings = np.load(io.BytesIO(pack.read("embeddings.npy")), allow_pickle=False)
            if embeddings.shape[0] != len(assets):
                raise ValueError("as many embeddings as assets are needed")
        except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise SnapshotDamaged(f"The asset memory {path.name} is damaged: {error}") from error
        return cls(pack, assets, embeddings)

    def __len__(self) -> int:
        return len(self._assets)

    def __iter__(self) -> Iterator[Asset]:
        return iter(self._assets)

    def __contains__(self, asset_id: object) -> bool:
        return asset_id in self._rows

    def __getitem__(self, asset_id: str) -> Asset:
        return self._assets[self._rows[asset_id]]

    def svg(self, asset_id: str) -> str:
        """The drawing's source. KeyError for an id that memory does not hold."""
        return self._pack.read(f"svg/{self[asset_id].id}.svg").decode()

    def close(self) -> None:
        self._pack.close()

    def find(self, name: str, style: str | None = None) -> Asset | None:
        """The asset called `name`, in `style` if that style has it, else in the next best style."""
        found = self.named(name)
        return min(found, key=lambda a: style_rank(a, style)) if found else None

    def named(self, name: str) -> tuple[Asset, ...]:
        """Every asset called exactly `name`; those called so first of all come first."""
        return self._pick(self._by_name, fold(name))

    def drawn(self, emoji: str, style: str | None = None) -> Asset | None:
        """The asset of an emoji, whatever its skin tone and presentation."""
        found = self._pick(self._by_emoji, plain_emoji(emoji))
        return min(found, key=lambda a: style_rank(a, style)) if found else None

    def nearest(
        self, vector: NDArray[np.float32], limit: int = 8
    ) -> tuple[tuple[float, Asset], ...]:
        """The assets whose titles mean most nearly `vector` (384, unit length), with cosines."""
        scores = (self._embeddings @ vector.astype(np.float32)) * self._inverse_lengths
        best = np.argsort(-scores, kind="stable")[:limit]
        return tuple((float(scores[row]), self._assets[row]) for row in best)

    def similarity(self, asset_id: str, vector: NDArray[np.float32]) -> float:
        """Cosine of an asset's title to `vector`."""
        row = self._rows[asset_id]
        return float(self._embeddings[row] @ vector) * float(self._inverse_lengths[row])

    @cached_property
    def longest_name(self) -> int:
        """Words in the longest name: no longer span can match."""
        return max((name.count(" ") + 1 for name in self._by_name), default=0)

    @cached_property
    def _inverse_lengths(self) -> NDArray[np.float32]:
        lengths = np.linalg.norm(self._embeddings.astype(np.float32), axis=1)
        return np.asarray(1.0 / np.maximum(lengths, 1e-6), dtype=np.float32)

    def _pick(self, table: Mapping[str, tuple[int, ...]], key: str) -> tuple[Asset, ...]:
        return tuple(self._assets[row] for row in table.get(key, ()))


def fold(name: str) -> str:
    """The form under which names are compared: lower case, single spaces, no punctuation."""
    return " ".join(_NOT_WORD.sub(" ", name.lower().replace("\u2019", "'")).split())


def plain_emoji(emoji: str) -> str:
    """An emoji without skin tone and presentation, which memory does not tell apart."""
    return _EMOJI_EXTRAS.sub("", emoji)


def style_rank(asset: Asset, style: str | None) -> int:
    """Lower is better: the wanted style, then the order in which styles stand in for each other."""
    if asset.style == style:
        return -1
    return STYLE_ORDER.index(asset.style) if asset.style in STYLE_ORDER else len(STYLE_ORDER)


def _invert(lists: Iterable[tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    table: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, words in enumerate(lists):
        for place, word in enumerate(words):
            table[word].append((place, row))
    return {word: tuple(row for _, row in sorted(rows)) for word, rows in table.items()}


def _asset(raw: Mapping[str, Any]) -> Asset:
    return Asset(**{**raw, "names": tuple(raw["names"])})
