"""Words on the picture: fitted to their box, wrapped evenly, written exactly, on what holds them.

Knows nothing about what else is on the canvas.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TypeAlias
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from sfumato.core import Pixels
from sfumato.errors import ImageUserError
from sfumato.native import holders
from sfumato.native.fonts import Fonts
from sfumato.native.fount import Fount, attributes
from sfumato.native.holders import Frame
from sfumato.native.raster import rasterise
from sfumato.native.scene import MAX_TEXT, Lettering
from sfumato.native.scripts import directed, pieces

MOST_LINES = 16
SMEAR = 0.02  # of the short edge: how far painting smears letters, more than one base pixel
TAILS = 0.32  # ems that letters may hang below the last line's foot
EDGE = 0.025  # of the short edge: words keep away from the rim of the canvas

Pieces: TypeAlias = tuple[tuple[str, str], ...]  # of `scripts.pieces`


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Fitted text: its lines, the font size in pixels and the box that the lines fill."""

    lines: tuple[str, ...]
    fount: Fount
    em: float
    frame: Frame


def letter(
    lettering: Lettering, width: int, height: int, fonts: Fonts | None
) -> tuple[Image.Image, tuple[int, int]]:
    """The words and what holds them (but a card's paper), and where their corner stands."""
    block = fit(lettering, width, height, fonts)
    body = "" if lettering.holder == "card" else holders.draw(lettering, block.frame)
    body += _words(lettering, block)
    left, top, right, bottom = _extent(block.frame, width, height)
    size = (right - left, bottom - top)
    svg = _document(body, left, top, *size)
    return rasterise(svg, *size, block.fount.files), (left, top)


def keep_letters(
    pixels: Pixels, drafted: Pixels, letterings: Sequence[Lettering], fonts: Fonts | None
) -> Pixels:
    """A painted picture with the words of its draft, what holds them and a soft rim around.

    All (H, W, 4) straight alpha. Painting happens on a small canvas, which cannot hold letters: it
    tints them and smears them over their ground.
    """
    if not letterings:
        return pixels
    height, width = pixels.shape[:2]
    stencil = Image.new("L", (width, height))
    for lettering in letterings:
        layer, corner = letter(lettering, width, height, fonts)
        alpha = layer.getchannel("A")
        stencil.paste(alpha, corner, alpha)
    soft = stencil.filter(ImageFilter.GaussianBlur(SMEAR * min(width, height)))
    kept = np.maximum(np.asarray(stencil), np.minimum(255, 5 * np.asarray(soft, np.uint16)))
    return _between(pixels, drafted, kept[..., None].astype(np.float32) / 255)


def _between(one: Pixels, other: Pixels, share: NDArray[np.float32]) -> Pixels:
    """`one` with `share` of `other`, mixed by what is seen: premultiplied."""
    (a, b) = (
        pixels[..., 3:].astype(np.float32) * s for pixels, s in ((one, 1 - share), (other, share))
    )
    colour = (one[..., :3] * a + other[..., :3] * b) / np.maximum(a + b, 1)
    mixed: Pixels = np.rint(np.concatenate([colour, a + b], -1)).astype(np.uint8)
    return np.where(share < 1, mixed, other)


def letter_behind(lettering: Lettering, width: int, height: int) -> Image.Image | None:
    """The paper of a card, which lies behind the things. None for every other holder."""
    if lettering.holder != "card":
        return None
    paper = holders.card(width, height, lettering)
    return rasterise(_document(paper, 0, 0, width, height), width, height)


