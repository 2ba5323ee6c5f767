"""The composed native model: plan → draft → paint → detail. Knows nothing about HTTP or files.

Painting starts from the draft noised to `t0` (SDEdit, Meng et al. 2021); with memory off, or when
memory has nothing to draw, it starts from noise alone: `t0` = 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass

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
from sfumato.native.avoid import Avoided, avoid
from sfumato.native.canvas import (
    base_size,
    changed_share,
    enlarge,
    merge,
    opaque,
    shrink,
    without_haze,
)
from sfumato.native.denoiser import LETTERS, Conditioning, Denoiser, pad_text
from sfumato.native.detail import Upscaler
from sfumato.native.draft import draft
from sfumato.native.editing.edit import edit
from sfumato.native.fonts import Fonts
from sfumato.native.layout import compose
from sfumato.native.lettering import keep_letters
from sfumato.native.memory import Memory
from sfumato.native.motion import moved
from sfumato.native.plan import read
from sfumato.native.reading import Reading
from sfumato.native.sampler import Array, euler
from sfumato.native.scene import Scene, scene_from_json
from sfumato.native.schedule import linear
from sfumato.native.text import TextEncoder, letters

PIPELINE_REVISION = "native-3"  # a change of pixels needs the next one, and a new snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """What the preset of a quality asks of the sampler, from noise and from a draft."""

    steps: int
    guidance: float
    t0: float
    draft_guidance: float

    def start(self, drafted: Pixels | None) -> tuple[float, float]:
        """(first timestep, guidance) for this draft, or for noise."""
        return (1.0, self.guidance) if drafted is None else (self.t0, self.draft_guidance)


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeModel:
    """The loaded parts of one snapshot."""

    denoiser: Denoiser
    encoder: TextEncoder
    memory: Memory
    fonts: Fonts
    threads: int
    upscaler: Upscaler | None = None  # bicubic without

    def generate(self, params: ImageParams, sampling: Sampling) -> Iterator[Frame]:
        """Progress per step, Preview at the asked partials, then the Picture; lazily.

        A GIF's frames are painted one after the other from the scene as it moves, with one noise.
        """
        plan = self.plan_without(params)
        reading = plan.reading
        scene = plan.bare(self.scene(params, reading))
        shares: list[float] = []
        frames: list[Pixels] = []
        steps = sampling.steps * params.frames
        partials = partial_steps(sampling.steps, params.partial_images)
        for index in range(params.frames):
            phase = index / params.frames
            shown = moved(scene, phase, params.prompt) if index else scene
            drafted = self.draft(shown, params)
            for step, painted in enumerate(
                self.paint(params, shown, sampling, drafted, phase), start=1
            ):
                yield Progress(step=index * sampling.steps + step, steps=steps)
                if step in partials:
                    pixels = _finish(enlarge(painted, params.width, params.height), params)
                    yield Preview(step=step, steps=steps, pixels=pixels)
            frames.append(self.detail(painted, drafted, shown, params))
            shares.append(_painted_share(drafted, frames[-1], params))
        t0, guidance = sampling.start(drafted)
        drawn = drafted is not None
        yield Picture(
            pixels=frames[0],
            frames=tuple(frames) if params.frames > 1 else (),
            seed=params.seed,
            steps=sampling.steps,
            t0=t0,
            pipeline_revision=PIPELINE_REVISION,
            scene=scene.to_json(),
            matched=reading.matched,
            unmatched=reading.unmatched,
            assets=self.credits(scene) if drawn else (),
            settings={
                "sampler": "euler",
                "guidance": guidance,
                "base": f"{painted.shape[2]}x{painted.shape[1]}",
                "from": "draft" if drawn else "noise",
                "threads": self.threads,
                "relations": _relations(reading),
                "painted_share": sum(shares) / len(shares),
                **_avoidance(plan, params),
            },
        )

    def edit(self, params: ImageParams, inputs: EditInputs, sampling: Sampling) -> Iterator[Frame]:
        """Like `generate`, from pictures; see `native.editing.edit`."""
        return edit(self, params, inputs, sampling)

    @property
    def revision(self) -> str:
        return PIPELINE_REVISION

    def plan(self, params: ImageParams) -> Reading:
        """The prompt, read; without memory every thing is left to the denoiser."""
        return self.plan_without(params).reading

    def plan_without(self, params: ImageParams) -> Avoided:
        """The plan, and what the negative prompt took out of it."""
        reading = read(params.prompt, self.memory, self.encoder)
        if not params.negative_prompt:
            return Avoided(reading=reading)
        unwanted = read(params.negative_prompt, self.memory, self.encoder)
        return avoid(reading, unwanted, params.negative_prompt)

    def scene(self, params: ImageParams, reading: Reading) -> Scene:
        """The reading composed on this canvas, or the scene of a replayed recipe."""
        if params.scene is not None:
            return scene_from_json(params.scene)
        return compose(
            reading,
            self.memory,
            width=params.width,
            height=params.height,
            transparent=params.background == "transparent",
            seed=params.seed,
        )

    def draft(self, scene: Scene, params: ImageParams) -> Pixels | None:
        """The scene drawn from memory at full size; None when there is nothing to draw."""
        if params.memory == "off" or not _drawable(scene):
            return None
        return draft(scene, self.memory, params.width, params.height, self.fonts)

    def paint(
        self,
        params: ImageParams,
        scene: Scene,
        sampling: Sampling,
        drafted: Pixels | None,
        phase: float = 0.0,
    ) -> Iterator[Array]:
        """The estimate x_0 (4, h, w) after each step from t0 down to 0.

        Without a draft, `phase` turns the noise: a full turn is a loop of equally likely noises.
        """
        t0, guidance = sampling.start(drafted)
        base = base_size(params.width, params.height)
        rng = np.random.Generator(np.random.PCG64(params.seed))
        noise = rng.standard_normal((4, *base), np.float32)
        if phase and drafted is None:
            other = rng.standard_normal(noise.shape, np.float32)
            noise = _turned(noise, other, phase)
        start = np.zeros_like(noise) if drafted is None else shrink(drafted, base)
        x_t = (1 - np.float32(t0)) * start + np.float32(t0) * noise
        unwanted = params.negative_prompt
        away_from = pad_text(self.encoder.tokens(unwanted)) if unwanted else None
        velocity = self.denoiser.velocity(
            self.condition(params, scene), guidance, away_from=away_from
        )
        for step in euler(velocity, x_t, linear(sampling.steps, t0)):
            yield step.x_0

    def condition(self, params: ImageParams, scene: Scene) -> Conditioning:
        """The prompt as token embeddings, quoted words as bytes."""
        prompt = params.prompt
        if params.background == "transparent":
            prompt = f"{prompt} on a transparent background"
        words = [lettering.text for lettering in scene.lettering]
        return Conditioning(
            text=pad_text(self.encoder.tokens(prompt)),
            letters=letters(words, LETTERS if words else 0),
        )

    def detail(
        self, painted: Array, drafted: Pixels | None, scene: Scene, params: ImageParams
    ) -> Pixels:
        """The painted base picture at the requested size; drafted words stay as they were set."""
        if drafted is not None:
            pixels, kept = _finish(merge(painted, drafted), params), _finish(drafted, params)
            return keep_letters(pixels, kept, scene.lettering, self.fonts)
        grow = enlarge if self.upscaler is None else self.upscaler.enlarge
        return _finish(without_haze(grow(painted, params.width, params.height)), params)

    def credits(self, scene: Scene) -> tuple[AssetCredit, ...]:
        """Every asset that a scene draws, once."""
        drawn = dict.fromkeys(thing.asset for thing in scene.things if thing.asset)
        assets = [self.memory[name] for name in drawn]
        return tuple(
            AssetCredit(id=a.id, title=a.title, source=a.source, licence=a.licence) for a in assets
        )


def _painted_share(drafted: Pixels | None, pixels: Pixels, params: ImageParams) -> float:
    """How much of the picture the denoiser changed; from noise, all."""
    return 1.0 if drafted is None else changed_share(_finish(drafted, params), pixels)


def _turned(noise: Array, other: Array, phase: float) -> Array:
    """cos·noise + sin·other is standard normal again, for every angle."""
    angle = np.float32(2 * np.pi * phase)
    turned: Array = np.cos(angle) * noise + np.sin(angle) * other
    return turned


def _finish(pixels: Pixels, params: ImageParams) -> Pixels:
    return pixels if params.background == "transparent" else opaque(pixels)


def _avoidance(plan: Avoided, params: ImageParams) -> dict[str, list[str]]:
    """What became of the negative prompt, for people to read."""
    if not params.negative_prompt:
        return {}
    avoided = [*plan.dropped, *plan.scenery]
    return {"avoided": avoided, "avoid_unread": list(plan.unread)}


def _relations(reading: Reading) -> list[tuple[str, str, str]]:
    """Each as (subject, kind, object), for people to read."""
    concepts = [mention.concept for mention in reading.mentions]
    return [(concepts[r.subject], r.kind, concepts[r.object]) for r in reading.relations]


def _drawable(scene: Scene) -> bool:
    """Whether memory has anything to say: a thing, words, or a place that was asked for."""
    drawn = any(thing.asset for thing in scene.things) or bool(scene.lettering)
    return drawn or (scene.backdrop.kind not in ("plain", "gradient") and not scene.transparent)
