"""FakeEngine, the shipped test double: deterministic pixels from scene and seed, no weights.

It plans a scene from the prompt (or is given one), honours size, steps, partials, background,
memory, negative prompt and frames like a real engine, and is as lazy. Knows nothing about HTTP,
queues or files.

Members of its snapshot's `recipe` make it observable: `step_seconds` slows each step, `step_log`
names a file that gets one line, `<seed> <step>`, for each step computed, and with `grain` pictures
are as hard to compress as photographs.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from sfumato.core import (
    EditInputs,
    Frame,
    ImageParams,
    Picture,
    Pixels,
    Preview,
    Progress,
    partial_steps,
)
from sfumato.registry.snapshot import Preset, Snapshot

PIPELINE_REVISION = "fake-1"


class FakeEngine:
    """Paints a soft gradient with one disc; colours and place follow from scene and seed."""

    def __init__(self, threads: int = 1) -> None:
        """Made like every engine; it computes on one thread, which `threads` always allows."""
        self._snapshot: Snapshot | None = None

    def load(self, snapshot: Snapshot) -> None:
        snapshot.verify()
        self._snapshot = snapshot

    def generate(self, params: ImageParams) -> Iterator[Frame]:
        scene = params.scene if params.scene is not None else plan(params)
        picture = paint(scene, params)
        if self._recipe.get("grain"):
            picture[..., :3] ^= _noise(params.seed, picture)[..., :3] & 15
        yield from self._frames(params, scene, picture)

    def edit(self, params: ImageParams, inputs: EditInputs) -> Iterator[Frame]:
        """The first picture with one disc of the instruction's colour, where the mask lets it."""
        scene = params.scene if params.scene is not None else plan(params)
        facts = {
            "task": "edit",
            "inputs": [source.sha256 for source in inputs.pictures],
            "mask": inputs.mask_sha256,
        }
        yield from self._frames(params, scene, repaint(scene, params, inputs), facts)

    def _frames(
        self,
        params: ImageParams,
        scene: Mapping[str, Any],
        picture: Pixels,
        facts: Mapping[str, Any] | None = None,
    ) -> Iterator[Frame]:
        if self._snapshot is None:
            raise RuntimeError("no snapshot is loaded")
        preset = self._snapshot.presets[params.quality]
        noise = _noise(params.seed, picture)
        partials = partial_steps(preset.steps, params.partial_images)
        for step in range(1, preset.steps + 1):
            self._work(params.seed, step)
            yield Progress(step=step, steps=preset.steps)
            if step in partials:
                estimate = _blend(picture, noise, step / preset.steps)
                yield Preview(step=step, steps=preset.steps, pixels=estimate)
        yield _finished(params, preset, scene, picture, facts or {})

    def unload(self) -> None:
        self._snapshot = None

    @property
    def _recipe(self) -> Mapping[str, Any]:
        return self._snapshot.recipe if self._snapshot else {}

    def _work(self, seed: int, step: int) -> None:
        recipe = self._recipe
        time.sleep(float(recipe.get("step_seconds", 0)))
        if log := recipe.get("step_log"):
            with Path(log).open("a", encoding="utf-8") as lines:
                lines.write(f"{seed} {step}\n")


def plan(params: ImageParams) -> Mapping[str, Any]:
    """A scene with one thing, which is the whole prompt."""
    things = [{"concept": params.prompt}]
    return {"things": things, "transparent": params.background == "transparent"}


def paint(scene: Mapping[str, Any], params: ImageParams) -> Pixels:
    """The finished pixels of one picture, (height, width, 4), from scene, seed and memory."""
    asked = [scene, params.seed, params.memory, *filter(None, [params.negative_prompt])]
    key = json.dumps(asked, sort_keys=True)
    digest = np.frombuffer(hashlib.sha256(key.encode()).digest(), np.uint8)
    y = np.linspace(0, 1, params.height, dtype=np.float32)[:, None]
    x = np.linspace(0, 1, params.width, dtype=np.float32)[None, :]
    ramp = ((x + y) / 2)[..., None]
    paper = digest[0:3] * (1 - ramp) + digest[3:6] * ramp
    across = x - (0.3 + digest[9] / 640)
    down = y - (0.3 + digest[10] / 640)
    disc = across**2 + down**2 < 0.06
    pixels = np.empty((params.height, params.width, 4), np.uint8)
    pixels[..., :3] = np.where(disc[..., None], digest[6:9], paper)
    pixels[..., 3] = 255
    if params.background == "transparent":
        pixels[~disc] = 0
    return pixels


def repaint(scene: Mapping[str, Any], params: ImageParams, inputs: EditInputs) -> Pixels:
    """The first picture at the asked size; a disc on it, only where the mask allows."""
    source = inputs.pictures[0].pixels
    size = (params.width, params.height)
    if source.shape[1::-1] != size:
        source = np.asarray(Image.fromarray(source).resize(size, Image.Resampling.BILINEAR))
    fresh = paint(scene, params)
    y, x = np.mgrid[0 : params.height, 0 : params.width].astype(np.float32)
    share = ((x / params.width - 0.5) ** 2 + (y / params.height - 0.5) ** 2 < 0.06).astype(float)
    if inputs.mask is not None:
        mask = Image.fromarray(inputs.mask).resize(size, Image.Resampling.BILINEAR)
        share = 1 - np.asarray(mask, np.float32) / 255
    mixed = source + (fresh.astype(np.float32) - source) * share[..., None]
    repainted: Pixels = np.rint(mixed).astype(np.uint8)
    return repainted


def _noise(seed: int, picture: Pixels) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, picture.shape, np.uint8)


def _blend(picture: Pixels, noise: Pixels, share: float) -> Pixels:
    mixed = picture * np.float32(share) + noise * np.float32(1 - share)
    estimate: Pixels = mixed.astype(np.uint8)
    estimate[..., 3] = picture[..., 3]
    return estimate


def _finished(
    params: ImageParams,
    preset: Preset,
    scene: Mapping[str, Any],
    picture: Pixels,
    facts: Mapping[str, Any],
) -> Picture:
    words = tuple(dict.fromkeys(params.prompt.split()))
    known, n = params.memory == "on", params.frames
    return Picture(
        pixels=picture,
        seed=params.seed,
        steps=preset.steps,
        t0=preset.t0 if known else 1.0,
        pipeline_revision=PIPELINE_REVISION,
        scene=scene,
        matched=words if known else (),
        unmatched=() if known else words,
        frames=tuple(np.roll(picture, params.width * i // n, axis=1) for i in range(n) if n > 1),
        settings={"guidance": preset.guidance, **facts},
    )
