"""Small pictures with hard edges, soft ramps and clear pixels, made without an engine."""

import numpy as np

from sfumato.core import AssetCredit, ImageParams, Picture, Pixels

SNAPSHOT, DIGEST = "gpt-image-2-2026-11-22", "d" * 64
APPLE = AssetCredit(
    id="fluent-emoji-flat/red-apple", title="red apple", source="Fluent Emoji", licence="MIT"
)


def pixels(*, transparent: bool = False) -> Pixels:
    """96x64 pixels: a ramp, a square, and colour under clear pixels when `transparent`."""
    y, x = np.mgrid[0:64, 0:96]
    canvas = np.stack([x * 2, y * 3, 255 - x * 2, np.full_like(x, 255)], axis=-1).astype(np.uint8)
    canvas[16:40, 20:60, :3] = (229, 56, 59)
    if transparent:
        canvas[:, 60:, 3] = x[:, 60:] * 2
        canvas[:8, :, 3] = 0
    return canvas


def picture(*, transparent: bool = False, assets: tuple[AssetCredit, ...] = (APPLE,)) -> Picture:
    return Picture(
        pixels=pixels(transparent=transparent),
        seed=7,
        steps=8,
        t0=0.6,
        pipeline_revision="1",
        scene={"things": ({"concept": "apple", "x": 0.1 + 0.2, "y": 1 / 3},)},
        matched=("apple",),
        unmatched=("blorb",),
        assets=assets,
        settings={"threads": 2},
    )


def params(**changes: object) -> ImageParams:
    raw = {"prompt": "a red apple and a blorb 🍎", "width": 96, "height": 64, "seed": 7, **changes}
    return ImageParams(**raw)  # type: ignore[arg-type]  # the caller names real fields
