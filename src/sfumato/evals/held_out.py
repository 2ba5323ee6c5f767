"""The model's own pictures of held-out pairs of thing and style, once for fidelity and copying.

Each pair is asked for in both columns on a transparent canvas, since the real renders have no
backdrop. Knows nothing about scores.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sfumato.core import ImageParams, Picture, Quality
from sfumato.evals.adherence import COLUMNS
from sfumato.evals.reference import Reference
from sfumato.evals.rendering import Renderer, picture_of

QUALITY: Quality = "medium"
PIXELS = 128
SEED = 7000  # of the first pair; the next has the next


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """column → one picture per held-out pair, in the order of `rows` of the reference."""

    reference: Reference
    rows: tuple[int, ...]
    params: Mapping[str, tuple[ImageParams, ...]]
    pictures: Mapping[str, tuple[Picture, ...]]


def render_held_out(engine: Renderer, reference: Reference, note: Callable[[str], None]) -> HeldOut:
    """Both columns of every held-out pair; a pair that several sets draw is asked for once."""
    pairs = {
        (reference.titles[row], reference.styles[row]): row
        for row in reversed(reference.rows(held_out=True))
    }
    rows = tuple(sorted(pairs.values()))
    params = {
        column: tuple(
            ImageParams(
                prompt=reference.prompts[row],
                seed=SEED + i,
                width=PIXELS,
                height=PIXELS,
                quality=QUALITY,
                background="transparent",
                memory=memory,
            )
            for i, row in enumerate(rows)
        )
        for column, memory in COLUMNS.items()
    }
    pictures = {
        column: tuple(_noted(engine, asked, i, column, note) for i, asked in enumerate(asks, 1))
        for column, asks in params.items()
    }
    return HeldOut(reference=reference, rows=rows, params=params, pictures=pictures)


def _noted(
    engine: Renderer, params: ImageParams, i: int, column: str, note: Callable[[str], None]
) -> Picture:
    note(f"{column.replace('_', ' ')}, pair {i}: {params.prompt}")
    return picture_of(engine, params)
