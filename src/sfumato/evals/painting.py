"""How much of a picture is painted, and whether the same request gives the same pixels.

Knows nothing about scores.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from sfumato.core import Picture, Pixels, Quality
from sfumato.evals.rendering import Renderer, render
from sfumato.evals.suites import Case

SHARE = "painted_share"  # in a Picture's settings: pixels that left the draft by more than 8/255


def painting(
    engine: Renderer, cases: Sequence[Case], qualities: Sequence[str], *, seed: int, size: int
) -> dict[str, Any]:
    """quality → {"t0", "painted_share", "least", "most", …} with memory on, over `cases`.

    Only pictures that had a draft count (`drafted` of `pictures`), so that one painted from noise
    for want of an asset does not pass for painting. None where the engine reports no share.
    """
    return {quality: _quality(engine, cases, quality, seed, size) for quality in qualities}


def determinism(
    engine: Renderer, cases: Sequence[Case], *, seed: int, size: int, quality: Quality
) -> dict[str, Any]:
    """SHA-256 of the pixels of fixed prompts, and whether a second rendering had the same."""
    once, again = (
        [
            digest(
                render(
                    engine, case.prompt, seed=seed, size=size, quality=quality, memory=memory
                ).pixels
            )
            for case in cases
            for memory in ("on", "off")
        ]
        for _ in range(2)
    )
    asked = [(case.prompt, memory) for case in cases for memory in ("on", "off")]
    return {
        "repeatable": once == again,
        "size": size,
        "quality": quality,
        "pixels": [
            {"prompt": prompt, "memory": memory, "seed": seed, "sha256": sha}
            for (prompt, memory), sha in zip(asked, once, strict=True)
        ],
    }


def digest(pixels: Pixels) -> str:
    """SHA-256 of shape and bytes."""
    head = "x".join(map(str, pixels.shape)).encode()
    return hashlib.sha256(head + np.ascontiguousarray(pixels).tobytes()).hexdigest()


def painted_share(picture: Picture) -> float | None:
    """What the pipeline measured against the draft, None when there was no draft to measure by."""
    share = picture.settings.get(SHARE)
    return None if share is None or picture.t0 >= 1 else float(share)


def _quality(
    engine: Renderer, cases: Sequence[Case], quality: str, seed: int, size: int
) -> Mapping[str, Any]:
    pictures = [
        render(
            engine,
            case.prompt,
            seed=seed,
            size=size,
            quality=cast(Quality, quality),
            memory="on",
        )
        for case in cases
    ]
    shares = [share for p in pictures if (share := painted_share(p)) is not None]
    return {
        "t0": min(picture.t0 for picture in pictures),
        "steps": pictures[0].steps,
        "pictures": len(pictures),
        "drafted": sum(picture.t0 < 1 for picture in pictures),
        "painted_share": round(sum(shares) / len(shares), 4) if shares else None,
        "least": round(min(shares), 4) if shares else None,
        "most": round(max(shares), 4) if shares else None,
    }
