"""The recipe: what reproduces one picture, as JSON. Knows nothing about files or signatures.

It holds no time and no job id, so that equal requests have equal recipes.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sfumato import __version__
from sfumato.codec.lineage import ancestors_of
from sfumato.codec.machine import machine_class
from sfumato.core import ImageParams, Picture


def write_recipe(
    picture: Picture,
    params: ImageParams,
    *,
    snapshot_id: str,
    snapshot_digest: str,
    image_sha256: str,
) -> Mapping[str, Any]:
    """The recipe of `picture`. An engine with a thread pool puts its size in `settings.threads`."""
    recipe: dict[str, Any] = {
        "sfumato": __version__,
        "snapshot": snapshot_id,
        "snapshot_digest": snapshot_digest,
        "pipeline_revision": picture.pipeline_revision,
        "prompt": params.prompt,
        "seed": picture.seed,
        "size": f"{params.width}x{params.height}",
        "quality": params.quality,
        "background": params.background,
        "memory": params.memory,
        "output_format": params.output_format,
        "output_compression": params.output_compression,
        "steps": picture.steps,
        "t0": picture.t0,
        "settings": dict(picture.settings),
        "scene": dict(picture.scene),
        "matched": picture.matched,
        "unmatched": picture.unmatched,
        "assets": [asdict(asset) for asset in picture.assets],
        "machine": machine_class(picture.settings.get("threads")),
        "image_sha256": image_sha256,
        **_asked_besides(params),
    }
    # Through JSON once, so that what is reported equals what is read back: tuples become lists.
    read_back: dict[str, Any] = json.loads(json.dumps(recipe, allow_nan=False))
    return read_back


def _asked_besides(params: ImageParams) -> dict[str, Any]:
    """What most pictures do without. The mask's hash is among the engine's settings."""
    besides: dict[str, Any] = {}
    if params.negative_prompt:
        besides["negative_prompt"] = params.negative_prompt
    if params.output_format == "gif":
        besides |= {"frames": params.frames, "frame_ms": params.frame_ms}
    if params.inputs:
        besides["inputs"] = [picture.sha256 for picture in params.inputs]
        besides["ancestors"] = [ancestor.facts() for ancestor in ancestors_of(params.inputs)]
    if params.mask is not None:
        besides["mask"] = params.mask.kind
    return besides
