"""The scores of a card: a table of what is worth a row and which way is better.

A path leads to a number inside its part: `{column}` stands for from_noise and with_memory, `*` for
every key that is there. Cards of older schemas have fewer of these paths, and the rest is shared.
Knows nothing about how numbers are made or shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Form = Literal[
    "percent", "number", "small", "seconds", "megabytes", "gigaflop", "count", "decibel", "verdict"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`ceiling` is the path of the recogniser's own score on real renders, or of another bound.

    `task` names what the score decides: which column the task ships with. `*` in the name is
    whatever it stood for in the path.
    """

    name: str
    part: str
    path: str
    better: Literal["higher", "lower", "neither"] = "higher"
    form: Form = "percent"
    ceiling: str = ""
    task: str = ""
    goal: Mapping[str, float] = field(default_factory=dict)  # column → what we aim at


SCORES = (
    Score(
        name="six categories",
        part="categories",
        path="overall.{column}.share",
        ceiling="overall.with_memory.ceiling.held_out",
        task="generation",
    ),
    Score(
        name="six categories, of the ceiling",
        part="categories",
        path="overall.{column}.relative",
        goal={"with_memory": 0.85},
    ),
    Score(
        name="· *",
        part="categories",
        path="categories.*.{column}.share",
        ceiling="categories.*.ceiling.held_out.share",
    ),
    Score(
        name="captions that people write, read without fault", part="planning", path="written.right"
    ),
    Score(name="synthetic captions read without fault", part="planning", path="synthetic.right"),
    Score(
        name="80 nouns",
        part="nouns",
        path="{column}.top1",
        ceiling="ceiling.held_out.top1",
    ),
    Score(
        name="8 colours",
        part="colours",
        path="{column}.top1",
        ceiling="ceiling.held_out.top1",
    ),
    Score(name="8 colours, thing right too", part="colours", path="{column}.both"),
    Score(
        name="words of up to 20 letters exact",
        part="lettering",
        path="{column}.words_20.exact",
        ceiling="ceiling.words_20.exact",
        task="lettering",
        goal={"with_memory": 0.95},
    ),
    Score(
        name="words of up to 8 letters exact",
        part="lettering",
        path="{column}.words_8.exact",
        ceiling="ceiling.words_8.exact",
        goal={"from_noise": 0.5},
    ),
    Score(
        name="phrases exact",
        part="lettering",
        path="{column}.phrases.exact",
        ceiling="ceiling.phrases.exact",
    ),
    Score(
        name="Chinese exact",
        part="lettering",
        path="{column}.chinese.exact",
        ceiling="ceiling.chinese.exact",
    ),
    Score(
        name="edit distance of words, mean",
        part="lettering",
        path="{column}.edit_distance",
        better="lower",
        form="small",
        ceiling="ceiling.edit_distance",
    ),
    Score(
        name="scene edits done",
        part="editing",
        path="scenes.{column}.success",
        ceiling="scenes.with_memory.seen_before",
        task="scene edits",
        goal={"with_memory": 0.85},
    ),
    Score(
        name="scene edits: untouched pixels identical, worst case",
        part="editing",
        path="scenes.{column}.untouched.identical",
        goal={"with_memory": 1.0},
    ),
    Score(
        name="scene edits: untouched share of the canvas, mean",
        part="editing",
        path="scenes.{column}.untouched.mean_canvas",
    ),
    Score(
        name="scene edits: untouched share of the canvas, least",
        part="editing",
        path="scenes.{column}.untouched.least_canvas",
        goal={"with_memory": 0.6},
    ),
    Score(
        name="masked edits done",
        part="editing",
        path="masked.{column}.success",
        ceiling="scenes.with_memory.seen_before",
        task="masked edits",
        goal={"from_noise": 0.7},
    ),
    Score(
        name="masked edits: pixels outside identical, worst case",
        part="editing",
        path="masked.{column}.outside_identical",
        goal={"from_noise": 1.0, "with_memory": 1.0},
    ),
    Score(
        name="instructions done",
        part="editing",
        path="instructions.{column}.success",
        ceiling="scenes.with_memory.seen_before",
        goal={"from_noise": 0.6},
    ),
    Score(
        name="instructions: other pixels changed, mean",
        part="editing",
        path="instructions.{column}.others_changed",
        better="lower",
        goal={"from_noise": 0.05},
    ),
    Score(
        name="edge width against vectors, as shipped",
        part="edges",
        path="edge_width.{column}.ratio.shipped",
        better="lower",
        form="number",
        ceiling="edge_width.within",
        goal={"from_noise": 1.5, "with_memory": 1.5},
    ),
    Score(
        name="· by Lanczos instead",
        part="edges",
        path="edge_width.{column}.ratio.lanczos",
        better="lower",
        form="number",
    ),
    Score(
        name="· by tracing instead",
        part="edges",
        path="edge_width.{column}.ratio.tracing",
        better="lower",
        form="number",
    ),
    Score(
        name="alpha without halos on black and white",
        part="edges",
        path="alpha.{column}.clean",
        form="verdict",
    ),
    Score(
        name="drawings brought back (PSNR), *",
        part="edges",
        path="reconstruction.*.psnr",
        form="decibel",
    ),
    Score(
        name="drawings brought back (SSIM), *",
        part="edges",
        path="reconstruction.*.ssim",
        form="number",
    ),
    Score(
        name="KID to held-out drawings",
        part="fidelity",
        path="{column}.kid",
        better="lower",
        form="small",
        ceiling="floor.kid",
    ),
    Score(
        name="nearer to training than real drawings (pixels)",
        part="copying",
        path="{column}.pixels.nearer",
        better="lower",
        ceiling="near",
    ),
    Score(
        name="nearer to training than real drawings (judge)",
        part="copying",
        path="{column}.judge.nearer",
        better="lower",
        ceiling="near",
    ),
    Score(
        name="distance to nearest training render (pixels, median)",
        part="copying",
        path="{column}.pixels.p50",
        better="neither",
        form="small",
        ceiling="test_to_train.pixels.p50",
    ),
    Score(
        name="pictures whose every drawing is credited in recipe and file",
        part="copying",
        path="credits.share",
    ),
    Score(name="t0, *", part="painting", path="*.t0", better="neither", form="number"),
    Score(name="steps, *", part="painting", path="*.steps", better="neither", form="count"),
    Score(name="painted share, *", part="painting", path="*.painted_share", better="neither"),
    Score(name="first picture, *", part="speed", path="*.first_s", better="lower", form="seconds"),
    Score(name="warm picture, *", part="speed", path="*.warm_s", better="lower", form="seconds"),
    Score(name="peak memory, *", part="speed", path="*.peak_mb", better="lower", form="megabytes"),
    Score(
        name="denoiser work at *",
        part="speed",
        path="*.gflop.{column}",
        better="lower",
        form="gigaflop",
    ),
    Score(name="same pixels twice", part="determinism", path="repeatable", form="verdict"),
)
