"""Are the words spelt right? Asked for in prompts, read back by an independent OCR.

Two columns, from noise and with memory, and beside them the OCR's own ceiling: the same words in
the same fonts, plain black on white. Knows nothing about how words are drawn.
"""

import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, get_args

import numpy as np

from sfumato.core import ImageParams, Memory, Picture, Pixels, Quality
from sfumato.evals.ocr import Reader
from sfumato.evals.rendering import Renderer
from sfumato.native.draft import draft
from sfumato.native.pipeline import NativeModel
from sfumato.native.scene import Backdrop, Lettering, Scene

COLUMNS: Mapping[str, Memory] = {"from_noise": "off", "with_memory": "on"}
PLAIN = (768, 384)  # (width, height) of the ceiling's pictures
SHORT, LONG = 8, 20  # letters of a word
_ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})

Note = Callable[[str], None]


class Eyes(Protocol):
    """What reads: `ocr.Reader`."""

    def read(self, picture: Pixels) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One prompt with its words. `noise` cases are painted from noise, too."""

    text: str
    prompt: str
    group: str
    width: int
    height: int
    noise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """All cases are rendered in one quality from one seed."""

    name: str
    seed: int
    quality: Quality
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked for, and the runs of text that were read, in reading order.

    An OCR takes a wheel for an O and a rope for a dash, so the words may stand among others;
    whether they stood alone is told apart.
    """

    case: Case
    runs: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether the words as asked were read in one place."""
        return self.distance == 0

    @property
    def but_for_case(self) -> bool:
        """Whether they were read but for capitals: an OCR cannot tell a lone S from an s."""
        case = replace(self.case, text=self.case.text.casefold())
        return Answer(case=case, runs=tuple(run.casefold() for run in self.runs)).exact

    @property
    def alone(self) -> bool:
        """Whether nothing else was read."""
        return normal("".join(self.runs)) == normal(self.case.text)

    @property
    def distance(self) -> float:
        """Levenshtein's, by the longer one's length: 0 is exact, 1 has nothing in common."""
        asked, count = normal(self.case.text), len(self.runs)
        parts = {
            normal("".join(self.runs[i:j])) for i in range(count) for j in range(i + 1, count + 1)
        }
        return min(
            (edit_distance(part, asked) / max(len(part), len(asked)) for part in parts if part),
            default=1.0,
        )


def measure(
    engine: Renderer, suite_path: Path, note: Note, eyes: Eyes | None = None
) -> dict[str, Any]:
    """{"from_noise", "with_memory", "ceiling"}: exact share and edit distance per group of cases.

    `words_8` are single words of at most 8 letters, `words_20` single words of at most 20 (so the
    former are among them). RuntimeError says how to install the OCR when it is absent.
    """
    suite = read_suite(suite_path)
    eyes = eyes or Reader()
    columns: dict[str, Any] = {}
    fonts: dict[str, Lettering] = {}
    for column, memory in COLUMNS.items():
        cases = [case for case in suite.cases if memory == "on" or case.noise]
        answers = []
        for case in cases:
            note(case.prompt)
            picture = _render(engine, case, suite, memory)
            fonts[case.text] = _lettering(picture, case)
            answers.append(Answer(case=case, runs=eyes.read(picture.pixels)))
        columns[column] = score(answers)
    return {
        "suite": suite.name,
        "quality": suite.quality,
        "seed": suite.seed,
        **columns,
        "ceiling": _ceiling(engine, suite, fonts, eyes, note),
    }


def read_suite(path: Path) -> Suite:
    """Parse the suite; ValueError names the file when it is not one."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        cases = tuple(_case(case) for case in raw["case"])
        suite = Suite(name=raw["name"], seed=raw["seed"], quality=raw["quality"], cases=cases)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} is not a lettering suite: {error!r}") from error
    if suite.quality not in get_args(Quality):
        raise ValueError(f"{path.name} is not a lettering suite: unknown quality.")
    return suite


def score(answers: Sequence[Answer]) -> dict[str, Any]:
    """Shares of exact answers and of those with nothing else, mean distance, every miss."""
    words = [a for a in answers if a.case.group == "word"]
    groups = {
        "words_8": [a for a in words if len(a.case.text) <= SHORT],
        "words_20": [a for a in words if len(a.case.text) <= LONG],
        "phrases": [a for a in answers if a.case.group == "phrase"],
        "chinese": [a for a in answers if a.case.group == "chinese"],
    }
    return {
        "pictures": len(answers),
        **{name: _group(of) for name, of in groups.items()},
        "edit_distance": _mean([a.distance for a in answers]),
        "alone": _mean([float(a.alone) for a in answers]),
        "misses": [
            {"prompt": a.case.prompt, "text": a.case.text, "read": " ".join(a.runs)}
            for a in answers
            if not a.exact
        ],
    }


def normal(text: str) -> str:
    """Compatibility forms, quotes and dashes made alike, white space gone: lines are layout."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_ALIKE)).split())


def edit_distance(one: str, other: str) -> int:
    """Levenshtein's: insertions, deletions and substitutions, each 1."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def _case(raw: Mapping[str, Any]) -> Case:
    width, height = (int(edge) for edge in raw["size"].split("x"))
    return Case(
        text=raw["text"],
        prompt=raw["prompt"].replace("{text}", raw["text"]),
        group=raw["group"],
        width=width,
        height=height,
        noise=raw.get("noise", False),
    )


def _render(engine: Renderer, case: Case, suite: Suite, memory: Memory) -> Picture:
    params = ImageParams(
        prompt=case.prompt,
        seed=suite.seed,
        width=case.width,
        height=case.height,
        quality=suite.quality,
        memory=memory,
    )
    for frame in engine.generate(params):
        if isinstance(frame, Picture):
            return frame
    raise RuntimeError(f"The engine gave no picture for {case.prompt!r}.")


def _lettering(picture: Picture, case: Case) -> Lettering:
    """The words as they were planned, for their font; sans when the plan has none."""
    planned = (picture.scene or {}).get("lettering", ())
    font = next((each["font"] for each in planned if each["text"] == case.text), "sans")
    return Lettering(text=case.text, font=font)


def _ceiling(
    engine: Renderer, suite: Suite, fonts: Mapping[str, Lettering], eyes: Eyes, note: Note
) -> dict[str, Any] | None:
    """What the OCR reads of plain words; None for an engine without fonts."""
    model = getattr(engine, "model", None)
    if not isinstance(model, NativeModel):
        return None
    answers = []
    for case in suite.cases:
        note(f"plain: {case.text}")
        answers.append(Answer(case=case, runs=eyes.read(_plain(model, fonts[case.text]))))
    return score(answers)


def _plain(model: NativeModel, lettering: Lettering) -> Pixels:
    words = replace(lettering, colour="#000000", size=0.3, width=0.9, height=0.9)
    scene = Scene(backdrop=Backdrop(colours=("#ffffff",)), lettering=(words,))
    return draft(scene, model.memory, *PLAIN, model.fonts)


def _group(answers: Sequence[Answer]) -> dict[str, Any]:
    return {
        "exact": _mean([float(a.exact) for a in answers]),
        "but_for_case": _mean([float(a.but_for_case) for a in answers]),
        "right": sum(a.exact for a in answers),
        "of": len(answers),
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None
