"""Compares a file with the same picture made again, and says what differs and why it may.

The recipe may come from a stranger: its values are compared and printed, never trusted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfumato.cli.showing import Shown, shown
from sfumato.codec.machine import machine_differences
from sfumato.core import EncodedImage

REASONS = (("sfumato", "version of Sfumato"), ("pipeline_revision", "pipeline revision"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether both the hash in the recipe and all that is shown are the same, and what to say."""

    identical: bool
    lines: tuple[str, ...]


def compare(there: Shown, recipe: Mapping[str, Any], again: EncodedImage, digest: str) -> Verdict:
    """`there` is what the file shows; `digest` is of the snapshot that made `again`."""
    apart = _difference(there, shown(again.data))
    same_hash = recipe.get("image_sha256") == again.sha256
    reasons = _reasons(recipe, again, digest)
    if same_hash and apart is None:
        said = f"identical: {again.recipe['snapshot']}, seed {again.seed}, sha256 {again.sha256}"
        return Verdict(identical=True, lines=(said, *_told("although these differ:", reasons)))
    same = "every pixel is the same" if there.drawing is None else "the drawing is the same"
    found = [apart or same]
    if not same_hash:
        found.append(f"sha256: {recipe.get('image_sha256')} there, {again.sha256} here")
    reasons = reasons or [
        "the file was changed after it was made",
        "nothing in the recipe explains it",
    ]
    lines = (*_told("different:", found), *_told("possible reasons:", reasons))
    return Verdict(identical=False, lines=lines)


def _told(title: str, facts: list[str]) -> tuple[str, ...]:
    return (title, *(f"  {fact}" for fact in facts)) if facts else ()


def _difference(there: Shown, here: Shown) -> str | None:
    """In words; None when both show the same."""
    if there.frames is None or here.frames is None:
        return None if there.drawing == here.drawing else "the drawings differ"
    if there.frames.shape != here.frames.shape:
        return f"size: {_size(there.frames)} there, {_size(here.frames)} here"
    if there.frame_ms != here.frame_ms:
        return f"times: {_times(there)} there, {_times(here)} here"
    if np.array_equal(there.frames, here.frames):
        return None
    apart = np.abs(there.frames.astype(np.int16) - here.frames).max(axis=-1)
    share = np.count_nonzero(apart) / apart.size
    return f"pixels: {share:.2%} differ, by {apart.max()} of 255 at most"


def _size(frames: NDArray[np.uint8]) -> str:
    count, height, width, _ = frames.shape
    return f"{width}x{height}" + (f" in {count} frames" if count > 1 else "")


def _times(gif: Shown) -> str:
    return f"{', '.join(map(str, gif.frame_ms)) or 'none'} ms"


def _reasons(recipe: Mapping[str, Any], again: EncodedImage, digest: str) -> list[str]:
    reasons = []
    if recipe.get("snapshot_digest") != digest:
        reasons.append(f"the snapshot {again.recipe['snapshot']} has other content there than here")
    for key, name in REASONS:
        if recipe.get(key) != again.recipe[key]:
            reasons.append(f"{name}: {recipe.get(key)} there, {again.recipe[key]} here")
    machine = recipe.get("machine")
    theirs = machine if isinstance(machine, dict) else {}
    differences = machine_differences(again.recipe["machine"], theirs)
    return [*reasons, *(f"machine class: {difference}" for difference in differences)]
