"""Assets → one memory pack: drawings, their names, their embeddings.

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
from sfumato.training.bodies import with_bodies
from sfumato.training.drawings import read_drawings
from sfumato.training.natural_colour import natural_colour

LICENCES = ("MIT", "Apache-2.0", "CC-PDDC", "CC0-1.0")  # what may be drawn into users' pictures
OWN_NAMES = ("openclipart", "sfumato")  # sets whose keywords are all names of the thing
SIGNS = ("Symbols", "Smileys & Emotion", "Flags")  # their short names are moods, not things
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
    redrawn: frozenset[str]


def pack(assets: Iterable[SourceAsset], encode: SentenceEncoder, path: Path) -> int:
    """Write the pack of our own drawings, our figures and those `assets` that may be in memory.

    Returns how many drawings it holds.
    """
    names = _read_names()
    offered = (*with_bodies(assets), *read_drawings())
    chosen = sorted((a for a in offered if _belongs(a, names)), key=lambda a: a.id)
    entries = [_entry(asset, names) for asset in chosen]
    titles = sorted({entry.title for entry in entries})
    vectors = encode.sentence(titles)
    rows = {title: row for row, title in enumerate(titles)}
    embeddings = _quantise(vectors)[[rows[entry.title] for entry in entries]]
    index = {
        "format": FORMAT,
        "assets": [asdict(entry) for entry in entries],
    }
    with zipfile.ZipFile(path, "w") as target:
        _write(target, "index.json", json.dumps(index, sort_keys=True, ensure_ascii=False).encode())
        _write(target, "embeddings.npy", _npy(embeddings))
        for asset in chosen:
            _write(target, f"svg/{asset.id}.svg", asset.svg.encode())
    return len(entries)


def _belongs(asset: SourceAsset, names: _Names) -> bool:
    if asset.licence not in LICENCES or asset.title in names.brands or asset.id in names.redrawn:
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
    extra: dict[str, list[str]] = defaultdict(list)
    for title, names in raw["names"].items():
        extra[title] += names
    for word, title in raw["stand_ins"].items():
        extra[title].append(word)
    return _Names(
        extra={title: tuple(names) for title, names in extra.items()},
        never=frozenset(map(fold, raw["never"])),
        brands=frozenset(raw["brands"]),
        redrawn=frozenset(raw["redrawn"]),
    )
