"""The one validation layer: a typed request and the snapshot that will answer it → `ImageParams`.

Every value is honoured or refused by the snapshot's capabilities; `auto` and `null` end here. Knows
nothing about HTTP bodies, streams of bytes or queues.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from sfumato.api.formats import check_transparent, compression, count, frames, output_format
from sfumato.api.refusing import at_most, one_of, unknown_parameter, unsupported, within_length
from sfumato.api.schemas import GenerateRequest
from sfumato.api.sizes import picture_size
from sfumato.api.wording import asks_cut_out, asks_transparent
from sfumato.core import (
    SEED_SPACE,
    Background,
    ImageParams,
    InputMask,
    InputPicture,
    Memory,
    OutputFormat,
    Quality,
)
from sfumato.errors import ImageUserError, InvalidRequest
from sfumato.registry.snapshot import Capabilities
from sfumato.safety import moderation

AUTO_QUALITY = "medium"
EXTENSION_FORMATS = ("gif", "svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the answer travels: nothing here touches a pixel."""

    stream: bool
    moderation: moderation.Level
    safety_identifier: str | None
    response_format: Literal["b64_json", "url"] = "b64_json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What an edit starts from: facts of its first picture, its own seed where a recipe tells."""

    width: int
    height: int
    has_alpha: bool
    seed: int | None = None
    mask: Literal["mask", "markup"] | None = None


def image_params(
    request: GenerateRequest, can: Capabilities, start: Start | None = None
) -> ImageParams:
    """Resolve and check; InvalidRequest or ImageUserError names what cannot be honoured.

    With `start` it is an edit: size, seed and background are the picture's own unless asked. The
    pictures themselves are for the caller to add.
    """
    _refuse_fields_of_other_models(request)
    _check_prompt(request.prompt, can.max_prompt)
    chosen = output_format(request, can)
    if start is not None:
        _check_edit(request, start, can, chosen)
    shown, frame_ms = frames(request, chosen)
    width, height = picture_size(
        request.size,
        request.prompt,
        can.sizes,
        output_format=chosen,
        frames=shown,
        own=None if start is None else (start.width, start.height),
    )
    return ImageParams(
        prompt=request.prompt,
        width=width,
        height=height,
        quality=_quality(request, can),
        background=_background(request, can, chosen, start),
        n=count(request, can, chosen),
        seed=_seed(request, can, start),
        memory=_memory(request, can),
        partial_images=_partial_images(request, can),
        output_format=chosen,
        output_compression=compression(request, chosen),
        negative_prompt=_negative_prompt(request, can),
        frames=shown,
        frame_ms=frame_ms,
    )


def edit_params(
    request: GenerateRequest,
    can: Capabilities,
    pictures: Sequence[InputPicture],
    mask: InputMask | None,
) -> ImageParams:
    """`image_params` of an edit of the first of `pictures`, with them and the mask inside."""
    first = pictures[0]
    start = Start(
        width=first.width,
        height=first.height,
        has_alpha=first.has_alpha,
        seed=seed_of(first.recipe),
        mask=None if mask is None else mask.kind,
    )
    return replace(image_params(request, can, start), inputs=tuple(pictures), mask=mask)


def seed_of(recipe: Mapping[str, Any] | None) -> int | None:
    """The seed that a recipe tells, if it is one: recipes come from strangers."""
    seed = (recipe or {}).get("seed")
    return seed if type(seed) is int and 0 <= seed < SEED_SPACE else None


def delivery(request: GenerateRequest, can: Capabilities | None = None) -> Delivery:
    """Stream or not, how strict the word list is, the end user's id, and links or pictures."""
    return Delivery(
        stream=bool(request.stream),
        moderation=request.moderation or "auto",
        safety_identifier=request.safety_identifier or request.user or None,
        response_format=_response_format(request, can or Capabilities()),
    )


def without_extensions(can: Capabilities) -> Capabilities:
    """What is left of a model's abilities in strict mode."""
    formats = tuple(f for f in can.output_formats if f not in EXTENSION_FORMATS)
    return replace(can, extensions=(), output_formats=formats)


