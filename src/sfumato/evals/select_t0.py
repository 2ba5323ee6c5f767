"""Choose each quality's `t0` by the critic, on prompts that no card is measured on.

`python -m sfumato.evals.select_t0 SNAPSHOT -o curve.json`: for every t0 of a grid the tuning
prompts are rendered with memory on; the critic says how likely the asked thing is, the pipeline how
much painting changed. Among the t0 at which painting visibly contributes the critic's favourite
wins; in a draw (within TOLERANCE) the highest t0, because it is the most painted. The judge takes
no part.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, cast

import numpy as np
import typer

from sfumato.core import Quality
from sfumato.evals.command import find_snapshot
from sfumato.evals.judge import Recogniser
from sfumato.evals.painting import painted_share
from sfumato.evals.rendering import open_engine, render
from sfumato.evals.suites import Suite, read_suite
from sfumato.registry.snapshot import Snapshot

GRID = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7)
VISIBLE = 0.05  # of the pixels must have left the draft
TOLERANCE = 0.0005  # of mean likelihood: below t0 = 0.2 it wanders by as much


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One t0 of one quality: top-1 and mean likelihood by the critic, mean painted share."""

    quality: str
    t0: float
    top1: float
    likelihood: float
    painted_share: float


def curve(
    snapshot: Snapshot,
    critic: Recogniser,
    suite: Suite,
    quality: Quality,
    grid: Sequence[float] = GRID,
    threads: int = 2,
) -> Iterator[Point]:
    """Render the suite at every t0; nothing but `t0` of `quality` differs from the snapshot."""
    for t0 in grid:
        preset = replace(snapshot.presets[quality], t0=t0)
        engine = open_engine(
            replace(snapshot, presets={**snapshot.presets, quality: preset}), threads
        )
        asked = [(case, seed) for case in suite.cases for seed in suite.seeds]
        pictures = [
            render(engine, case.prompt, seed=seed, size=suite.size, quality=quality, memory="on")
            for case, seed in asked
        ]
        sight = critic.see([picture.pixels for picture in pictures])
        odds = critic.likelihoods(sight, "concept", suite.labels)
        wanted = np.array([suite.labels.index(case.label) for case, _ in asked])
        yield Point(
            quality=quality,
            t0=t0,
            top1=round(float((odds.argmax(axis=1) == wanted).mean()), 4),
            likelihood=round(float(odds[np.arange(len(wanted)), wanted].mean()), 4),
            painted_share=_mean([s for p in pictures if (s := painted_share(p)) is not None]),
        )


def choose(points: Sequence[Point]) -> Point:
    """The point to use. Where painting shows nowhere, the most painted one is taken."""
    visible = [point for point in points if point.painted_share >= VISIBLE]
    if not visible:
        return max(points, key=lambda point: (point.painted_share, point.t0))
    best = max(point.likelihood for point in visible)
    return max((p for p in visible if p.likelihood >= best - TOLERANCE), key=lambda p: p.t0)


def _mean(shares: Sequence[float]) -> float:
    """Over the pictures that had a draft; 0 when none had."""
    return round(float(np.mean(shares)), 4) if shares else 0.0


def main(
    snapshot: Annotated[str, typer.Argument(help="A manifest's path, or a shipped snapshot's id.")],
    output: Annotated[Path, typer.Option("-o", help="Where the curve goes, as JSON.")],
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
    threads: int = 2,
    limit: Annotated[int, typer.Option(help="Only this many prompts; 0 for all.")] = 0,
) -> None:
    """Print the curve and the choice per quality, and keep both."""
    found = find_snapshot(snapshot)
    critic = Recogniser(evals / "judge", "critic")
    suite = read_suite(evals / "suites" / "tuning.toml")
    if limit:
        suite = replace(suite, cases=suite.cases[:limit])
    points: list[Point] = []
    chosen: dict[str, float] = {}
    for quality in found.capabilities.qualities:
        mine: list[Point] = []
        for point in curve(found, critic, suite, cast(Quality, quality), threads=threads):
            print(json.dumps(asdict(point)), flush=True)
            mine.append(point)
        chosen[quality] = choose(mine).t0
        points += mine
    facts = {
        "snapshot": found.id,
        "prompts": len(suite.cases),
        "critic": critic.card.get("ceiling", {}).get("tuning"),
        "chosen": chosen,
        "curve": [asdict(point) for point in points],
    }
    output.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    print(json.dumps(chosen))


if __name__ == "__main__":
    typer.run(main)
