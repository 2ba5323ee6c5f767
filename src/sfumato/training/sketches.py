"""Random scenes for training, as numbers and words: what stands where, and how it is said.

Knows nothing about pixels; `synthesis` draws what is sampled here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sfumato.native.scene import COLOURS
from sfumato.training.captions import RELATIONS, Noun, caption
from sfumato.training.signs import sample_words

SLOTS = 4
COLOUR_NAMES = tuple(COLOURS)
RELATION_NAMES = tuple(RELATIONS)
TRANSPARENT = "on a transparent background"
FIRST_OF_TWO = {"left of": (0.27, 0.5), "right of": (0.73, 0.5), "above": (0.5, 0.27)}
RINGS = {2: [(0.28, 0.5), (0.72, 0.5)], 3: [(0.5, 0.28), (0.26, 0.7), (0.74, 0.7)]}
SQUARE = [(0.27, 0.28), (0.73, 0.28), (0.27, 0.72), (0.73, 0.72)]

Place = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisConfig:
    """Shares of what is drawn; the canvases share about the same token count.

    Lettered, masked, referenced and edited are shares of batches, the others of pictures.
    """

    canvases: tuple[tuple[int, int], ...] = ((64, 64), (56, 80), (80, 56), (48, 88), (88, 48))
    square_share: float = 0.7
    single_share: float = 0.65
    pair_share: float = 0.2
    colour_share: float = 0.3
    transparent_share: float = 0.15
    plain_share: float = 0.4
    masked_share: float = 0.08
    lettered_share: float = 0.06
    referenced_share: float = 0.1
    edited_share: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """One sampled picture: per thing its asset row, colour, place (x, y, size) and flip.

    Centres are in [0, 1] of the canvas, sizes of its short edge; `backdrop` is a row of the
    backdrops, None for a transparent picture.
    """

    rows: tuple[int, ...]
    colours: tuple[str | None, ...]
    places: tuple[Place, ...]
    flips: tuple[bool, ...]
    backdrop: int | None
    words: str | None
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What can be drawn: `titles[row]` in `styles[row]`, and the words of each backdrop."""

    titles: Sequence[str]
    styles: Sequence[str]
    rows: Mapping[str, Sequence[int]]
    backdrops: Sequence[str | None]
    plain: Sequence[int]
    style_names: Sequence[str]

    @classmethod
    def of(
        cls, titles: Sequence[str], styles: Sequence[str], backdrops: Sequence[str | None]
    ) -> "Vocabulary":
        """Of assets with these titles and styles, row by row, and backdrops with these words."""
        rows: dict[str, list[int]] = {}
        for row, title in enumerate(titles):
            rows.setdefault(title, []).append(row)
        plain = [i for i, said in enumerate(backdrops) if said is None or "background" in said]
        return cls(
            titles=titles,
            styles=styles,
            rows=rows,
            backdrops=backdrops,
            plain=plain,
            style_names=tuple(sorted(set(styles))),
        )

    def row(self, title: str, style: str, rng: np.random.Generator) -> int:
        """A drawing of `title`, in `style` where there is one."""
        rows = self.rows[title]
        alike = [r for r in rows if self.styles[r] == style] or rows
        return alike[int(rng.integers(len(alike)))]


def sketch(
    vocabulary: Vocabulary,
    config: SynthesisConfig,
    lettered: bool,
    rng: np.random.Generator,
) -> Sketch:
    """A single thing, two in a relation, or several of one kind; before some backdrop."""
    style = pick(vocabulary.style_names, rng)
    row = vocabulary.row(pick(tuple(vocabulary.rows), rng), style, rng)
    rows, relation = _companions(row, style, vocabulary, config, lettered, rng)
    alike = len(rows) > 1 and relation is None
    colours = [_colour(config, rng)] * len(rows) if alike else [_colour(config, rng) for _ in rows]
    nouns = [
        Noun(title=vocabulary.titles[r], count=len(rows) if alike else 1, colour=c)
        for r, c in list(zip(rows, colours, strict=True))[: 1 if alike else None]
    ]
    backdrop, where = _backdrop(vocabulary, config, rng)
    words = sample_words(tuple(vocabulary.rows), rng) if lettered else None
    said_style = vocabulary.styles[row] if rng.random() < 0.4 else None
    return Sketch(
        rows=tuple(rows),
        colours=tuple(colours),
        places=_places(len(rows), relation, lettered, rng),
        flips=tuple(bool(rng.random() < 0.3) for _ in rows),
        backdrop=backdrop,
        words=words,
        caption=caption(nouns, relation, where, said_style, words, rng),
    )


def _companions(
    row: int,
    style: str,
    vocabulary: Vocabulary,
    config: SynthesisConfig,
    lettered: bool,
    rng: np.random.Generator,
) -> tuple[list[int], str | None]:
    """All rows of the picture, and the relation of the first to the second."""
    kind = rng.random() - config.single_share
    if lettered or kind < 0:
        return [row], None
    if kind < config.pair_share:
        other = vocabulary.row(pick(tuple(vocabulary.rows), rng), style, rng)
        return [row, other], pick(RELATION_NAMES, rng)
    return [row] * int(rng.integers(2, SLOTS + 1)), None


def _colour(config: SynthesisConfig, rng: np.random.Generator) -> str | None:
    return pick(COLOUR_NAMES, rng) if rng.random() < config.colour_share else None


def _backdrop(
    vocabulary: Vocabulary, config: SynthesisConfig, rng: np.random.Generator
) -> tuple[int | None, str | None]:
    """A row of the backdrops, or None for a transparent picture, and the words for it."""
    if rng.random() < config.transparent_share:
        return None, TRANSPARENT
    plain = rng.random() < config.plain_share
    rows = vocabulary.plain if plain else range(len(vocabulary.backdrops))
    row = int(rows[int(rng.integers(len(rows)))])
    return row, vocabulary.backdrops[row] if rng.random() < 0.9 else None


def _places(
    count: int, relation: str | None, lettered: bool, rng: np.random.Generator
) -> tuple[Place, ...]:
    jitter = rng.uniform(-0.04, 0.04, (count, 2))
    if count == 1:
        size = rng.uniform(0.55, 0.98) if not lettered else rng.uniform(0.45, 0.6)
        centres = [(0.5, 0.34 if lettered else 0.5)]
    elif relation:
        size = rng.uniform(0.38, 0.5)
        x, y = {**FIRST_OF_TWO, "below": (0.5, 0.73), "next to": (0.27, 0.5)}[relation]
        centres = [(x, y), (1 - x, 1 - y)]
    else:
        size = rng.uniform(0.3, 0.42)
        centres = RINGS.get(count, SQUARE)
    return tuple(
        (x + float(dx), y + float(dy), float(size))
        for (x, y), (dx, dy) in zip(centres, jitter, strict=True)
    )


def pick(options: Sequence[str], rng: np.random.Generator) -> str:
    """One of them, uniformly."""
    return options[int(rng.integers(len(options)))]
