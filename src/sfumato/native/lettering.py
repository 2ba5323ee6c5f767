"""Words on the picture: fitted to their box, wrapped evenly, written exactly, on what holds them.

Knows nothing about what else is on the canvas.
"""

from dataclasses import dataclass
from math import ceil, floor
from xml.sax.saxutils import escape

from PIL import Image

from sfumato.errors import ImageUserError
from sfumato.native import holders
from sfumato.native.fonts import Face, Fonts
from sfumato.native.holders import Frame
from sfumato.native.palette import lightness
from sfumato.native.raster import rasterise
from sfumato.native.scene import MAX_TEXT, Lettering

MOST_LINES = 16
EDGE = 0.025  # of the short edge: words keep away from the rim of the canvas


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Fitted text: its lines, the font size in pixels and the box that the lines fill."""

    lines: tuple[str, ...]
    face: Face
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
    return rasterise(svg, *size, (block.face.file,)), (left, top)


def letter_behind(lettering: Lettering, width: int, height: int) -> Image.Image | None:
    """The paper of a card, which lies behind the things. None for every other holder."""
    if lettering.holder != "card":
        return None
    paper = holders.card(width, height, lettering.colour)
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
    face = fonts.face(lettering.font, lettering.text)
    pad_x, pad_y = holders.PADDING[lettering.holder]
    limit_w, limit_h = _room(lettering, width, height)
    em = 0.0
    lines: tuple[str, ...] = (lettering.text,)
    for count in range(1, min(MOST_LINES, len(lettering.text.split())) + 1):
        broken = _break(lettering.text, count, face)
        widest = max(face.length(line) for line in broken)
        high = (len(broken) - 1) * face.leading + face.ascent + 0.32
        size = min(
            lettering.size * short, limit_w / (widest + 2 * pad_x), limit_h / (high + 2 * pad_y)
        )
        if size > em * 1.04:
            em, lines = size, broken
    widest = max(face.length(line) for line in lines)
    high = (len(lines) - 1) * face.leading + face.ascent
    frame = Frame(
        x=lettering.x * width,
        y=lettering.y * height,
        width=widest * em,
        height=high * em,
        em=em,
        pad=(pad_x * em, pad_y * em),
    )
    return Block(lines=lines, face=face, em=em, frame=frame)


def _room(lettering: Lettering, width: int, height: int) -> tuple[float, float]:
    """How wide and high the holder may become without touching the canvas' rim."""
    edge = EDGE * min(width, height)
    x, y = lettering.x * width, lettering.y * height
    across = min(lettering.width * width, 2 * (min(x, width - x) - edge))
    down = min(lettering.height * height, 2 * (min(y, height - y) - edge))
    return max(1.0, across), max(1.0, down)


def _break(text: str, count: int, face: Face) -> tuple[str, ...]:
    """At most `count` lines per paragraph, as equal in width as words allow."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [text]:
        words = paragraph.split() or [""]
        low, high = max(face.length(w) for w in words), face.length(" ".join(words))
        for _ in range(16):
            middle = (low + high) / 2
            fits = len(_greedy(words, middle, face)) <= count
            low, high = (low, middle) if fits else (middle, high)
        lines += _greedy(words, high + 1e-6, face)
    return tuple(lines)


def _greedy(words: list[str], limit: float, face: Face) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if face.length(longer) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _words(lettering: Lettering, block: Block) -> str:
    """One text element a line; plain words get a rim that parts them from any backdrop."""
    frame, face = block.frame, block.face
    rim = ""
    if lettering.holder == "plain":
        tone = "#ffffff" if lightness(lettering.colour) < 0.7 else "#1b2440"
        rim = (
            f' stroke="{tone}" stroke-width="{block.em * 0.14:.2f}" stroke-linejoin="round"'
            ' paint-order="stroke"'
        )
    first = frame.y - frame.height / 2 + face.ascent * block.em
    lines = "".join(
        f'<text x="{frame.x:.2f}" y="{first + i * face.leading * block.em:.2f}"'
        f' xml:space="preserve">{escape(line)}</text>'
        for i, line in enumerate(block.lines)
    )
    return (
        f'<g font-family="&apos;{escape(face.family)}&apos;" font-weight="{face.weight}"'
        f' font-size="{block.em:.3f}" text-anchor="middle" fill="{lettering.colour}"{rim}>'
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
