"""Assets → one memory pack: drawings, their names, what they are tagged with, their embeddings.

Deterministic: the same assets give the same file. Knows nothing about prompts or snapshots.
"""

import io
import json
import re
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sfumato.native.memory import FORMAT, Asset, fold, plain_emoji
from sfumato.training.assets import SourceAsset
from sfumato.training.natural_colour import natural_colour

LICENCES = ("MIT", "Apache-2.0", "CC-PDDC", "CC0-1.0")  # what may be drawn into users' pictures
OWN_NAMES = ("openclipart", "sfumato")  # sets whose keywords are all names of the thing
SIGNS = ("Symbols", "Smileys & Emotion", "Flags")  # their keywords are moods, not things
CLOSE = 0.45  # cosine of keyword and title from which a keyword may stand for the thing
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FAMILY = re.compile(r"^(family|couple with heart|kiss) \w+ \w+|tone\d$")


class SentenceEncoder(Protocol):
    def sentence(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, (N, 384)."""
        ...


@dataclass(frozen=True, slots=True)
class _Names:
    """What names.toml says."""

    extra: Mapping[str, tuple[str, ...]]
    never: frozenset[str]
    brands: frozenset[str]


def pack(assets: Iterable[SourceAsset], encode: SentenceEncoder, path: Path) -> int:
    """Write the pack of those `assets` that may be in memory; how many they are."""
    names = _read_names()
    chosen = sorted((a for a in assets if _belongs(a, names)), key=lambda a: a.id)
    entries = [_entry(asset, names) for asset in chosen]
    vectors = encode.sentence([entry.title for entry in entries])
    index = {
        "format": FORMAT,
        "assets": [asdict(entry) for entry in entries],
        "tags": _tags(chosen, entries, vectors, encode),
    }
    with zipfile.ZipFile(path, "w") as target:
        _write(target, "index.json", json.dumps(index, sort_keys=True, ensure_ascii=False).encode())
        _write(target, "embeddings.npy", _npy(_quantise(vectors)))
        for asset in chosen:
            _write(target, f"svg/{asset.id}.svg", asset.svg.encode())
    return len(entries)


def _belongs(asset: SourceAsset, names: _Names) -> bool:
    if asset.licence not in LICENCES or asset.title in names.brands:
        return False
    if asset.source == "noto" and asset.emoji is None:
        return False  # digits, letters, hair and doubles under old names
    return _FAMILY.search(asset.title) is None


def _entry(asset: SourceAsset, names: _Names) -> Asset:
    called = [asset.title, *names.extra.get(asset.title, ())]
    if asset.source in OWN_NAMES:
        called += asset.keywords
    elif asset.keywords and asset.category not in SIGNS:
        called.append(asset.keywords[0])  # emojilib's own short name
    folded = [fold(name) for name in called]
    return Asset(
        id=asset.id,
        title=asset.title,
        names=tuple(n for n in dict.fromkeys(folded) if n and n not in names.never),
        style=asset.style,
        source=asset.source,
        licence=asset.licence,
        category=asset.category,
        emoji=plain_emoji(asset.emoji or ""),
        colour=natural_colour(asset.svg),
    )


def _tags(
    chosen: Sequence[SourceAsset],
    entries: Sequence[Asset],
    vectors: NDArray[np.float32],
    encode: SentenceEncoder,
) -> dict[str, list[int]]:
    """Keyword → rows of the assets that it means most nearly; none where none is `CLOSE`."""
    rows: dict[str, list[int]] = defaultdict(list)
    known = {name for entry in entries for name in entry.names}
    for row, asset in enumerate(chosen):
        if asset.category in SIGNS or asset.source in OWN_NAMES:
            continue
        for keyword in dict.fromkeys(map(fold, asset.keywords)):
            if len(keyword) > 2 and keyword not in known:
                rows[keyword].append(row)
    keywords = sorted(rows)
    meanings = encode.sentence(keywords) if keywords else np.zeros((0, vectors.shape[1]))
    tags = {}
    for keyword, meaning in zip(keywords, meanings, strict=True):
        scores = {row: float(vectors[row] @ meaning) for row in rows[keyword]}
        best = max(scores.values())
        if best >= CLOSE:
            tags[keyword] = [row for row in rows[keyword] if scores[row] >= best - 1e-4]
    return tags


def _quantise(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    scale = 127 / np.abs(vectors).max(axis=1, keepdims=True)
    return np.asarray(np.rint(vectors * scale), dtype=np.int8)


def _npy(array: NDArray[np.int8]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _write(target: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, date_time=_EPOCH)
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    target.writestr(info, data, compresslevel=9)


@cache
def _read_names() -> _Names:
    text = files("sfumato.training").joinpath("data/names.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    return _Names(
        extra={title: tuple(names) for title, names in raw["names"].items()},
        never=frozenset(map(fold, raw["never"])),
        brands=frozenset(raw["brands"]),
    )
