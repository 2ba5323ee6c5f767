"""The edit suite: pictures to be made, what is to be done with them, what must be seen then.

Knows nothing about engines and scores.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from sfumato.core import Mask, Quality

OBJECT_KINDS = ("recolour", "remove", "add", "replace", "move", "resize", "words")
KINDS = (*OBJECT_KINDS, "backdrop", "light", "weather", "restyle", "masked")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCase:
    """A picture of `prompt`, then `edit`; the other fields say what must hold after it."""

    prompt: str
    edit: str
    kind: str = "masked"
    shows: str | None = None
    gone: str | None = None
    is_colour: str | None = None
    moved: tuple[int, int] | None = None  # signs of right and down
    larger: bool | None = None
    reads: str | None = None
    backdrop: str | None = None
    weather: str | None = None
    style: str | None = None
    box: tuple[float, float, float, float] | None = None
    disc: tuple[float, float, float] | None = None

    def mask(self, size: int) -> Mask:
        """(size, size): 0 inside the box or disc, 255 elsewhere."""
        y, x = (np.mgrid[0:size, 0:size] + 0.5) / size
        if self.disc is not None:
            inside = np.hypot(x - self.disc[0], y - self.disc[1]) < self.disc[2]
        else:
            left, top, right, bottom = self.box or (0, 0, 1, 1)
            inside = (x >= left) & (x < right) & (y >= top) & (y < bottom)
        return np.where(inside, 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSuite:
    """Edits of our scenes, edits by mask, and instructions from noise; all `size` pixels square."""

    name: str
    size: int
    quality: Quality
    seed: int
    scenes: tuple[EditCase, ...]
    masked: tuple[EditCase, ...]
    instructions: tuple[EditCase, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Everything that the judge may say, each once, in file order."""
        every = (*self.scenes, *self.masked, *self.instructions)
        return tuple(dict.fromkeys(word for c in every for word in (c.shows, c.gone) if word))


def read_edits(path: Path) -> EditSuite:
    """Parse the suite; ValueError names the file when it is not one."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        suite = EditSuite(
            name=raw["name"],
            size=raw["size"],
            quality=raw["quality"],
            seed=raw["seed"],
            scenes=tuple(map(_case, raw["scene"])),
            masked=tuple(map(_case, raw["masked"])),
            instructions=tuple(map(_case, raw["instruction"])),
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path.name} is not an edit suite: {error!r}") from error
    cases = (*suite.scenes, *suite.masked, *suite.instructions)
    if suite.quality not in get_args(Quality) or any(case.kind not in KINDS for case in cases):
        raise ValueError(f"{path.name} is not an edit suite: unknown quality or kind.")
    return suite


def _case(raw: Mapping[str, Any]) -> EditCase:
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
    return EditCase(**fields)
