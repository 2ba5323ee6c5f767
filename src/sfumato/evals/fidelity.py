"""Do generated pictures look like real drawings? KID on the judge's features.

Kernel Inception Distance (Bińkowski, Sutherland, Arbel and Gretton 2018, eq. 3 and 4): the unbiased
squared maximum mean discrepancy under the kernel (x·y / d + 1)³, its mean and deviation over
random subsets. The estimate is unbiased for independent samples only, and memory may draw the very
drawings that are held out: so in every subset the two sides show different things. Ours is on the
features of the judge, scaled to a mean square of 1, so it compares snapshots of this project and
nothing else. Knows nothing about engines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfumato.core import Pixels
from sfumato.evals.framing import framed
from sfumato.evals.held_out import HeldOut
from sfumato.evals.judge import Recogniser

SUBSETS = 100
SUBSET = 50  # pictures of each side in a subset, at most
SEED = 20261122

Features = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Features (N, d) of pictures, and the thing that each of them shows (N,)."""

    features: Features
    titles: NDArray[np.str_]


def measure(made: HeldOut, judge: Recogniser) -> dict[str, Any]:
    """{"from_noise", "with_memory", "floor": {"kid", "deviation"}, …}; lower is better.

    Both columns are held against the real held-out renders; the floor is the distance of the
    training renders to these, which nothing that learnt from them need undercut.
    """
    reference = made.reference

    def real(*, held_out: bool) -> Sample:
        rows = reference.rows(held_out=held_out)
        return _sample(judge, reference.pictures(rows), [reference.titles[row] for row in rows])

    held, training = real(held_out=True), real(held_out=False)
    asked = [reference.titles[row] for row in made.rows]
    columns = {
        column: kid(_sample(judge, [picture.pixels for picture in pictures], asked), held)
        for column, pictures in made.pictures.items()
    }
    return {
        "pictures": len(made.rows),
        "held_out": len(held.titles),
        "training": len(training.titles),
        "subsets": SUBSETS,
        "floor": kid(training, held),
        **columns,
    }


def kid(x: Sample, y: Sample) -> dict[str, float]:
    """Mean and deviation over random subsets, in which no thing of one side is on the other."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    things = np.unique(y.titles)
    estimates = []
    for _ in range(SUBSETS):
        chosen = rng.choice(things, len(things) // 2, replace=False)
        there = np.isin(y.titles, chosen)
        here = ~np.isin(x.titles, chosen)
        estimates.append(squared_mmd(_some(x.features[here], rng), _some(y.features[there], rng)))
    return {
        "kid": round(float(np.mean(estimates)), 5),
        "deviation": round(float(np.std(estimates)), 5),
    }


def features(judge: Recogniser, pictures: Sequence[Pixels]) -> Features:
    """(N, d) of what the judge sees in framed pictures, thing and colour, mean square 1."""
    sight = judge.see([framed(picture) for picture in pictures])
    both = np.concatenate([sight.concept, sight.colour], axis=1).astype(np.float64)
    return np.asarray(both / np.sqrt((both**2).mean(axis=1, keepdims=True)), dtype=np.float64)


def squared_mmd(x: Features, y: Features) -> float:
    """The unbiased estimate between samples (m, d) and (n, d); may be a little below zero."""
    within_x, within_y, across = kernel(x, x), kernel(y, y), kernel(x, y)
    m, n = len(x), len(y)
    mean_x = (within_x.sum() - np.trace(within_x)) / (m * (m - 1))
    mean_y = (within_y.sum() - np.trace(within_y)) / (n * (n - 1))
    return float(mean_x + mean_y - 2 * across.mean())


def kernel(x: Features, y: Features) -> Features:
    """(m, n): (x·y / d + 1)³."""
    return np.asarray((x @ y.T / x.shape[1] + 1) ** 3, dtype=np.float64)


def _sample(judge: Recogniser, pictures: Sequence[Pixels], titles: Sequence[str]) -> Sample:
    return Sample(features=features(judge, pictures), titles=np.asarray(titles, dtype=np.str_))


def _some(rows: Features, rng: np.random.Generator) -> Features:
    return rows[rng.choice(len(rows), min(SUBSET, len(rows)), replace=False)]
