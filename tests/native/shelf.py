"""A small real memory: some sixty simple drawings under the sets' own titles, packed as shipped."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sfumato.native.memory import Memory
from sfumato.native.reading import Reading
from sfumato.training.assets import SourceAsset
from sfumato.training.memory_pack import pack

ANIMALS = (
    "fox|dog|cat|black cat|mouse|rabbit|penguin|elephant|horse|cow|bird|butterfly|owl|"
    "octopus|whale|spider|frog|dragon|fish|duck|parrot|dolphin|monkey|bear|deciduous tree|"
    "palm tree|rose|blossom|bouquet|dog face|cactus"
)
FOOD = (
    "red apple|green apple|banana|tangerine|strawberry|pizza|cheese wedge|birthday cake|"
    "cookie|cherries|hot beverage|glass of milk|watermelon|carrot|avocado|"
    "fork and knife with plate"
)
THINGS = (
    "umbrella|balloon|glasses|sunglasses|scarf|top hat|closed book|newspaper|chair|window|"
    "door|guitar|broom|t shirt|basket|star|full moon|rocket|astronaut|flying saucer|crown|"
    "camera|kite|candle|books|ring"
)
PLACES = (
    "house|castle|automobile|bicycle|train|sailboat|skateboard|mountain|rainbow|snowman|"
    "sun|fountain|couch and lamp|convenience store|houses|snow capped mountain|cloud"
)
PEOPLE = "girl|boy|man|woman|person|robot|woman mage|princess|ghost|santa claus"
SYMBOLS = "red heart|white heart|blue circle|thumbs up"
EMOJI = {"fox": "🦊", "balloon": "🎈", "thumbs up": "👍", "cat": "🐈", "astronaut": "🧑‍🚀"}
PAINT = {"red apple": "#e5383b", "tangerine": "#f3722c", "black cat": "#212529", "star": "#fcc419"}
CATEGORIES = (
    ("Animals & Nature", ANIMALS),
    ("Food & Drink", FOOD),
    ("Objects", THINGS),
    ("Travel & Places", PLACES),
    ("People & Body", PEOPLE),
    ("Symbols", SYMBOLS),
)


class LetterEncoder:
    """Texts with the same letters are near: enough to tell "violinist" from "tram"."""

    def sentence(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), 384), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            padded = f" {text} "
            for one, two, three in zip(padded, padded[1:], padded[2:], strict=False):
                row[(ord(one) * 961 + ord(two) * 31 + ord(three)) % 384] += 1
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def shelf_assets() -> list[SourceAsset]:
    return [
        asset
        for category, titles in CATEGORIES
        for title in titles.split("|")
        for asset in (
            source_asset(title, "flat", "fluent-emoji-flat", category),
            source_asset(title, "noto", "noto", category),
        )
    ] + [
        source_asset("camera", "icon", "flat-color-icons", ""),
        source_asset("orca", "noto", "noto", "Animals & Nature"),
    ]


def source_asset(title: str, style: str, source: str, category: str) -> SourceAsset:
    paint = PAINT.get(title, "#69b3a2" if style == "flat" else "#c0a2d8")
    return SourceAsset(
        id=f"{source}/{title.replace(' ', '-')}",
        title=title,
        keywords=(),
        emoji=EMOJI.get(title, "x"),
        category=category,
        style=style,
        source=source,
        licence="Apache-2.0" if source == "noto" else "MIT",
        svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">'
        f'<rect x="4" y="4" width="24" height="24" fill="{paint}"/></svg>',
    )


def open_shelf(folder: Path) -> Memory:
    path = folder / "memory.zip"
    pack(shelf_assets(), LetterEncoder(), path)
    return Memory.open(path)


def told(reading: Reading) -> str:
    """A reading in one line: things; relations; the rest."""
    things = []
    for mention in reading.mentions:
        size = "" if mention.size == "normal" else mention.size
        number = str(mention.count) if mention.count > 1 else ""
        things.append(" ".join(filter(None, (number, size, mention.colour, mention.concept))))
    relations = [f"{r.subject} {r.kind} {r.object}" for r in reading.relations]
    words = [f"{w.holder}:{w.text}" for w in reading.words]
    colours = ":".join(filter(None, (reading.backdrop, *reading.backdrop_colours)))
    flags = [colours, "night" if reading.night else "", reading.weather, reading.style]
    flags += ["transparent"] if reading.transparent else []
    parts = (", ".join(things), ", ".join(relations), " ".join(filter(None, (*flags, *words))))
    return "; ".join(filter(None, parts))
