"""The one validation layer: a typed request and the snapshot that will answer it → `ImageParams`.

Every value is honoured or refused by the snapshot's capabilities; `auto` and `null` end here. Knows
nothing about HTTP bodies, streams of bytes or queues.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Any, cast

from sfumato.api.schemas import GenerateRequest, unknown_parameter
from sfumato.api.wording import Shape, asked_shape, asks_transparent
from sfumato.core import SEED_SPACE, Background, ImageParams, Memory, OutputFormat, Quality
from sfumato.errors import ImageUserError, InvalidRequest, SfumatoError
from sfumato.registry.snapshot import Capabilities, SizeRule
from sfumato.safety import moderation

AUTO_SIZES: dict[Shape, tuple[int, int]] = {
    "square": (1024, 1024),
    "portrait": (1024, 1536),
    "landscape": (1536, 1024),
}
AUTO_QUALITY = "medium"
_SIZE = re.compile(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the answer travels: nothing here touches a pixel."""

    stream: bool
    moderation: moderation.Level
    safety_identifier: str | None


def image_params(request: GenerateRequest, can: Capabilities) -> ImageParams:
    """Resolve and check; InvalidRequest or ImageUserError names what cannot be honoured."""
    _refuse_fields_of_other_models(request)
    _check_prompt(request.prompt, can.max_prompt)
    output_format = _output_format(request, can)
    width, height = _size(request, can.sizes)
    return ImageParams(
        prompt=request.prompt,
        width=width,
        height=height,
        quality=_quality(request, can),
        background=_background(request, can, output_format),
        n=_n(request, can),
        seed=_seed(request, can),
        memory=_memory(request, can),
        partial_images=_partial_images(request, can),
        output_format=output_format,
        output_compression=_compression(request, output_format),
    )


def delivery(request: GenerateRequest) -> Delivery:
    """Stream or not, how strict the word list is, and the end user's id to be echoed."""
    return Delivery(
        stream=bool(request.stream),
        moderation=request.moderation or "auto",
        safety_identifier=request.safety_identifier or request.user or None,
    )


def _refuse_fields_of_other_models(request: GenerateRequest) -> None:
    for name in ("response_format", "style"):
        if getattr(request, name) is not None:
            raise unknown_parameter(name)
    if request.input_fidelity is not None:
        raise InvalidRequest(
            "'input_fidelity' is not a parameter of this model: inputs are always read at high"
            " fidelity. Leave it out.",
            param="input_fidelity",
            code="invalid_input_fidelity_model",
        )
    if request.complexity is not None:
        raise _unsupported(
            "complexity", f"Complexity '{request.complexity}' is not supported for this image model"
        )
    for name in ("frame_count", "frame_duration_ms"):
        if getattr(request, name) is not None:
            raise _unsupported(name, f"'{name}' needs output_format 'gif', which this model lacks")
    if request.svg is not None:
        raise _unsupported("svg", "'svg' needs output_format 'svg', which this model lacks")


def _check_prompt(prompt: str, longest: int) -> None:
    if not prompt:
        raise InvalidRequest(
            f"Invalid 'prompt': it is empty. Give 1 to {longest} characters.", param="prompt"
        )
    if len(prompt) > longest:
        raise InvalidRequest(
            f"Invalid 'prompt': it has {len(prompt)} characters; the longest is {longest}.",
            param="prompt",
            code="string_above_max_length",
        )


def _size(request: GenerateRequest, rule: SizeRule) -> tuple[int, int]:
    if request.size is None or request.size == "auto":
        return AUTO_SIZES[asked_shape(request.prompt)]
    match = _SIZE.fullmatch(request.size)
    if match is None:
        raise _bad_size(request.size, "give 'auto' or WIDTHxHEIGHT in pixels, such as 1024x1024")
    width, height = int(match[1]), int(match[2])
    if reason := _broken_rule(width, height, rule):
        raise _bad_size(request.size, reason)
    return width, height


