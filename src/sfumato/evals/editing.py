"""Are edits done, and is the rest left alone? Scene edits, masked edits, instructions from noise.

Every source picture is made with memory, so that what is there is known. Knows nothing about how
edits are made.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sfumato.core import EditInputs, ImageParams, Memory, Picture, Source
from sfumato.engines.native import NativeEngine
from sfumato.errors import ImageUserError, InvalidRequest
from sfumato.evals.adherence import COLUMNS
from sfumato.evals.editing_checks import Done, Eyes, box_of, succeeded
from sfumato.evals.editing_region import changed, footprints, untouched
from sfumato.evals.editing_suite import OBJECT_KINDS, EditCase, EditSuite, read_edits
from sfumato.evals.judge import Recogniser
from sfumato.evals.ocr import Reader
from sfumato.evals.rendering import Renderer, picture_of
from sfumato.native.scene import scene_from_json

Note = Callable[[str], None]
SUITE = "edits.toml"


def measure(
    engine: Renderer, judge: Recogniser, evals: Path, note: Note, limit: int | None = None
) -> dict[str, Any]:
    """{"scenes": {"with_memory"}, "masked": {both columns}, "instructions": {"from_noise"}, …}.

    `seen_before` is the judge's ceiling here: how often it names the things of the source pictures.
    `limit` cuts each list short. TypeError when the engine is not the native one.
    """
    if not isinstance(engine, NativeEngine):
        raise TypeError("Edits are measured on the native engine: it alone has scenes.")
    suite = read_edits(evals / "suites" / SUITE)
    eyes = Eyes(judge=judge, labels=suite.labels, read=Reader().read, engine=engine)
    masked = {
        column: _masked(engine, eyes, suite, memory, suite.masked[:limit], note)
        for column, memory in COLUMNS.items()
    }
    return {
        "size": suite.size,
        "quality": suite.quality,
        "labels": len(suite.labels),
        "chance": round(1 / len(suite.labels), 4),
        "scenes": {"with_memory": _scenes(engine, eyes, suite, suite.scenes[:limit], note)},
        "masked": masked,
        "instructions": {
            "from_noise": _instructions(engine, eyes, suite, suite.instructions[:limit], note)
        },
    }


def _scenes(
    engine: NativeEngine, eyes: Eyes, suite: EditSuite, cases: Sequence[EditCase], note: Note
) -> dict[str, Any]:
    """Success in all kinds; what must stay in the kinds that change things only."""
    rights: list[tuple[str, bool]] = []
    kept: list[dict[str, float]] = []
    missed: list[str] = []
    seen: list[bool] = []
    for case in cases:
        note(f"{case.prompt}: {case.edit}")
        before = _source(engine, suite, case)
        seen += _named(before, eyes)
        after = _edited(engine, suite, case, before, "on")
        done = None if after is None else Done(case=case, before=before, after=after)
        rights.append((case.kind, done is not None and succeeded(done, eyes)))
        if not rights[-1][1]:
            missed.append(f"{case.prompt}: {case.edit}")
        if after is not None and case.kind in OBJECT_KINDS:
            touched = footprints(engine, before.scene, after.scene, suite.size)
            kept.append(dict(untouched(before.pixels, after.pixels, touched)))
    return {
        **_scored(rights, missed),
        "untouched": {
            "cases": len(kept),
            "identical": _least(kept, "identical"),
            "least_canvas": _least(kept, "canvas"),
            "mean_canvas": _mean([k["canvas"] for k in kept]),
        },
        "seen_before": _mean([float(s) for s in seen]),
    }


def _masked(
    engine: NativeEngine,
    eyes: Eyes,
    suite: EditSuite,
    memory: Memory,
    cases: Sequence[EditCase],
    note: Note,
) -> dict[str, Any]:
    rights: list[tuple[str, bool]] = []
    identical: list[float] = []
    missed: list[str] = []
    for case in cases:
        note(f"{case.prompt}, masked: {case.edit} (memory {memory})")
        before = _source(engine, suite, case)
        after = _edited(engine, suite, case, before, memory)
        done = None if after is None else Done(case=case, before=before, after=after)
        rights.append((case.shows or "", done is not None and succeeded(done, eyes)))
        if not rights[-1][1]:
            missed.append(f"{case.prompt}: {case.edit}")
        if after is not None:
            same = (before.pixels == after.pixels).all(-1)
            identical.append(float(same[case.mask(suite.size) == 255].mean()))
    scored = _scored(rights, missed)
    del scored["per_kind"]
    return {**scored, "outside_identical": min(identical, default=None)}


def _instructions(
    engine: NativeEngine, eyes: Eyes, suite: EditSuite, cases: Sequence[EditCase], note: Note
) -> dict[str, Any]:
    """Memory draws nothing. Other pixels: outside what had to change, by the scenes."""
    rights: list[tuple[str, bool]] = []
    others: list[float] = []
    missed: list[str] = []
    for case in cases:
        note(f"{case.prompt}, from noise: {case.edit}")
        before = _source(engine, suite, case)
        after = _edited(engine, suite, case, before, "off")
        done = None if after is None else Done(case=case, before=before, after=after)
        rights.append((case.kind, done is not None and succeeded(done, eyes)))
        if not rights[-1][1]:
            missed.append(f"{case.prompt}: {case.edit}")
        if after is not None and case.kind in OBJECT_KINDS:
            touched = footprints(engine, before.scene, after.scene, suite.size)
            others.append(float(changed(before.pixels, after.pixels)[~touched].mean()))
    return {**_scored(rights, missed), "others_changed": _mean(others)}


def _source(engine: NativeEngine, suite: EditSuite, case: EditCase) -> Picture:
    return picture_of(engine, _params(suite, case.prompt, "on"))


def _edited(
    engine: NativeEngine, suite: EditSuite, case: EditCase, before: Picture, memory: Memory
) -> Picture | None:
    """The edited picture; None when the instruction was refused."""
    mask = case.mask(suite.size) if case.box or case.disc else None
    inputs = EditInputs(pictures=(Source(pixels=before.pixels, scene=before.scene),), mask=mask)
    try:
        frames = list(engine.edit(_params(suite, case.edit, memory), inputs))
    except (InvalidRequest, ImageUserError):
        return None
    return frames[-1] if isinstance(frames[-1], Picture) else None


def _params(suite: EditSuite, prompt: str, memory: Memory) -> ImageParams:
    return ImageParams(
        prompt=prompt,
        seed=suite.seed,
        width=suite.size,
        height=suite.size,
        quality=suite.quality,
        memory=memory,
    )


def _named(before: Picture, eyes: Eyes) -> list[bool]:
    """Whether the judge names the things of the source that are among its labels."""
    size, memory = before.pixels.shape[0], eyes.engine.model.memory
    found = []
    for thing in scene_from_json(before.scene).things:
        names = memory[thing.asset].names if thing.asset else (thing.concept,)
        if labels := set(names) & set(eyes.labels):
            found.append(eyes.sees(before.pixels, box_of(thing, eyes.engine, size)) in labels)
    return found


def _scored(rights: Sequence[tuple[str, bool]], missed: list[str]) -> dict[str, Any]:
    kinds = dict.fromkeys(kind for kind, _ in rights)
    per_kind = {k: _mean([float(right) for kind, right in rights if kind == k]) for k in kinds}
    return {
        "cases": len(rights),
        "success": _mean([float(right) for _, right in rights]),
        "per_kind": per_kind,
        "missed": missed,
    }


def _least(facts: Sequence[dict[str, float]], name: str) -> float | None:
    return round(min(f[name] for f in facts), 6) if facts else None


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None
