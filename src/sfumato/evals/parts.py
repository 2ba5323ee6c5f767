"""The parts of a card, one row of a table each: what is measured, and by what.

A part is a function of the `Bench`, which holds what all of them need. Measures that other modules
bring are imported when they run, so that one part never needs what another does. Knows nothing
about files or reports.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from PIL import Image

from sfumato.core import Quality
from sfumato.engines.native import NativeEngine
from sfumato.evals.adherence import adherence
from sfumato.evals.gallery import gallery
from sfumato.evals.held_out import HeldOut, render_held_out
from sfumato.evals.judge import Recogniser
from sfumato.evals.painting import determinism, painting
from sfumato.evals.reference import read_reference
from sfumato.evals.rendering import Renderer
from sfumato.evals.speed import measure as measure_speed
from sfumato.evals.suites import Suite, read_suite
from sfumato.registry.snapshot import Snapshot

SPEED_SIZE = 1024
REPEATED = 3  # prompts of the sheet whose pixels are hashed
PAINTED = 12  # prompts of the sheet on which painting is measured

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A part's numbers, JSON-ready, and contact sheets by name."""

    numbers: dict[str, Any]
    sheets: Mapping[str, Image.Image] = field(default_factory=dict)


class Bench:
    """A snapshot with its engine loaded, the judge, the evals folder, and who hears of progress."""

    def __init__(
        self, snapshot: Snapshot, engine: Renderer, evals: Path, threads: int, note: Note
    ) -> None:
        self.snapshot, self.engine, self.evals = snapshot, engine, evals
        self.threads, self.note = threads, note
        self.judge = Recogniser(evals / "judge")

    def suite(self, name: str) -> Suite:
        """A flat suite of the evals folder; see `read_suite` for errors."""
        return read_suite(self.evals / "suites" / f"{name}.toml")

    @cached_property
    def held_out(self) -> HeldOut:
        """Rendered once, for fidelity and copying. The reference is that of the training config."""
        config = str(self.snapshot.recipe.get("config", {}).get("name", "cpu"))
        reference = read_reference(self.evals / "reference", config)
        return render_held_out(self.engine, reference, self.note)


def _categories(bench: Bench) -> Measured:
    from sfumato.evals import categories

    return Measured(numbers=categories.measure(bench.engine, bench.evals, bench.note))


def _adherence(name: str) -> Callable[[Bench], Measured]:
    """Top-1 of a flat suite by the judge, beside the judge's own ceiling for it."""

    def part(bench: Bench) -> Measured:
        found = adherence(bench.engine, bench.judge, bench.suite(name), bench.note)
        return Measured(numbers=found | {"ceiling": bench.judge.card.get("ceiling", {}).get(name)})

    return part


def _planning(bench: Bench) -> Measured:
    from sfumato.evals import planning

    model = cast(NativeEngine, bench.engine).model
    bench.note("captions with known readings")
    return Measured(numbers=planning.measure(model.memory, model.encoder, bench.evals))


def _lettering(bench: Bench) -> Measured:
    from sfumato.evals import lettering

    suite = bench.evals / "suites" / "lettering.toml"
    return Measured(numbers=lettering.measure(bench.engine, suite, bench.note))


def _editing(bench: Bench) -> Measured:
    from sfumato.evals import editing

    return Measured(numbers=editing.measure(bench.engine, bench.judge, bench.evals, bench.note))


def _edges(bench: Bench) -> Measured:
    from sfumato.evals import edges

    return Measured(numbers=edges.measure(cast(NativeEngine, bench.engine), bench.note))


def _fidelity(bench: Bench) -> Measured:
    from sfumato.evals import fidelity

    return Measured(numbers=fidelity.measure(bench.held_out, bench.judge))


def _copying(bench: Bench) -> Measured:
    from sfumato.evals import copying

    numbers = copying.measure(bench.held_out, bench.judge, bench.snapshot)
    facts, sheet = copying.nearest(bench.held_out)
    return Measured(numbers=numbers | {"nearest": facts}, sheets={"nearest": sheet})


def _painting(bench: Bench) -> Measured:
    sheet, qualities = bench.suite("sheet"), bench.snapshot.capabilities.qualities
    cases = sheet.cases[:PAINTED]
    bench.note(f"{len(cases)} prompts in {', '.join(qualities)}")
    return Measured(
        numbers=painting(bench.engine, cases, qualities, seed=sheet.seeds[0], size=sheet.size)
    )


def _speed(bench: Bench) -> Measured:
    numbers: dict[str, Any] = {"size": SPEED_SIZE}
    for quality in bench.snapshot.capabilities.qualities:
        bench.note(f"{quality}, in a process of its own")
        size, threads = SPEED_SIZE, bench.threads
        numbers[quality] = measure_speed(bench.snapshot, cast(Quality, quality), size, threads)
    return Measured(numbers=numbers)


def _determinism(bench: Bench) -> Measured:
    sheet = bench.suite("sheet")
    bench.note(f"{REPEATED} prompts, twice in each column")
    numbers = determinism(
        bench.engine,
        sheet.cases[:REPEATED],
        seed=sheet.seeds[0],
        size=sheet.size,
        quality=sheet.quality,
    )
    return Measured(numbers=numbers)


def _gallery(name: str) -> Callable[[Bench], Measured]:
    def part(bench: Bench) -> Measured:
        facts, sheet = gallery(bench.engine, bench.suite(name), bench.note)
        return Measured(numbers=facts, sheets={name: sheet})

    return part


PARTS: Mapping[str, Callable[[Bench], Measured]] = {
    "categories": _categories,
    "planning": _planning,
    "nouns": _adherence("nouns"),
    "colours": _adherence("colours"),
    "lettering": _lettering,
    "editing": _editing,
    "edges": _edges,
    "fidelity": _fidelity,
    "copying": _copying,
    "painting": _painting,
    "speed": _speed,
    "determinism": _determinism,
    "sheet": _gallery("sheet"),
    "hundred": _gallery("hundred"),
}
JUDGED: Mapping[str, str] = {  # part → the member of the card's head that says who judges it
    "categories": "scene_judge",
    "nouns": "judge",
    "colours": "judge",
    "editing": "judge",
    "fidelity": "judge",
    "copying": "judge",
}
