"""What an edit starts from: the objects that `ImageParams` names, decoded.

Knows nothing about who sent them; they were inspected when they were accepted.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sfumato.codec.decode import decode
from sfumato.codec.mask import decode_markup, decode_mask
from sfumato.core import EditInputs, ImageParams, InputPicture, Mask, Source
from sfumato.errors import InvalidRequest, ServerError
from sfumato.native.scene import scene_from_json


def read_inputs(params: ImageParams, objects: Path) -> EditInputs:
    """The pictures and the mask of an edit; ServerError when a file was swept meanwhile."""
    try:
        pictures = tuple(_source(picture, objects) for picture in params.inputs)
        return EditInputs(pictures=pictures, mask=_mask(params, objects))
    except FileNotFoundError as error:
        raise ServerError(
            "An input picture of this edit is no longer kept: they are, for 30 days after their"
            " last use. Send it again."
        ) from error


def scene_of(recipe: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The recipe's scene, if it is one and says all of the picture; recipes come from strangers."""
    scene, settings = (recipe or {}).get("scene"), (recipe or {}).get("settings")
    if not isinstance(scene, dict) or not isinstance(settings, dict):
        return None
    if settings.get("scene_is_whole", True) is not True:
        return None
    try:
        scene_from_json(scene)
    except InvalidRequest:
        return None
    return scene


def _source(picture: InputPicture, objects: Path) -> Source:
    pixels = decode((objects / picture.key).read_bytes())
    return Source(pixels=pixels, scene=scene_of(picture.recipe))


def _mask(params: ImageParams, objects: Path) -> Mask | None:
    mask = params.mask
    if mask is None:
        return None
    data = (objects / mask.key).read_bytes()
    size = params.inputs[0].width, params.inputs[0].height
    return decode_mask(data, size) if mask.kind == "mask" else decode_markup(data, size)
