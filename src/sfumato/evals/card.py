"""A snapshot's card: every number that a release carries, measured here and nowhere else.

`evaluate` renders the suites of an evals folder with a snapshot's own engine and returns JSON-ready
data; the contact sheet comes beside it. Nothing of it is ever tuned on these prompts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PIL import Image

from sfumato.core import Quality
from sfumato.evals.adherence import COLUMNS, adherence
from sfumato.evals.judge import Recogniser
from sfumato.evals.painting import determinism, painting
from sfumato.evals.rendering import Renderer, open_engine, render
from sfumato.evals.sheet import Entry, contact_sheet
from sfumato.evals.speed import measure
from sfumato.evals.suites import Suite, read_suite
from sfumato.registry.snapshot import Snapshot

SCHEMA = 1
SPEED_SIZE = 1024
REPEATED = 3  # prompts of the sheet whose pixels are hashed
PAINTED = 12  # prompts of the sheet on which painting is measured
ACROSS = 4
PARTS = ("nouns", "colours", "painting", "speed", "determinism", "sheet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The card, and the contact sheet when it was asked for."""

    card: dict[str, Any]
    sheet: Image.Image | None


def evaluate(
    snapshot: Snapshot,
    *,
    evals: Path,
    parts: Sequence[str] = PARTS,
    threads: int = 2,
    note: Callable[[str], None] = lambda line: None,
) -> Evaluation:
    """Measure `parts` of the card; `note` hears what is being rendered.

    FileNotFoundError when `evals` lacks the judge or a suite; ValueError for an unknown part.
    """
    for part in parts:
        if part not in PARTS:
            raise ValueError(f"'{part}' is no part of the card; known: {', '.join(PARTS)}.")
    suites = {path.stem: read_suite(path) for path in sorted((evals / "suites").glob("*.toml"))}
    judge = Recogniser(evals / "judge")
    engine = open_engine(snapshot, threads)
    card: dict[str, Any] = _head(snapshot, judge, threads)
    sheet = None
    for part in parts:
        note(part)
        if part == "sheet":
            sheet = _sheet(engine, suites["sheet"], note)
        else:
            card[part] = _part(part, snapshot, engine, judge, suites, threads, note)
    return Evaluation(card=card, sheet=sheet)


def _head(snapshot: Snapshot, judge: Recogniser, threads: int) -> dict[str, Any]:
    facts = ("parameters", "samples", "held_out", "seed")
    return {
        "schema": SCHEMA,
        "snapshot": snapshot.id,
        "snapshot_digest": snapshot.digest,
        "pipeline_revision": snapshot.pipeline_revision,
        "threads": threads,
        "judge": {fact: judge.card.get(fact) for fact in facts},
    }


def _part(
    part: str,
    snapshot: Snapshot,
    engine: Renderer,
    judge: Recogniser,
    suites: dict[str, Suite],
    threads: int,
    note: Callable[[str], None],
) -> dict[str, Any]:
    sheet = suites["sheet"]
    qualities = snapshot.capabilities.qualities
    if part == "painting":
        return painting(
            engine, sheet.cases[:PAINTED], qualities, seed=sheet.seeds[0], size=sheet.size
        )
    if part == "speed":
        size = SPEED_SIZE
        each = {q: measure(snapshot, cast(Quality, q), size, threads) for q in qualities}
        return {"size": size, **each}
    if part == "determinism":
        return determinism(
            engine,
            sheet.cases[:REPEATED],
            seed=sheet.seeds[0],
            size=sheet.size,
            quality=sheet.quality,
        )
    ceiling = judge.card.get("ceiling", {}).get(part)
    return adherence(engine, judge, suites[part], note) | {"ceiling": ceiling}


def _sheet(engine: Renderer, suite: Suite, note: Callable[[str], None]) -> Image.Image:
    """Each prompt from noise (left) and with memory (right)."""
    entries = []
    for case in suite.cases:
        note(case.prompt)
        pictures = tuple(
            render(
                engine,
                case.prompt,
                seed=suite.seeds[0],
                size=suite.size,
                quality=suite.quality,
                memory=memory,
            ).pixels
            for memory in COLUMNS.values()
        )
        entries.append(Entry(caption=case.prompt, pictures=pictures))
    return contact_sheet(entries, across=ACROSS)
