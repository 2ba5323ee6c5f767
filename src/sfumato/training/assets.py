"""Packages → assets: one SVG with its words, style and licence each. Knows nothing about pixels."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sfumato.training.sources import PICTURES, Source

SKIN_TONE = re.compile(r"-(medium-light|medium-dark|light|medium|dark)(-skin-tone)?(?=-|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAsset:
    """One picture of a set. `title` names the thing ("red apple"), `keywords` are its synonyms."""

    id: str
    title: str
    keywords: tuple[str, ...]
    emoji: str | None
    category: str
    style: str
    source: str
    licence: str
    svg: str


def read_assets(root: Path, sources: tuple[Source, ...] = PICTURES) -> list[SourceAsset]:
    """Every asset of the unpacked `sources` below `root` but skin-tone variants, in id order."""
    words = _Words.read(root)
    found = [asset for source in sources for asset in _read_set(root, source, words)]
    return sorted(found, key=lambda asset: asset.id)


@dataclass(frozen=True, slots=True)
class _Words:
    """What each emoji is called: names without hyphens → emoji, emoji → keywords and category."""

    emoji: Mapping[str, str]
    keywords: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, str]
    titles: Mapping[str, str]

    @classmethod
    def read(cls, root: Path) -> "_Words":
        emoji: dict[str, str] = {}
        titles: dict[str, str] = {}
        for name in ("noto", "twemoji", "fluent-emoji-flat"):
            chars: dict[str, str] = _json(root / name / "package" / "chars.json")
            for code, title in chars.items():
                character = "".join(chr(int(c, 16)) for c in code.split("-"))
                emoji.setdefault(title.replace("-", ""), character)
                titles.setdefault(title.replace("-", ""), title)
        categories = {
            name: category
            for set_name in ("twemoji", "noto", "fluent-emoji-flat")
            for category, names in _categories(root / set_name / "package").items()
            for name in names
        }
        return cls(emoji=emoji, keywords=_keywords(root), categories=categories, titles=titles)


def _read_set(root: Path, source: Source, words: _Words) -> Iterator[SourceAsset]:
    package = root / source.name / "package"
    icons: dict[str, Any] = _json(package / "icons.json")
    own = {n: c for c, names in _categories(package).items() for n in names}
    for name, icon in icons["icons"].items():
        if _is_variant(name, icons["icons"]):
            continue
        key = name.replace("-", "")
        title = words.titles.get(key, name)
        emoji = words.emoji.get(key)
        yield SourceAsset(
            id=f"{source.name}/{name}",
            title=title.replace("-", " "),
            keywords=words.keywords.get(_bare(emoji or ""), ()),
            emoji=emoji,
            category=own.get(name) or words.categories.get(title, ""),
            style=source.style,
            source=source.name,
            licence=source.licence,
            svg=_svg(icon, icons),
        )


def _svg(icon: dict[str, Any], icons: dict[str, Any]) -> str:
    width = icon.get("width", icons.get("width", 16))
    height = icon.get("height", icons.get("height", 16))
    box = f"{icon.get('left', 0)} {icon.get('top', 0)} {width} {height}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width}" height="{height}" viewBox="{box}">{icon["body"]}</svg>'
    )


def _is_variant(name: str, icons: Mapping[str, Any]) -> bool:
    base = SKIN_TONE.sub("", name)
    return base != name and ("skin-tone" in name or base in icons or f"{base}-default" in icons)


def _keywords(root: Path) -> dict[str, tuple[str, ...]]:
    """Keywords by emoji without variation selectors, from emojilib and emojibase, in that order."""
    found: dict[str, list[str]] = defaultdict(list)
    library: dict[str, list[str]] = _json(root / "emojilib/package/dist/emoji-en-US.json")
    for emoji, keywords in library.items():
        found[_bare(emoji)] += [k.replace("_", " ") for k in keywords]
    for entry in _json(root / "emojibase-data/package/en/data.json"):
        found[_bare(entry["emoji"])] += [entry["label"], *entry.get("tags", ())]
    return {emoji: tuple(dict.fromkeys(k.lower() for k in ks)) for emoji, ks in found.items()}


def _bare(emoji: str) -> str:
    return emoji.replace("\ufe0f", "")


def _categories(package: Path) -> dict[str, list[str]]:
    path = package / "metadata.json"
    return _json(path).get("categories", {}) if path.is_file() else {}


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
