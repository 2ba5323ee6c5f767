"""How large a picture becomes: what was asked, what `auto` means, what a model can make.

Knows nothing about what is in it.
"""

import re
from collections.abc import Mapping

from sfumato.api.wording import Shape, asked_shape
from sfumato.core import OutputFormat
from sfumato.errors import ImageUserError
from sfumato.registry.snapshot import SizeRule

AUTO_SIZES: Mapping[Shape, tuple[int, int]] = {
    "square": (1024, 1024),
    "portrait": (1024, 1536),
    "landscape": (1536, 1024),
}
AUTO_FRAMES: Mapping[Shape, tuple[int, int]] = {  # of a GIF, whose sheet has the usual limits
    "square": (512, 512),
    "portrait": (512, 768),
    "landscape": (768, 512),
}
SHEETS = ((8, (4, 2)), (9, (3, 3)), (12, (4, 3)), (16, (4, 4)))  # frames up to → columns, rows
OWN_LONGEST = 8_192  # an edge of a picture that is edited at its own size
OWN_AREA = 25_000_000
_SIZE = re.compile(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})", re.ASCII)


def picture_size(
    asked: str | None,
    prompt: str,
    rule: SizeRule,
    *,
    output_format: OutputFormat = "png",
    frames: int = 1,
    own: tuple[int, int] | None = None,
) -> tuple[int, int]:
    """(width, height) in pixels; ImageUserError names `size` and the rule that is broken.

    `own` is the size of the picture that is edited: what `auto` means then. Of a GIF it is the size
    of one frame, and the rule holds for the sheet of all `frames`.
    """
    if asked is None or asked == "auto":
        if own is not None:
            return _own_size(*own)
        sizes = AUTO_FRAMES if output_format == "gif" else AUTO_SIZES
        return sizes[asked_shape(prompt)]
    match = _SIZE.fullmatch(asked)
    if match is None:
        raise _bad_size(asked, "give 'auto' or WIDTHxHEIGHT in pixels, such as 1024x1024")
    width, height = int(match[1]), int(match[2])
    if output_format == "gif":
        reason = _broken_sheet_rule(width, height, frames, rule)
    else:
        reason = _broken_rule(width, height, rule)
    if reason:
        raise _bad_size(asked, reason)
    return width, height


def sheet_size(width: int, height: int, frames: int) -> tuple[int, int]:
    """The size of all frames side by side, as OpenAI lays them out and charges for them."""
    columns, rows = next(grid for most, grid in SHEETS if frames <= most)
    return width * columns, height * rows


def _own_size(width: int, height: int) -> tuple[int, int]:
    """Pictures are edited at the size they have, beyond the sizes that can be asked for."""
    if max(width, height) > OWN_LONGEST or width * height > OWN_AREA:
        raise _bad_size(
            f"{width}x{height}",
            f"this is the picture's own size, and edits keep it up to {OWN_AREA:,} pixels and"
            f" {OWN_LONGEST:,} on an edge; give 'size' for a smaller result",
        )
    return width, height


def _broken_sheet_rule(width: int, height: int, frames: int, rule: SizeRule) -> str | None:
    if width % rule.multiple or height % rule.multiple:
        return f"width and height of a frame must be multiples of {rule.multiple}"
    across, down = sheet_size(width, height, frames)
    if reason := _broken_rule(across, down, rule):
        return f"{frames} frames make a sheet of {across}x{down}, and {reason}"
    return None


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


def _bad_size(size: str, reason: str) -> ImageUserError:
    shown = size.encode("utf-8", "replace").decode()[:40]
    return ImageUserError(f"Invalid size '{shown}': {reason}.", param="size")