def _refuse_fields_of_other_models(request: GenerateRequest) -> None:
    if request.style is not None:
        raise unknown_parameter("style")
    if request.input_fidelity is not None:
        raise InvalidRequest(
            "'input_fidelity' is not a parameter of this model: inputs are always read at high"
            " fidelity. Leave it out.",
            param="input_fidelity",
            code="invalid_input_fidelity_model",
        )
    if request.complexity is not None:
        raise unsupported(
            "complexity", f"Complexity '{request.complexity}' is not supported for this image model"
        )


def _check_prompt(prompt: str, longest: int) -> None:
    if not prompt:
        raise InvalidRequest(
            f"Invalid 'prompt': it is empty. Give 1 to {longest} characters.", param="prompt"
        )
    within_length("prompt", prompt, longest)


def _check_edit(
    request: GenerateRequest, start: Start, can: Capabilities, chosen: OutputFormat
) -> None:
    if "edit" not in can.tasks:
        raise unsupported("model", "This model makes pictures and does not edit them")
    if start.mask == "markup" and not can.markup:
        raise unsupported("markup", "'markup' is not supported for this model")
    if request.negative_prompt and "negative_prompt" in can.extensions:
        raise unsupported(
            "negative_prompt",
            "'negative_prompt' is for generations. Say in the instruction what to remove",
        )
    if chosen == "gif":
        raise ImageUserError(
            "Edits cannot be animated: output_format 'gif' is for generations. Use png, jpeg or"
            " webp.",
            param="output_format",
        )


def _quality(request: GenerateRequest, can: Capabilities) -> Quality:
    auto = request.quality is None or request.quality == "auto"
    quality = AUTO_QUALITY if auto else cast(str, request.quality)
    return cast(Quality, one_of("quality", quality, can.qualities))


def _background(
    request: GenerateRequest, can: Capabilities, chosen: OutputFormat, start: Start | None
) -> Background:
    if request.background is None or request.background == "auto":
        clear = _is_clear(request.prompt, start)
        possible = chosen in ("png", "webp") and "transparent" in can.backgrounds
        return "transparent" if possible and clear else "opaque"
    background = one_of("background", request.background, can.backgrounds)
    if background == "transparent":
        check_transparent(chosen)
    return cast(Background, background)


def _is_clear(prompt: str, start: Start | None) -> bool:
    if start is None:
        return asks_transparent(prompt)
    return start.has_alpha or asks_cut_out(prompt)


def _partial_images(request: GenerateRequest, can: Capabilities) -> int:
    partials = request.partial_images or 0
    if partials and not request.stream:
        raise InvalidRequest("'partial_images' needs 'stream': true.", param="partial_images")
    return at_most("partial_images", partials, can.max_partial_images)


def _seed(request: GenerateRequest, can: Capabilities, start: Start | None) -> int:
    if request.seed is not None:
        _check_extension("seed", can)
        return request.seed
    own = None if start is None else start.seed
    return secrets.randbelow(SEED_SPACE) if own is None else own


def _memory(request: GenerateRequest, can: Capabilities) -> Memory:
    if request.memory is None:
        return "on"
    _check_extension("memory", can)
    return request.memory


def _negative_prompt(request: GenerateRequest, can: Capabilities) -> str:
    if request.negative_prompt is None:
        return ""
    _check_extension("negative_prompt", can)
    return within_length("negative_prompt", request.negative_prompt, can.max_prompt)


def _response_format(request: GenerateRequest, can: Capabilities) -> Literal["b64_json", "url"]:
    if request.response_format is None:
        return "b64_json"
    _check_extension("response_format", can)
    if request.response_format == "url" and request.stream:
        raise InvalidRequest(
            "'response_format' 'url' is not supported with 'stream': events carry their pictures."
            " Leave one of the two out.",
            param="response_format",
        )
    return request.response_format


def _check_extension(name: str, can: Capabilities) -> None:
    if name not in can.extensions:
        raise unknown_parameter(name)