def _broken_rule(width: int, height: int, rule: SizeRule) -> str | None:
    long, short, area = max(width, height), min(width, height), width * height
    if width % rule.multiple or height % rule.multiple:
        return (
            f"width and height must be multiples of {rule.multiple}, and width times height from"
            f" {rule.min_area} to {rule.max_area}"
        )
    if long > rule.longest_edge:
        return f"the longest edge is {long}; it may be {rule.longest_edge} at most"
    if long > rule.ratio * short:
        return f"the long edge may be {rule.ratio} times the short one at most"
    if area < rule.min_area:
        return f"it has {area} pixels, below the minimum pixel budget of {rule.min_area}"
    if area > rule.max_area:
        return f"it has {area} pixels, above the maximum pixel budget of {rule.max_area}"
    return None


def _bad_size(size: Any, reason: str) -> ImageUserError:
    shown = str(size).encode("utf-8", "replace").decode()[:40]
    return ImageUserError(f"Invalid size '{shown}': {reason}.", param="size")


def _quality(request: GenerateRequest, can: Capabilities) -> Quality:
    auto = request.quality is None or request.quality == "auto"
    quality = AUTO_QUALITY if auto else cast(str, request.quality)
    return cast(Quality, _choice("quality", quality, can.qualities))


def _output_format(request: GenerateRequest, can: Capabilities) -> OutputFormat:
    chosen = _choice("output_format", request.output_format or "png", can.output_formats)
    return cast(OutputFormat, chosen)


def _background(
    request: GenerateRequest, can: Capabilities, output_format: OutputFormat
) -> Background:
    legal = output_format != "jpeg"
    if request.background is None or request.background == "auto":
        possible = legal and "transparent" in can.backgrounds
        return "transparent" if possible and asks_transparent(request.prompt) else "opaque"
    background = _choice("background", request.background, can.backgrounds)
    if background == "transparent" and not legal:
        raise ImageUserError(
            "Transparent background is not supported for output_format 'jpeg'. Use png or webp.",
            param="background",
        )
    return cast(Background, background)


def _compression(request: GenerateRequest, output_format: OutputFormat) -> int:
    compression = 100 if request.output_compression is None else request.output_compression
    if output_format == "png" and compression != 100:
        raise InvalidRequest(
            "'output_compression' other than 100 is not supported for output_format 'png', which is"
            " always lossless. Leave it out, or use 'jpeg' or 'webp'.",
            param="output_compression",
        )
    return compression


def _partial_images(request: GenerateRequest, can: Capabilities) -> int:
    partials = request.partial_images or 0
    if partials and not request.stream:
        raise InvalidRequest("'partial_images' needs 'stream': true.", param="partial_images")
    return _at_most("partial_images", partials, can.max_partial_images)


def _n(request: GenerateRequest, can: Capabilities) -> int:
    return _at_most("n", 1 if request.n is None else request.n, can.max_n)


def _seed(request: GenerateRequest, can: Capabilities) -> int:
    if request.seed is None:
        return secrets.randbelow(SEED_SPACE)
    _check_extension("seed", can)
    return request.seed


def _memory(request: GenerateRequest, can: Capabilities) -> Memory:
    if request.memory is None:
        return "on"
    _check_extension("memory", can)
    return request.memory


def _check_extension(name: str, can: Capabilities) -> None:
    if name not in can.extensions:
        raise unknown_parameter(name)


def _at_most(name: str, value: int, most: int) -> int:
    if value > most:
        raise InvalidRequest(
            f"Invalid '{name}': {value}. This model allows {most} at most.",
            param=name,
            code="integer_above_max_value",
        )
    return value


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        shown = name.capitalize().replace("_", " ")
        listing = ", ".join(allowed)
        raise _unsupported(
            name, f"{shown} '{value}' is not supported for this model. Allowed: {listing}"
        )
    return value


def _unsupported(name: str, message: str) -> SfumatoError:
    return ImageUserError(f"{message}.", param=name)
