"""A small evals folder for the six categories: three nouns, one case each, an untrained judge."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from sfumato.evals.categories_suites import CATEGORIES, FOLDER
from sfumato.evals.detect import NAMED, Found
from sfumato.training.judge_finder import SEEN, Finder
from sfumato.training.judge_namer import from_judge
from sfumato.training.judge_scene_export import export
from sfumato.training.judge_stock import SIZE, Stock

NOUNS = ("cat", "dog", "car")
COLOURS = ("red", "blue", "green")
CASES = {
    "single_object": 'prompt = "a cat"\nthings = [{ noun = "cat" }]',
    "two_objects": 'prompt = "a cat and a car"\nthings = [{ noun = "cat" }, { noun = "car" }]',
    "counting": 'prompt = "two cats"\nthings = [{ noun = "cat", count = 2 }]',
    "colours": 'prompt = "a red cat"\nthings = [{ noun = "cat", colour = "red" }]',
    "position": (
        'prompt = "a cat above a dog"\nthings = [{ noun = "cat" }, { noun = "dog" }]\n'
        'relation = "above"'
    ),
    "colour_binding": (
        'prompt = "a red cat and a blue car"\n'
        'things = [{ noun = "cat", colour = "red" }, { noun = "car", colour = "blue" }]'
    ),
}


def write_suites(evals: Path) -> None:
    """Every category with its one case, and the nouns; `car` is of a group that `cpu` lacks."""
    folder = evals / FOLDER
    folder.mkdir(parents=True)
    groups = ("Animals & Nature", "Animals & Nature", "Travel & Places")
    nouns = (
        f'[[noun]]\nname = "{noun}"\ngroup = "{group}"\ndepicted_by = ["{noun}"]\n'
        for noun, group in zip(NOUNS, groups, strict=True)
    )
    (folder / "nouns.toml").write_text("\n".join(nouns), "utf-8")
    for name in CATEGORIES:
        head = f'name = "{name}"\nseeds = [1, 2]\nsize = 64\nquality = "low"\n'
        (folder / f"{name}.toml").write_text(f"{head}[[case]]\n{CASES[name]}\n", "utf-8")


def write_judge(evals: Path) -> None:
    """Untrained networks, exported by the real code, with a card that has no ceiling."""
    folder = evals / "judge"
    folder.mkdir(parents=True)
    for name, data in exported().items():
        (folder / name).write_bytes(data)
    colours = [*COLOURS, *(f"c{i}" for i in range(10))]
    card = {"nouns": NOUNS, "colours": colours}
    (folder / "scenes.json").write_text(json.dumps(card), "utf-8")


@cache
def exported() -> Mapping[str, bytes]:
    """Both networks as ONNX files; exporting takes a while, so it is done once."""
    torch.manual_seed(0)
    nets = {
        "finder.onnx": (Finder(8), torch.rand(1, 3, SEEN, SEEN), ("pixels", "planes")),
        "namer.onnx": (
            from_judge(None, len(NOUNS)),
            torch.rand(2, 3, NAMED, NAMED),
            ("crops", "nouns", "colours"),
        ),
    }
    with TemporaryDirectory() as folder:
        for name, (net, sample, names) in nets.items():
            export(net, sample, Path(folder, name), names)
        return {name: Path(folder, name).read_bytes() for name in nets}


def seen(
    noun: str | None, x: float = 0.5, y: float = 0.5, *, colour: str = "red", score: float = 0.9
) -> Found:
    """A thing of 0.2 by 0.2 at (x, y) that the namer is sure of."""
    nouns = [5.0 if noun == n else 0.0 for n in NOUNS] + [5.0 if noun is None else 1.0]
    colours = [5.0 if colour == c else 0.0 for c in COLOURS] + [0.0] * 10
    return Found(
        box=(x - 0.1, y - 0.1, x + 0.1, y + 0.1),
        score=score,
        nouns=np.array(nouns, np.float32),
        colours=np.array(colours, np.float32),
    )


def toy_stock() -> Stock:
    """A red disc, a blue square and a green bar, twice each, and a stranger."""
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    shapes = (x**2 + y**2 < 0.9, abs(x) + abs(y) < 3, abs(y) < 0.3, abs(x - y) < 0.4)
    inks = ((220, 40, 40, 255), (40, 80, 220, 255), (40, 160, 60, 255), (90, 90, 90, 255))
    pixels = np.zeros((4, SIZE, SIZE, 4), np.uint8)
    for picture, inside, ink in zip(pixels, shapes, inks, strict=True):
        picture[inside] = ink
    rows = np.array([0, 1, 2, 0, 1, 2, 3])
    return Stock(
        names=NOUNS,
        pixels=pixels[rows],
        nouns=np.array([0, 1, 2, 0, 1, 2, -1]),
        colours=np.array([0, 4, 3, 0, 4, 3, -1]),
    )
