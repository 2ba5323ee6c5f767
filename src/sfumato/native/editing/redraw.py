"""What an edit is about to do, as data; and the painting that does it.

Every kind of edit becomes one `Redraw`. Knows nothing about how it was planned.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sfumato.core import (
    AssetCredit,
    EditInputs,
    Frame,
    ImageParams,
    Picture,
    Pixels,
    Preview,
    Progress,
    partial_steps,
)
from sfumato.native.canvas import base_size, changed_share, enlarge, opaque, shrink
from sfumato.native.denoiser import REFERENCE_SIZE, Region
from sfumato.native.editing.region import Weight, base_mask, blend, share, toned
from sfumato.native.sampler import Array, euler
from sfumato.native.scene import Scene
from sfumato.native.schedule import linear

if TYPE_CHECKING:
    from sfumato.native.pipeline import NativeModel, Sampling

SKETCHED = 0.75  # t0 of a picture that is its own draft: SDEdit without references


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Redraw:
    """`source` (H, W, 4) is the input at the asked size; `weight` says which pixels may change.

    `drafted`: what to start painting from, None for noise. `inside`: the denoiser sees what is
    around the region and paints only there. `whole`: `scene` describes the whole picture after.
    """

    source: Pixels
    drafted: Pixels | None
    weight: Weight
    scene: Scene
    prompt: str
    references: tuple[Pixels, ...] = ()
    inside: bool = False
    sketched: bool = (
        False  # `drafted` is the source itself: nothing was drawn, all is to be painted
    )
    whole: bool = True
    changes: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    assets: tuple[AssetCredit, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def painted(
    model: "NativeModel",
    params: ImageParams,
    inputs: EditInputs,
    sampling: "Sampling",
    plan: Redraw,
) -> Iterator[Frame]:
    """Progress per step, Preview at the asked partials, then the Picture; lazily."""
    t0, guidance = _start(plan, sampling)
    kept = _finish(plan.source, params)
    picture = None
    partials = partial_steps(sampling.steps, params.partial_images)
    for step, picture in enumerate(_steps(model, params, sampling, plan), start=1):
        yield Progress(step=step, steps=sampling.steps)
        if step in partials:
            estimate = _finish(enlarge(picture, params.width, params.height), params)
            pixels = blend(kept, estimate, plan.weight)
            yield Preview(step=step, steps=sampling.steps, pixels=pixels)
    assert picture is not None
    fresh = model.detail(picture, plan.drafted, plan.scene, params)
    if plan.drafted is not None and not plan.sketched:
        fresh = toned(fresh, kept, plan.weight)
    pixels = blend(kept, fresh, plan.weight)
    start = (
        kept if plan.drafted is None else blend(kept, _finish(plan.drafted, params), plan.weight)
    )
    yield Picture(
        pixels=pixels,
        seed=params.seed,
        steps=sampling.steps,
        t0=t0,
        pipeline_revision=model.revision,
        scene=plan.scene.to_json(),
        matched=plan.matched,
        unmatched=plan.unmatched,
        assets=plan.assets,
        settings={
            "task": "edit",
            "sampler": "euler",
            "guidance": guidance,
            "base": f"{picture.shape[2]}x{picture.shape[1]}",
            "from": "noise" if plan.drafted is None else "source" if plan.sketched else "draft",
            "threads": model.threads,
            "inputs": [source.sha256 for source in inputs.pictures],
            "mask": inputs.mask_sha256,
            "changes": list(plan.changes),
            "redrawn_share": share(plan.weight),
            "changed_share": changed_share(kept, pixels),
            "painted_share": changed_share(start, pixels),
            "scene_is_whole": plan.whole,
            **plan.facts,
        },
    )


def _start(plan: Redraw, sampling: "Sampling") -> tuple[float, float]:
    if plan.sketched:
        return SKETCHED, sampling.guidance
    return sampling.start(plan.drafted)


def _steps(
    model: "NativeModel", params: ImageParams, sampling: "Sampling", plan: Redraw
) -> Iterator[Array]:
    """The estimate x_0 (4, h, w) after each step."""
    t0, guidance = _start(plan, sampling)
    base = base_size(params.width, params.height)
    rng = np.random.Generator(np.random.PCG64(params.seed))
    noise = rng.standard_normal((4, *base), np.float32)
    original = shrink(plan.source, base)
    start = original if plan.drafted is None else shrink(plan.drafted, base)
    x_t = (1 - np.float32(t0)) * start + np.float32(t0) * noise
    region = Region(mask=base_mask(plan.weight, base), original=original) if plan.inside else None
    conditioning = model.condition(replace(params, prompt=plan.prompt), plan.scene)
    if plan.references:
        square = (REFERENCE_SIZE, REFERENCE_SIZE)
        pictures = np.stack([shrink(reference, square) for reference in plan.references])
        conditioning = replace(conditioning, references=pictures)
    velocity = model.denoiser.velocity(conditioning, guidance, region)
    for step in euler(velocity, x_t, linear(sampling.steps, t0)):
        yield step.x_0 if region is None else region.around(step.x_0)


def _finish(pixels: Pixels, params: ImageParams) -> Pixels:
    return pixels if params.background == "transparent" else opaque(pixels)
