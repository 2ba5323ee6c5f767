"""A suite as a contact sheet: each prompt from noise and with memory, and the words not understood.

Knows nothing about scores: a sheet is looked at.
"""

from collections.abc import Callable
from typing import Any

from PIL import Image

from sfumato.core import ImageParams, Picture
from sfumato.evals.adherence import COLUMNS
from sfumato.evals.rendering import Renderer, picture_of
from sfumato.evals.sheet import Entry, contact_sheet, layout
from sfumato.evals.suites import Case, Suite

ACROSS = 4


def gallery(
    engine: Renderer, suite: Suite, note: Callable[[str], None]
) -> tuple[dict[str, Any], Image.Image]:
    """Facts (prompts, what was not understood, where each stands) and the sheet itself."""
    made = []
    for i, case in enumerate(suite.cases, 1):
        note(f"{i} of {len(suite.cases)}: {case.prompt}")
        made.append([picture_of(engine, _params(case, suite, column)) for column in COLUMNS])
    entries = [
        Entry(caption=case.prompt, pictures=tuple(picture.pixels for picture in pictures))
        for case, pictures in zip(suite.cases, made, strict=True)
    ]
    facts = {
        "quality": suite.quality,
        "seed": suite.seeds[0],
        "columns": list(COLUMNS),
        "prompts": [_facts(*pair) for pair in zip(suite.cases, made, strict=True)],
        **layout(entries, across=ACROSS),
    }
    return facts, contact_sheet(entries, across=ACROSS)


def _params(case: Case, suite: Suite, column: str) -> ImageParams:
    width, height = case.canvas(suite.size)
    return ImageParams(
        prompt=case.prompt,
        seed=suite.seeds[0],
        width=width,
        height=height,
        quality=suite.quality,
        background=case.background,
        memory=COLUMNS[column],
    )


def _facts(case: Case, pictures: list[Picture]) -> dict[str, Any]:
    """The prompt, and the words that memory found nothing for."""
    return {"prompt": case.prompt, "group": case.group, "unmatched": list(pictures[-1].unmatched)}