def fit(lettering: Lettering, width: int, height: int, fonts: Fonts | None) -> Block:
    """The largest font size, up to the asked one, at which the words fit, on few lines."""
    if fonts is None:
        raise ImageUserError(
            "This snapshot carries no fonts, so it writes no words.", param="prompt"
        )
    if len(lettering.text) > MAX_TEXT:
        raise ImageUserError(
            f"At most {MAX_TEXT} characters can be written in one place; these words have"
            f" {len(lettering.text)}.",
            param="prompt",
        )
    short = min(width, height)
    fount = fonts.fount(lettering.font, lettering.text)
    pad_x, pad_y = holders.PADDING[lettering.holder]
    limit_w, limit_h = _room(lettering, width, height)
    paragraphs = [pieces(line) for line in lettering.text.splitlines()]
    em = 0.0
    lines: tuple[str, ...] = (lettering.text,)
    for count in range(1, min(MOST_LINES, max(map(len, paragraphs))) + 1):
        broken = _break(paragraphs, count, fount)
        widest = max(fount.length(line) for line in broken)
        high = _height(len(broken), fount) + TAILS
        size = min(
            lettering.size * short, limit_w / (widest + 2 * pad_x), limit_h / (high + 2 * pad_y)
        )
        if size > em * 1.04:
            em, lines = size, broken
    widest = max(fount.length(line) for line in lines)
    frame = Frame(
        x=lettering.x * width,
        y=lettering.y * height,
        width=widest * em,
        height=_height(len(lines), fount) * em,
        em=em,
        pad=(pad_x * em, pad_y * em),
    )
    return Block(lines=lines, fount=fount, em=em, frame=frame)


def _height(lines: int, fount: Fount) -> float:
    """From the top of the first line's letters to the foot of the last one's, in ems."""
    return (lines - 1) * fount.leading + fount.ascent + fount.descent


def _room(lettering: Lettering, width: int, height: int) -> tuple[float, float]:
    """How wide and high the holder may become without touching the canvas' rim."""
    edge = EDGE * min(width, height)
    x, y = lettering.x * width, lettering.y * height
    across = min(lettering.width * width, 2 * (min(x, width - x) - edge))
    down = min(lettering.height * height, 2 * (min(y, height - y) - edge))
    return max(1.0, across), max(1.0, down)


def _break(paragraphs: Sequence[Pieces], count: int, fount: Fount) -> tuple[str, ...]:
    """At most `count` lines per paragraph, as equal in width as its pieces allow."""
    lines: list[str] = []
    for parts in paragraphs:
        low = max(fount.length(text) for text, _ in parts)
        high = fount.length("".join(gap + text for text, gap in parts))
        for _ in range(16):
            middle = (low + high) / 2
            fits = len(_greedy(parts, middle, fount)) <= count
            low, high = (low, middle) if fits else (middle, high)
        lines += _greedy(parts, high + 1e-6, fount)
    return tuple(lines)


def _greedy(parts: Pieces, limit: float, fount: Fount) -> list[str]:
    lines = [parts[0][0]]
    for text, gap in parts[1:]:
        longer = f"{lines[-1]}{gap}{text}"
        if fount.length(longer) <= limit:
            lines[-1] = longer
        else:
            lines.append(text)
    return lines


def _words(lettering: Lettering, block: Block) -> str:
    """One text element a line; plain words get a rim that parts them from any backdrop."""
    frame, fount = block.frame, block.fount
    rim = ""
    ink, ground = holders.colours(lettering)
    if lettering.holder == "plain":
        rim = (
            f' stroke="{ground}" stroke-width="{block.em * 0.14:.2f}" stroke-linejoin="round"'
            ' paint-order="stroke"'
        )
    first = frame.y - frame.height / 2 + fount.ascent * block.em
    lines = "".join(
        f'<text x="{frame.x:.2f}" y="{first + i * fount.leading * block.em:.2f}"'
        f' xml:space="preserve">{escape(directed(line, lettering.text))}</text>'
        for i, line in enumerate(block.lines)
    )
    return (
        f"<g {attributes(fount.faces)}"
        f' font-size="{block.em:.3f}" text-anchor="middle" fill="{ink}"{rim}>'
        f"{lines}</g>"
    )


def _extent(frame: Frame, width: int, height: int) -> tuple[int, int, int, int]:
    """The pixels that the holder, its ropes, tail and shadow can reach."""
    reach = 1.2 * frame.em + 2
    return (
        max(0, floor(frame.left - reach)),
        max(0, floor(frame.top - reach)),
        min(width, ceil(frame.left + frame.across + reach)),
        min(height, ceil(frame.top + frame.down + reach)),
    )


def _document(body: str, left: int, top: int, width: int, height: int) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg"'
        f' viewBox="{left} {top} {width} {height}">{body}</svg>'
    )
