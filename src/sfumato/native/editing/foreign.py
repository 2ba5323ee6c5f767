"""Edits of pictures that are not ours, without a mask: drawn on top, or left to the denoiser.

Knows nothing about scenes of ours.
"""

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from sfumato.core import EditInputs, ImageParams, Pixels
from sfumato.errors import ImageUserError
from sfumato.native.backdrop import front_svg
from sfumato.native.draft import draft
from sfumato.native.editing.caption import caption
from sfumato.native.editing.changes import Add, Change, Weather, Write
from sfumato.native.editing.drawn import stage_for
from sfumato.native.editing.instruction import Instruction, understand
from sfumato.native.editing.redraw import Redraw
from sfumato.native.editing.region import feathered
from sfumato.native.editing.surroundings import fitted
from sfumato.native.raster import rasterise
from sfumato.native.scene import Backdrop, Scene, scene_from_json

if TYPE_CHECKING:
    from sfumato.native.pipeline import NativeModel


def plan_foreign(model: "NativeModel", params: ImageParams, inputs: EditInputs) -> Redraw:
    """What needs no understanding of the picture is drawn on it.

    ImageUserError for the rest, which the denoiser tries with memory off, painting all anew.
    """
    source = fitted(inputs.pictures[0].pixels, params.width, params.height)
    if params.scene is not None:
        scene = scene_from_json(params.scene)
        asked = Instruction(
            changes=(), scene=scene, said=(), matched=(params.prompt,), unmatched=()
        )
        drawable = True
    else:
        asked = understand(params.prompt, Scene(transparent=True), stage_for(model, params))
        drawable = bool(asked.changes or asked.kept) and all(map(_on_top, asked.changes))
    if params.memory == "on" and drawable:
        return _drawn_on(model, params, source, asked)
    if params.memory == "on":
        raise ImageUserError(
            "This picture was not made here, so what is on it is not known. Things, words and"
            ' weather can be put onto it ("add a balloon"); to change a part of it, give a mask'
            " and say what is to be there.",
            param="prompt",
        )
    return _left_to_denoiser(model, params, source)


def _on_top(change: Change) -> bool:
    if isinstance(change, Add):
        return not change.to and change.relation is None
    return isinstance(change, Write | Weather)


def _drawn_on(
    model: "NativeModel", params: ImageParams, source: Pixels, asked: Instruction
) -> Redraw:
    canvas = Image.fromarray(source)
    layer = Image.fromarray(
        draft(asked.scene, model.memory, params.width, params.height, model.fonts)
    )
    falling = _falling(asked.scene.backdrop.weather, params)
    if falling is not None:
        layer.alpha_composite(falling)
    canvas.alpha_composite(layer)
    return Redraw(
        source=source,
        drafted=np.array(canvas),
        weight=feathered(np.asarray(layer)[..., 3] > 0),
        scene=asked.scene,
        prompt=caption(asked.scene),
        whole=False,
        changes=asked.said,
        matched=asked.matched,
        unmatched=asked.unmatched,
        assets=model.credits(asked.scene),
    )


def _falling(weather: str | None, params: ImageParams) -> Image.Image | None:
    svg = front_svg(Backdrop(weather=weather), params.width, params.height)
    return None if svg is None else rasterise(svg, params.width, params.height)


def _left_to_denoiser(model: "NativeModel", params: ImageParams, source: Pixels) -> Redraw:
    """With the picture as reference; a network without references sketches over it."""
    references = model.denoiser.takes_references
    return Redraw(
        source=source,
        drafted=None if references else source,
        weight=np.ones(source.shape[:2], np.float32),
        scene=Scene(),
        prompt=params.prompt,
        references=(source,) if references else (),
        sketched=not references,
        whole=False,
        matched=(params.prompt,),
    )
