"""Are generated pictures copies? Nearest neighbours among everything that training saw.

Held-out pairs of thing and style are asked for. How far each picture lies from the nearest training
render is set beside how far a *real* held-out drawing does: what is nearer than nearly all of those
was not drawn but remembered. From memory, pictures are meant to show its drawings; there the test
is that each is named, in the picture's facts and in the file. Knows nothing about engines.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sfumato.codec.credentials import open_credentials
from sfumato.codec.finish import finish
from sfumato.codec.provenance import read_ingredients
from sfumato.core import EncodedImage, ImageParams, Picture, Pixels
from sfumato.evals.fidelity import features
from sfumato.evals.framing import SIZE, framed, vectors
from sfumato.evals.held_out import HeldOut
from sfumato.evals.judge import Recogniser
from sfumato.evals.sheet import CELL, Entry, contact_sheet, layout
from sfumato.registry.snapshot import Snapshot

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95)
NEAR = 0.01  # of real held-out drawings are at most this near to training
SHOWN = 24  # pictures of the sheet: those nearest to training
ACROSS = 6

Vectors = NDArray[np.float64]
Embedding = Callable[[Sequence[Pixels]], Vectors]


def measure(made: HeldOut, judge: Recogniser, snapshot: Snapshot) -> dict[str, Any]:
    """{"test_to_train", "from_noise", "with_memory": {space: quantiles, "nearer"}, "credits", …}.

    Distances are root mean square differences of framed pictures, in two spaces: `pixels`, colours
    in [0, 1] at 64 pixels on white; `judge`, its features. `nearer` is the share of pictures that
    lie nearer to training than 99 % of real held-out drawings do.
    """
    reference = made.reference
    real = reference.pictures(reference.rows(held_out=True))
    training = reference.pictures(reference.rows(held_out=False))
    spaces: Mapping[str, Embedding] = {"pixels": _colours, "judge": partial(features, judge)}
    result: dict[str, Any] = {"pictures": len(made.rows), "training": len(training), "near": NEAR}
    for space, embed in spaces.items():
        known = embed(training)
        test = distances(embed(real), known).min(axis=1)
        result.setdefault("test_to_train", {})[space] = _quantiles(test)
        for column, pictures in made.pictures.items():
            nearest = distances(embed([p.pixels for p in pictures]), known).min(axis=1)
            share = round(float((nearest < np.quantile(test, NEAR)).mean()), 4)
            result.setdefault(column, {})[space] = _quantiles(nearest) | {"nearer": share}
    memory = made.params["with_memory"], made.pictures["with_memory"]
    return result | {"credits": credits(*memory, snapshot)}


def distances(x: Vectors, y: Vectors) -> Vectors:
    """(N, M): root mean square differences between rows of (N, d) and (M, d)."""
    squared = (x**2).sum(1)[:, None] + (y**2).sum(1)[None] - 2 * x @ y.T
    return np.asarray(np.sqrt(np.maximum(squared, 0) / x.shape[1]), dtype=np.float64)


def credits(
    asked: Sequence[ImageParams], pictures: Sequence[Picture], snapshot: Snapshot
) -> dict[str, Any]:
    """How many pictures drew from memory, and how many name every drawing: in facts, in files."""
    with tempfile.TemporaryDirectory() as home:
        credentials = open_credentials(Path(home))
        files = [
            finish(picture, params, snapshot.id, snapshot.digest, credentials, 0)
            for params, picture in zip(asked, pictures, strict=True)
        ]
    drawn = [drawn_assets(picture) for picture in pictures]
    named = [{credit.id for credit in picture.assets} for picture in pictures]
    stamped = [_stamped(*pair) for pair in zip(pictures, files, strict=True)]
    in_recipe = [a <= n for a, n in zip(drawn, named, strict=True) if a]
    in_file = [a <= s for a, s in zip(drawn, stamped, strict=True) if a]
    both = [r and f for r, f in zip(in_recipe, in_file, strict=True)]
    return {
        "pictures": len(pictures),
        "drew": len(both),
        "named_in_recipe": sum(in_recipe),
        "named_in_file": sum(in_file),
        "share": round(sum(both) / len(both), 4) if both else None,
    }


def drawn_assets(picture: Picture) -> set[str]:
    """The memory ids of every thing that stands in the picture's scene."""
    things: Sequence[Mapping[str, Any]] = picture.scene.get("things", ())
    return {str(thing["asset"]) for thing in things if thing.get("asset")}


def nearest(made: HeldOut) -> tuple[dict[str, Any], Image.Image]:
    """From noise: the pictures nearest to training, each with its neighbour; facts, sheet."""
    rows = made.reference.rows(held_out=False)
    training = made.reference.pictures(rows)
    pictures = [picture.pixels for picture in made.pictures["from_noise"]]
    apart = distances(_colours(pictures), _colours(training))
    order = [int(i) for i in np.argsort(apart.min(axis=1), kind="stable")[:SHOWN]]
    near = {i: int(apart[i].argmin()) for i in order}
    entries = [
        Entry(
            caption=made.reference.prompts[made.rows[i]],
            pictures=tuple(_shown(each) for each in (pictures[i], training[near[i]])),
        )
        for i in order
    ]
    words = [
        f"{entries[k].caption} → {made.reference.titles[rows[near[i]]]}, {apart[i].min():.3f}"
        for k, i in enumerate(order)
    ]
    facts = {
        "columns": ["from_noise", "nearest_training_render"],
        "prompts": [{"prompt": each} for each in words],
        **layout(entries, across=ACROSS),
    }
    return facts, contact_sheet(entries, across=ACROSS)


def _shown(picture: Pixels) -> Pixels:
    """As it was compared, each pixel as large as a cell of the sheet allows."""
    return np.kron(framed(picture), np.ones((CELL // SIZE, CELL // SIZE, 1), np.uint8))


def _stamped(picture: Picture, file: EncodedImage) -> set[str]:
    """The ids of the picture's assets whose title, source and licence stand in the file itself."""
    inside = read_ingredients(file.data)
    return {
        credit.id
        for credit in picture.assets
        if (credit.title, f"{credit.source}, {credit.licence}") in inside
    }


def _colours(pictures: Sequence[Pixels]) -> Vectors:
    return vectors([framed(picture) for picture in pictures]).astype(np.float64)


def _quantiles(values: Vectors) -> dict[str, float]:
    """{"p1", "p5", …} rounded."""
    return {f"p{q * 100:.0f}": round(float(np.quantile(values, q)), 4) for q in QUANTILES}
