"""What the recognisers learn from: packed pictures and the words each may be called.

Emoji sets give most of the vocabulary; plain icon sets add the suite's nouns that no emoji shows.
Whole styles are held out, so that a recogniser's ceiling is measured on drawings of a hand it never
saw. Knows nothing about networks.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from sfumato.evals.suites import Case, Suite, read_suite
from sfumato.native.scene import COLOURS
from sfumato.training.assets import SourceAsset, read_assets
from sfumato.training.raster import choose, pack
from sfumato.training.sources import PICTURES, WORDS, Source, fetch

SIZE = 64
SUITES = ("nouns", "colours", "tuning")  # whose words the recognisers learn
HELD_OUT = ("emojione", "noto-v1")
HELD_OUT_ICONS = ("tabler", "fluent")
STYLE_SUFFIX = re.compile(r"-(\d+-)?(filled|fill|duotone|outline|regular|bold|variant|solid)$")

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def _icons(name: str, version: str, sha256: str, licence: str) -> Source:
    return Source(
        name=name,
        package=f"@iconify-json/{name}",
        version=version,
        sha256=sha256,
        licence=licence,
        style=f"icons-{name}",
    )


ICONS = (
    _icons(
        "mdi",
        "1.2.3",
        "ddd817a7213f91de51147943915c0cda8c8b818a53c92b5c068cfa9883c6d7ac",
        "Apache-2.0",
    ),
    _icons(
        "icon-park",
        "1.2.4",
        "c1a25212a31602aca93c3fa6f6b3288e89b9d7811afc132dfd78506e9d586b6f",
        "Apache-2.0",
    ),
    _icons(
        "ph", "1.2.2", "e3a582a047d9829fc7e8842c660d8065e598d1b68bb58cb68e75a1f1e5a614cc", "MIT"
    ),
    _icons(
        "game-icons",
        "1.2.4",
        "f5758efb34d91c4f50b941f355f16ee73938625e5996fabc25171288404460a4",
        "CC-BY-3.0",
    ),
    _icons(
        "tabler",
        "1.2.41",
        "3bf99af156d28d05568aff524a35ed1ba238df640a7835a5e02e1f8e439685f6",
        "MIT",
    ),
    _icons(
        "fluent",
        "1.2.60",
        "9a7cad7adb15288c1fd5e2e1835f1b17f2a8764bb1f31971bffa7c9df1349d6d",
        "MIT",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeData:
    """Pictures (N, 64, 64, 4) premultiplied uint8; picture i may be called any of `words[i]`.

    `labels[i]` are the suite's nouns it shows (a subset of its words).
    """

    pixels: NDArray[np.uint8]
    titles: tuple[str, ...]
    sources: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    labels: tuple[tuple[str, ...], ...]

    def save(self, path: Path) -> None:
        """One compressed .npz: pixels and a JSON of words."""
        facts = {
            "titles": self.titles,
            "sources": self.sources,
            "words": self.words,
            "labels": self.labels,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, pixels=self.pixels, facts=np.array(json.dumps(facts)))

    @classmethod
    def load(cls, path: Path) -> "JudgeData":
        with np.load(path, allow_pickle=False) as archive:
            facts = json.loads(str(archive["facts"]))
            return cls(
                pixels=archive["pixels"],
                titles=tuple(facts["titles"]),
                sources=tuple(facts["sources"]),
                words=tuple(tuple(w) for w in facts["words"]),
                labels=tuple(tuple(w) for w in facts["labels"]),
            )

    def only(self, keep: Iterable[int]) -> "JudgeData":
        """The pictures at these indexes."""
        rows = list(keep)
        return JudgeData(
            pixels=self.pixels[rows],
            titles=tuple(self.titles[i] for i in rows),
            sources=tuple(self.sources[i] for i in rows),
            words=tuple(self.words[i] for i in rows),
            labels=tuple(self.labels[i] for i in rows),
        )

    def split(self) -> tuple["JudgeData", "JudgeData"]:
        """(to learn from, held-out styles)."""
        held = [s in HELD_OUT + HELD_OUT_ICONS for s in self.sources]
        return (
            self.only(i for i, h in enumerate(held) if not h),
            self.only(i for i, h in enumerate(held) if h),
        )


def build(root: Path, suites: Sequence[Suite]) -> JudgeData:
    """Read and rasterise every asset under `root` that shows a thing or is named after its colour.

    `suites` say which drawings show their labels.
    """
    cases = [case for suite in suites for case in suite.cases if case.label]
    colours = tuple(f"{colour} " for colour in COLOURS)
    every = read_assets(root, PICTURES)
    things = {a.title for a in choose(every, sorted({a.source for a in every}))}
    things |= {title for case in cases for title in case.depicted_by}
    emoji = [a for a in every if a.title in things or a.title.startswith(colours)]
    icons = _chosen_icons(read_assets(root, ICONS), cases)
    names = {a.id: a.title for a in emoji} | {a.id: label for a, label in icons}
    packed = _packed([*emoji, *(asset for asset, _ in icons)])
    shown = {
        t: tuple(dict.fromkeys(c.label for c in cases if t in c.depicted_by))
        for t in set(names.values())
    }
    labels = tuple(
        (names[i],) if source in _ICON_NAMES else shown[names[i]]
        for i, source in zip(packed.ids, packed.sources, strict=True)
    )
    titles = tuple(names[i] for i in packed.ids)
    return JudgeData(
        pixels=packed.pixels,
        titles=titles,
        sources=packed.sources,
        labels=labels,
        words=tuple(
            tuple(dict.fromkeys((*label, title)))
            for title, label in zip(titles, labels, strict=True)
        ),
    )


_ICON_NAMES = frozenset(source.name for source in ICONS)


@dataclass(frozen=True, slots=True)
class _Packed:
    pixels: NDArray[np.uint8]
    ids: tuple[str, ...]
    sources: tuple[str, ...]


def _packed(assets: Sequence[SourceAsset]) -> _Packed:
    """One by one, because `pack` does not say which assets it left out."""
    found = [(asset, pixels) for asset in assets if (pixels := _one(asset)) is not None]
    return _Packed(
        np.stack([pixels for _, pixels in found]),
        tuple(asset.id for asset, _ in found),
        tuple(asset.source for asset, _ in found),
    )


def _one(asset: SourceAsset) -> NDArray[np.uint8] | None:
    try:
        return np.asarray(pack([asset], SIZE).pixels[0], dtype=np.uint8)
    except ValueError:  # resvg cannot draw it, or it is empty
        return None


def _chosen_icons(
    assets: Sequence[SourceAsset], cases: Sequence[Case]
) -> list[tuple[SourceAsset, str]]:
    wanted = {icon: case.label for case in cases for icon in case.icons}
    chosen = []
    for asset in assets:
        name = asset.id.split("/", 1)[1]
        label = wanted.get(STYLE_SUFFIX.sub("", name)) or wanted.get(name)
        if label is not None:
            chosen.append((asset, label))
    return chosen


def main(
    root: Annotated[Path, typer.Option(help="Where the packages are, or are fetched to.")],
    output: Annotated[Path, typer.Option("-o", help="The .npz to write.")],
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
) -> None:
    """Fetch the packages and pack the pictures that the recognisers learn from."""
    for source in fetch(root, PICTURES + ICONS + WORDS):
        print(source.package, source.version)
    data = build(root, [read_suite(evals / "suites" / f"{name}.toml") for name in SUITES])
    data.save(output)
    print(f"{len(data.titles)} pictures of {len(set(data.titles))} things → {output}")


if __name__ == "__main__":
    typer.run(main)
