"""A toy reference: drawings of known shapes in two styles, and what a model might make of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sfumato.core import AssetCredit, ImageParams, Picture, Pixels
from sfumato.evals.adherence import COLUMNS
from sfumato.evals.held_out import HeldOut
from sfumato.evals.reference import Reference

THINGS = 24
STYLES = ("flat", "noto")


def toy_reference() -> Reference:
    """Row 2·i shows thing i in flat, row 2·i + 1 in noto; every fourth row is held out."""
    rows = [(thing, style) for thing in range(THINGS) for style in STYLES]
    return Reference(
        config="toy",
        pixels=np.stack([drawing(thing, style) for thing, style in rows]),
        titles=tuple(f"thing {thing}" for thing, _ in rows),
        styles=tuple(style for _, style in rows),
        sources=tuple(style for _, style in rows),
        prompts=tuple(f"a thing {thing}, {style} style" for thing, style in rows),
        held_out=np.arange(len(rows)) % 4 == 0,
    )


def drawing(thing: int, style: str) -> Pixels:
    """A ring of lobes, whose number, depth and colours are the thing's own; noto is darker."""
    rng = np.random.default_rng(thing)
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    edge = 0.7 + 0.2 * np.sin(angle * rng.integers(2, 7) + rng.uniform(0, 6))
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[radius < edge] = (*rng.integers(0, 256, 3), 255)
    pixels[radius < edge * rng.uniform(0.2, 0.8)] = (*rng.integers(0, 256, 3), 255)
    if style == "noto":
        pixels[..., :3] //= 2
    return pixels


def made_of(pictures: Sequence[Pixels], assets: tuple[AssetCredit, ...] = ()) -> HeldOut:
    """As if a model had made these pictures of the held-out pairs, in both columns alike."""
    reference = toy_reference()
    rows = tuple(reference.rows(held_out=True))
    params = tuple(
        ImageParams(prompt=reference.prompts[row], width=64, height=64, background="transparent")
        for row in rows
    )
    made = tuple(picture(pixels, assets) for pixels in pictures)
    return HeldOut(
        reference=reference,
        rows=rows,
        params={c: tuple(replace(p, memory=m) for p in params) for c, m in COLUMNS.items()},
        pictures=dict.fromkeys(COLUMNS, made),
    )


def picture(pixels: Pixels, assets: tuple[AssetCredit, ...], drawn: Sequence[str] = ()) -> Picture:
    """`drawn` stand in the scene, `assets` are credited."""
    return Picture(
        pixels=pixels,
        seed=0,
        steps=1,
        t0=0.3,
        pipeline_revision="toy-1",
        scene={"things": [{"concept": "x", "asset": asset} for asset in drawn]},
        assets=assets,
    )
