"""Edit triplets: a sketch before, an instruction, the same sketch with that one change.

Everything that the instruction does not name stays where it is. Knows nothing about pixels.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from sfumato.training.captions import STYLE_WORDS
from sfumato.training.sketches import COLOUR_NAMES, TRANSPARENT, Sketch, Vocabulary, pick

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Triplet:
    """`after.caption` is the instruction. `brought` is the row of a second input picture."""

    before: Sketch
    after: Sketch
    brought: int | None = None


Change = Callable[[Sketch, Vocabulary, np.random.Generator], Triplet]


def triplet(sketch: Sketch, vocabulary: Vocabulary, rng: np.random.Generator) -> Triplet:
    """One change of `sketch`: among those that it allows, each as likely.

    Where several of a kind stand, no words would single one out.
    """
    changes: list[Change] = [_restyle, _background]
    if len(set(sketch.rows)) == len(sketch.rows):
        changes += [_recolour, _replace, _move, _resize]
        changes += [_remove, _add, _bring] if len(sketch.rows) == 2 else []
    return changes[int(rng.integers(len(changes)))](sketch, vocabulary, rng)


def _recolour(sketch: Sketch, vocabulary: Vocabulary, rng: np.random.Generator) -> Triplet:
    slot = _slot(sketch, rng)
    colour = pick([c for c in COLOUR_NAMES if c != sketch.colours[slot]], rng)
    colours = _with(sketch.colours, slot, colour)
    said = f"make {_which(sketch, slot, vocabulary, rng)} {colour}"
    return _after(sketch, said, colours=colours)


def _replace(sketch: Sketch, vocabulary: Vocabulary, rng: np.random.Generator) -> Triplet:
    slot = _slot(sketch, rng)
    old = sketch.rows[slot]
    title = pick([t for t in vocabulary.rows if t != vocabulary.titles[old]], rng)
    row = vocabulary.row(title, vocabulary.styles[old], rng)
    said = f"replace {_which(sketch, slot, vocabulary, rng)} with a {title}"
    return _after(sketch, said, rows=_with(sketch.rows, slot, row))


def _restyle(sketch: Sketch, vocabulary: Vocabulary, rng: np.random.Generator) -> Triplet:
    style = pick([s for s in vocabulary.style_names if s in STYLE_WORDS], rng)
    rows = tuple(vocabulary.row(vocabulary.titles[row], style, rng) for row in sketch.rows)
    return _after(sketch, f"redraw it, {pick(STYLE_WORDS[style], rng)}", rows=rows)


def _background(sketch: Sketch, vocabulary: Vocabulary, rng: np.random.Generator) -> Triplet:
    if rng.random() < 0.2:
        return _after(sketch, f"put it {TRANSPARENT}", backdrop=None)
    said = [row for row, words in enumerate(vocabulary.backdrops) if words]
    row = said[int(rng.integers(len(said)))]
    return _after(sketch, f"put it {vocabulary.backdrops[row]}", backdrop=row)


def _move(sketch: Sketch, vocabulary: Vocabulary, rng: np.random.Generator) -> Triplet:
    slot = _slot(sketch, rng)
    way = pick(("left", "right", "up", "down"), rng)
    dx, dy = {"left": (-0.2, 0), "right": (0.2, 0), "up": (0, -0.2), "down": (0, 0.2)}[way]
    x, y, size = sketch.places[slot]
    said = f"move {_which(sketch, slot, vocabulary, rng)} {way}"
    return _after(sketch, said, places=_with(sketch.places, slot, (x + dx, y + dy, size)))


def _resize(sketch: Sketch, vocabulary: Vocabulary, rng: np.random.Generator) -> Triplet:
    slot = _slot(sketch, rng)
    word, factor = (("bigger", 1.3), ("smaller", 0.65))[int(rng.integers(2))]
    x, y, size = sketch.places[slot]
    said = f"make {_which(sketch, slot, vocabulary, rng)} {word}"
    return _after(sketch, said, places=_with(sketch.places, slot, (x, y, size * factor)))


def _remove(sketch: Sketch, vocabulary: Vocabulary, rng: np.random.Generator) -> Triplet:
    slot = _slot(sketch, rng)
    said = f"remove the {vocabulary.titles[sketch.rows[slot]]}"
    return Triplet(before=sketch, after=replace(_only(sketch, 1 - slot), caption=said))


def _add(sketch: Sketch, vocabulary: Vocabulary, rng: np.random.Generator) -> Triplet:
    slot = _slot(sketch, rng)
    side = _side(sketch, slot)
    said = f"add a {vocabulary.titles[sketch.rows[slot]]} {side}"
    return Triplet(before=_only(sketch, 1 - slot), after=replace(sketch, caption=said))


def _bring(sketch: Sketch, vocabulary: Vocabulary, rng: np.random.Generator) -> Triplet:
    slot = _slot(sketch, rng)
    things = (f"the {vocabulary.titles[sketch.rows[slot]]}", "the thing")
    said = f"put {pick(things, rng)} of the second picture {_side(sketch, slot)}"
    before, after = _only(sketch, 1 - slot), replace(sketch, caption=said)
    return Triplet(before=before, after=after, brought=sketch.rows[slot])


def _side(sketch: Sketch, slot: int) -> str:
    (x, y, _), (ox, oy, _) = sketch.places[slot], sketch.places[1 - slot]
    if abs(x - ox) > abs(y - oy):
        return "on the left" if x < ox else "on the right"
    return "at the top" if y < oy else "at the bottom"


def _which(sketch: Sketch, slot: int, vocabulary: Vocabulary, rng: np.random.Generator) -> str:
    return (
        "it"
        if len(sketch.rows) == 1 and rng.random() < 0.5
        else (f"the {vocabulary.titles[sketch.rows[slot]]}")
    )


def _slot(sketch: Sketch, rng: np.random.Generator) -> int:
    return int(rng.integers(len(sketch.rows)))


def _only(sketch: Sketch, slot: int) -> Sketch:
    return replace(
        sketch,
        rows=(sketch.rows[slot],),
        colours=(sketch.colours[slot],),
        places=(sketch.places[slot],),
        flips=(sketch.flips[slot],),
    )


def _after(sketch: Sketch, said: str, **changed: Any) -> Triplet:
    after: Sketch = replace(sketch, caption=said, **changed)
    return Triplet(before=sketch, after=after)


def _with(values: tuple[T, ...], slot: int, value: T) -> tuple[T, ...]:
    return (*values[:slot], value, *values[slot + 1 :])
