"""How right a recogniser is on real drawings of hands it never saw: the ceiling of its scores.

The same question as the suite's (top-1 of its labels), asked about renders of held-out styles on
pale plain and graded backdrops; beside it the same about the styles it learnt from. Means are over
labels, as in the suites, and name how many labels such drawings exist for.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sfumato.core import Pixels
from sfumato.evals.judge import Recogniser
from sfumato.evals.suites import Suite
from sfumato.training.judge_data import HELD_OUT, HELD_OUT_ICONS, ICONS, JudgeData
from sfumato.training.judge_scenes import COLOUR_NAMES, PALETTE, place, tint

SEED = 8
VARIANTS = 3


def ceiling(seen: Recogniser, data: JudgeData, suites: Sequence[Suite]) -> dict[str, Any]:
    """suite name → group of styles → {"top1", "labels", "pictures"}."""
    icons = {source.name for source in ICONS}
    held = set(HELD_OUT + HELD_OUT_ICONS)
    groups = {
        "held_out": set(HELD_OUT),
        "held_out_icons": set(HELD_OUT_ICONS),
        "learnt": {s for s in data.sources if s not in held | icons},
    }
    measure = {"concept": _concepts, "colour": _colours}
    return {
        suite.name: {
            group: measure[suite.kind](seen, _of(data, sources), suite)
            for group, sources in groups.items()
        }
        for suite in suites
        if suite.kind in measure
    }


def _of(data: JudgeData, sources: set[str]) -> JudgeData:
    return data.only(i for i, source in enumerate(data.sources) if source in sources)


def _concepts(seen: Recogniser, data: JudgeData, suite: Suite) -> dict[str, Any]:
    rows = [
        (i, label)
        for i, labels in enumerate(data.labels)
        for label in labels
        if label in suite.labels
    ]
    if not rows:
        return _score([])
    assets = _assets(data, [i for i, _ in rows])
    answers = _answers(seen, assets, lambda sight: seen.top(sight, "concept", suite.labels))
    return _score(
        [
            (label, answer == label)
            for (_, label), answer in zip(rows * VARIANTS, answers, strict=True)
        ]
    )


def _colours(seen: Recogniser, data: JudgeData, suite: Suite) -> dict[str, Any]:
    """Drawings named after their colour, which is the ceiling; beside them the suite's nouns
    recoloured as in training, which is easier."""
    rng = torch.Generator().manual_seed(SEED)
    rows = [
        (i, c)
        for i, labels in enumerate(data.labels)
        if set(labels) & set(suite.nouns)
        for c in suite.labels
    ]
    named = [
        (i, c) for i, t in enumerate(data.titles) for c in suite.labels if t.startswith(f"{c} ")
    ]
    result: dict[str, Any] = {}
    for key, pictures in (("recoloured", rows), ("named", named)):
        if not pictures:
            continue
        assets = _assets(data, [i for i, _ in pictures])
        if key == "recoloured":
            targets = PALETTE[[COLOUR_NAMES.index(c) for _, c in pictures]]
            assets = tint(assets, targets, rng)
        answers = _answers(seen, assets, lambda sight: seen.top(sight, "colour", suite.labels))
        result[key] = _score(
            [(c, a == c) for (_, c), a in zip(pictures * VARIANTS, answers, strict=True)]
        )
    measured = result.get("named") or result.get("recoloured") or {}
    return result | {"top1": measured.get("top1"), "labels": measured.get("labels", 0)}


def _assets(data: JudgeData, rows: Sequence[int]) -> Tensor:
    return torch.from_numpy(data.pixels[list(rows)]).permute(0, 3, 1, 2).float() / 255


def _answers(seen: Recogniser, assets: Tensor, ask: Callable[[Any], list[str]]) -> list[str]:
    """Answers about VARIANTS pictures of each asset, variant by variant."""
    rng = torch.Generator().manual_seed(SEED)
    return [answer for _ in range(VARIANTS) for answer in ask(seen.see(_pictures(assets, rng)))]


def _pictures(assets: Tensor, rng: torch.Generator) -> list[Pixels]:
    """Upright, about in the middle, on something pale that may be graded."""
    count, size = len(assets), assets.shape[-1]
    top, bottom = (1 - 0.25 * torch.rand(count, 3, 1, 1, generator=rng) for _ in range(2))
    ramp = torch.linspace(0, 1, size).view(1, 1, size, 1).expand(count, 1, size, size)
    canvas = top + (bottom - top) * ramp
    scale = 0.55 + 0.35 * torch.rand(count, generator=rng)
    middle = torch.zeros(count)
    layer = place(assets, (scale, middle, middle), middle, torch.ones(count))
    flat = (canvas * (1 - layer[:, 3:]) + layer[:, :3]).clamp(0, 1)
    pixels = np.rint(flat.permute(0, 2, 3, 1).numpy() * 255).astype(np.uint8)
    opaque = np.full((*pixels.shape[:3], 1), 255, dtype=np.uint8)
    return list(np.concatenate([pixels, opaque], -1))


def _score(answers: Iterable[tuple[str, bool]]) -> dict[str, Any]:
    by_label: Mapping[str, list[bool]] = defaultdict(list)
    for label, right in answers:
        by_label[label].append(right)
    shares = [sum(rights) / len(rights) for rights in by_label.values()]
    return {
        "top1": round(sum(shares) / len(shares), 4) if shares else None,
        "labels": len(shares),
        "pictures": sum(len(rights) for rights in by_label.values()),
    }
