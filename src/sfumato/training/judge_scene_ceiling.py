"""How right the scene judge is on real vector renders of known truth: the ceiling of its scores.

The suites' own cases, drawn by the product's renderer over its backdrops, but with drawings of
styles that the judge never saw (and, beside it, of those that it learnt), in simple places of our
own. A thing in a colour is a drawing tinted as a bitmap, so that the truth does not hang on the
product's way to recolour. Knows nothing about training.
"""

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

from sfumato.evals.categories import Judged, look, tally
from sfumato.evals.categories_suites import Category, CategoryCase, Noun
from sfumato.evals.detect import SceneJudge
from sfumato.native.draft import draft
from sfumato.native.scene import Backdrop, Scene, Thing
from sfumato.training.assets import SourceAsset
from sfumato.training.judge_data import HELD_OUT
from sfumato.training.judge_scenes import COLOUR_NAMES, PALETTE, tint
from sfumato.training.raster import pack

SEED = 77
VARIANTS = 2  # pictures of each case
TINTED = 192  # pixels a side of a tinted drawing
KINDS = ("plain", "plain", "gradient", "sky", "meadow", "beach", "room", "table", "road", "snow")
WASHES = (("#fff7ec", "#ffe3c2"), ("#eef6ff", "#cfe6ff"), ("#f3f0ff", "#ded3fb"), ("#f1f3f5",))
UNSEEN = 40  # backdrop variants from here on are in no training scene


class Drawings:
    """The SVG of every drawing of some styles; `#blue` after an id asks for it tinted blue."""

    def __init__(self, assets: Sequence[SourceAsset], nouns: Mapping[str, Noun]) -> None:
        self._svg = {asset.id: asset for asset in assets}
        self.of = {
            noun.name: [a.id for a in assets if a.title in noun.depicted_by]
            for noun in nouns.values()
        }

    def svg(self, asset: str) -> str:
        """KeyError when these styles have no such drawing."""
        name, _, colour = asset.partition("#")
        return _tinted(self._svg[name], colour) if colour else self._svg[name].svg


def ceiling(
    judge: SceneJudge,
    categories: Sequence[Category],
    assets: Sequence[SourceAsset],
    nouns: Mapping[str, Noun],
) -> dict[str, Any]:
    """category → {"held_out", "learnt"} → {"share", "right", "known", "pictures"}."""
    groups = {
        "held_out": [a for a in assets if a.source in HELD_OUT],
        "learnt": [a for a in assets if a.source not in HELD_OUT],
    }
    drawings = {name: Drawings(group, nouns) for name, group in groups.items()}
    return {
        category.name: {
            name: _measured(list(drawn(judge, category, group)), nouns)
            for name, group in drawings.items()
        }
        for category in categories
    }


def drawn(judge: SceneJudge, category: Category, drawings: Drawings) -> Iterator[Judged]:
    """Every case VARIANTS times, judged."""
    rng = np.random.default_rng(SEED)
    for case in category.cases:
        for _ in range(VARIANTS):
            scene = stage(case, drawings, rng)
            yield look(judge, category, case, draft(scene, drawings, category.size, category.size))


def stage(case: CategoryCase, drawings: Drawings, rng: np.random.Generator) -> Scene:
    """A scene that shows a case: KeyError when a noun has no drawing in these styles."""
    wanted = [thing for thing in case.things for _ in range(thing.count)]
    picks = {t.noun: _pick(drawings, t.noun, rng) for t in wanted}
    size = {1: 0.6, 2: 0.42, 3: 0.32, 4: 0.3}[len(wanted)]
    places = _places(len(wanted), case, rng)
    things = [
        Thing(
            concept=thing.noun,
            asset=picks[thing.noun] + (f"#{thing.colour}" if thing.colour else ""),
            x=x,
            y=y,
            size=float(size * rng.uniform(0.75, 1.1)),
            rotation=float(rng.normal(0, 4)),
            flip=bool(rng.random() < 0.5),
        )
        for thing, (x, y) in zip(wanted, places, strict=True)
    ]
    return Scene(backdrop=_backdrop(rng), things=tuple(things))


def _pick(drawings: Drawings, noun: str, rng: np.random.Generator) -> str:
    found = drawings.of[noun]
    if not found:
        raise KeyError(f"no drawing of {noun}")
    return found[int(rng.integers(len(found)))]


def _places(count: int, case: CategoryCase, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Middles in the order of the case's things, each a little off a plain grid."""
    if count == 1:
        grid = [(0.5, 0.52)]
    elif count == 2 and case.relation in ("above", "below"):
        grid = [(0.5, 0.27), (0.5, 0.73)]
    elif count == 2:
        grid = [(0.27, 0.55), (0.73, 0.55)]
    elif count == 3:
        grid = [(0.2, 0.5), (0.5, 0.5), (0.8, 0.5)]
    else:
        grid = [(0.28, 0.28), (0.72, 0.28), (0.28, 0.72), (0.72, 0.72)]
    turned = case.relation in ("right of", "below")
    ordered = grid[::-1] if turned or (case.relation is None and rng.random() < 0.5) else grid
    return [(x + float(rng.normal(0, 0.025)), y + float(rng.normal(0, 0.03))) for x, y in ordered]


def _backdrop(rng: np.random.Generator) -> Backdrop:
    kind = KINDS[int(rng.integers(len(KINDS)))]
    wash = WASHES[int(rng.integers(len(WASHES)))]
    plain = kind in ("plain", "gradient")
    colours = (wash if kind == "gradient" else wash[:1]) if plain else ()
    return Backdrop(kind=kind, colours=colours, variant=UNSEEN + int(rng.integers(1000)))


def _tinted(asset: SourceAsset, colour: str) -> str:
    """The drawing as a bitmap in this colour, wrapped into an SVG."""
    pixels = torch.from_numpy(pack([asset], TINTED).pixels).permute(0, 3, 1, 2).float() / 255
    rng = torch.Generator().manual_seed(SEED)
    target = PALETTE[[COLOUR_NAMES.index(colour)]]
    picture = tint(pixels, target, rng)[0].permute(1, 2, 0).numpy()
    alpha = picture[..., 3:].clip(1e-4, 1)
    straight = np.concatenate([(picture[..., :3] / alpha).clip(0, 1), picture[..., 3:]], -1)
    file = io.BytesIO()
    Image.fromarray(np.rint(straight * 255).astype(np.uint8), "RGBA").save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {TINTED} {TINTED}">'
        f'<image width="{TINTED}" height="{TINTED}" href="data:image/png;base64,{data}"/></svg>'
    )


def _measured(rows: Sequence[Judged], nouns: Mapping[str, Noun]) -> dict[str, Any]:
    return tally(rows, nouns) | {"pictures": len(rows)}
