"""What carries words: a hanging sign, a speech bubble, a ribbon, a card's paper.

Pixels of the canvas throughout. Knows nothing about fonts; the words' frame is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from numpy.random import PCG64, Generator

from sfumato.native import brush
from sfumato.native.contrast import pair
from sfumato.native.palette import mix, shade
from sfumato.native.scene import Lettering

# Room around the words, in ems: (left and right, above and below).
PADDING: Mapping[str, tuple[float, float]] = {
    "plain": (0.12, 0.05),
    "sign": (0.6, 0.5),
    "bubble": (0.6, 0.62),
    "banner": (1.05, 0.34),
    "card": (0.1, 0.05),
}
CONFETTI = ("#ff6b6b", "#ffd43b", "#4dabf7", "#69db7c", "#b197fc", "#ff922b")
# What words may stand on, in order of preference; a near-black last, on which pale words read.
GROUNDS: Mapping[str, tuple[str, ...]] = {
    "plain": ("#ffffff", "#141c33", "#080b14"),
    "sign": ("#f3e3c3", "#7a4b2a", "#fffaf0", "#1a100a"),
    "bubble": ("#ffffff", "#141c33", "#080b14"),
    "banner": ("#fff3bf", "#c2255c", "#1a050f"),
    "card": ("#fffaf0", "#141c33", "#080b14"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The middle and size of the words, their font size and the room around them."""

    x: float
    y: float
    width: float
    height: float
    em: float
    pad: tuple[float, float]

    @property
    def left(self) -> float:
        return self.x - self.width / 2 - self.pad[0]

    @property
    def top(self) -> float:
        return self.y - self.height / 2 - self.pad[1]

    @property
    def across(self) -> float:
        return self.width + 2 * self.pad[0]

    @property
    def down(self) -> float:
        return self.height + 2 * self.pad[1]


def colours(lettering: Lettering) -> tuple[str, str]:
    """(ink, ground) of the words and of what lies next to them: a rim when nothing holds them."""
    return pair(lettering.colour, GROUNDS[lettering.holder])


def draw(lettering: Lettering, frame: Frame) -> str:
    """The SVG of the holder behind these words; nothing for plain ones."""
    ground = colours(lettering)[1]
    if lettering.holder == "sign":
        return _sign(frame, ground)
    if lettering.holder == "bubble":
        return _bubble(frame, ground)
    if lettering.holder == "banner":
        return _banner(frame, ground)
    return ""


def card(width: int, height: int, lettering: Lettering) -> str:
    """Paper on the whole canvas but a margin: soft shadow, bunting, dotted border, confetti."""
    colour, paper = colours(lettering)
    short = min(width, height)
    margin, unit = 0.05 * short, short / 1000
    across, down = width - 2 * margin, height - 2 * margin
    out = brush.box(
        margin + 6 * unit,
        margin + 12 * unit,
        across,
        down,
        mix(colour, "#1b2440", 0.6),
        round_=26 * unit,
    ).replace("/>", ' fill-opacity="0.22"/>')
    out += brush.box(margin, margin, across, down, paper, round_=26 * unit)
    inset = margin + 26 * unit
    out += (
        f'<rect x="{inset:.1f}" y="{inset:.1f}" width="{width - 2 * inset:.1f}"'
        f' height="{height - 2 * inset:.1f}" rx="{16 * unit:.1f}" fill="none" stroke="{colour}"'
        f' stroke-width="{5 * unit:.2f}" stroke-dasharray="0 {16 * unit:.2f}"'
        ' stroke-linecap="round"'
        ' stroke-opacity="0.75"/>'
    )
    return out + _bunting(margin, margin, across, unit) + _confetti(width, height, margin, unit)


def _sign(frame: Frame, board: str) -> str:
    """A wooden board on two ropes."""
    rim, em = shade(board, -0.16), frame.em
    hook = max(2.0, frame.top - 0.9 * em)
    ropes = (
        f"M{frame.left + frame.across * 0.14:.1f},{frame.top:.1f} L{frame.x:.1f},{hook:.1f}"
        f" L{frame.left + frame.across * 0.86:.1f},{frame.top:.1f}"
    )
    out = brush.line(ropes, "#6b5a45", 0.07 * em) + brush.disc(frame.x, hook, 0.11 * em, "#4a3f33")
    thick = 0.1 * em
    out += brush.box(
        frame.left, frame.top + thick, frame.across, frame.down, shade(rim, -0.1), round_=0.3 * em
    )
    out += brush.box(frame.left, frame.top, frame.across, frame.down, rim, round_=0.3 * em)
    out += brush.box(
        frame.left + thick,
        frame.top + thick,
        frame.across - 2 * thick,
        frame.down - 2 * thick,
        board,
        round_=0.22 * em,
    )
    for x in (frame.left + 0.28 * em, frame.left + frame.across - 0.28 * em):
        out += brush.disc(x, frame.top + 0.28 * em, 0.07 * em, rim)
    return out


def _bubble(frame: Frame, fill: str) -> str:
    """Round, its tail pointing down and in."""
    em, foot = frame.em, frame.top + frame.down
    round_ = min(frame.down / 2, 0.9 * em)
    lean = 0.5 * em
    tail = (
        f"M{frame.x - lean:.1f},{foot - 2:.1f} Q{frame.x - 0.2 * lean:.1f},{foot + 0.35 * em:.1f}"
        f" {frame.x - 1.4 * lean:.1f},{foot + 0.62 * em:.1f} Q{frame.x + lean:.1f},"
        f"{foot + 0.5 * em:.1f} {frame.x + 0.9 * lean:.1f},{foot - 2:.1f} Z"
    )
    shadow = brush.box(
        frame.left, frame.top + 0.1 * em, frame.across, frame.down, "#1b2440", round_=round_
    )
    out = shadow.replace("/>", ' fill-opacity="0.16"/>')
    out += brush.box(frame.left, frame.top, frame.across, frame.down, fill, round_=round_)
    return out + brush.path(tail, fill)


def _banner(frame: Frame, ribbon: str) -> str:
    """A ribbon with folded tails."""
    fold, back = shade(ribbon, -0.2), shade(ribbon, -0.09)
    em, top, down = frame.em, frame.top, frame.down
    left, right, drop = frame.left + 0.55 * em, frame.left + frame.across - 0.55 * em, 0.26 * em
    out = ""
    for edge, way in ((left, -1), (right, 1)):
        tip, inner = edge + way * 0.55 * em, edge - way * 0.34 * em
        notch = tip - way * 0.26 * em
        tail = (
            (inner, top + drop),
            (tip, top + drop),
            (notch, top + drop + down / 2),
            (tip, top + drop + down),
            (inner, top + drop + down),
        )
        out += brush.shape(tail, back)
        out += brush.shape(
            ((edge, top + down), (inner, top + down), (inner, top + down + drop)), fold
        )
    out += brush.box(left, top, right - left, down, ribbon)
    for y in (top + 0.09 * em, top + down - 0.13 * em):
        out += brush.box(left, y, right - left, 0.04 * em, shade(ribbon, 0.07))
    return out


def _bunting(x: float, y: float, across: float, unit: float) -> str:
    """Little flags on a slack string below the card's upper edge."""
    count = max(6, round(across / (112 * unit)))
    step, sag = across / count, 46 * unit
    out = brush.line(
        f"M{x:.1f},{y + 18 * unit:.1f} Q{x + across / 2:.1f},{y + 18 * unit + 2 * sag:.1f}"
        f" {x + across:.1f},{y + 18 * unit:.1f}",
        "#adb5bd",
        4 * unit,
    )
    for i in range(count):
        a, b = (i + 0.14) / count, (i + 0.86) / count
        ya, yb = (y + 18 * unit + 4 * sag * t * (1 - t) for t in (a, b))
        tip = ((a + b) / 2 * across + x, (ya + yb) / 2 + step * 0.78)
        flag = ((x + a * across, ya), (x + b * across, yb), tip)
        out += brush.shape(flag, CONFETTI[i % len(CONFETTI)])
    return out


def _confetti(width: int, height: int, margin: float, unit: float) -> str:
    """Scattered along the sides of the paper, never where words and things stand."""
    rng = Generator(PCG64(width * 7919 + height))
    out, inset = "", margin + 46 * unit
    for i in range(34):
        along = float(rng.uniform(0.2, 0.97))
        depth = float(rng.uniform(0, 0.055)) * (width - 2 * inset)
        x = inset + depth if i % 2 else width - inset - depth
        y, r = inset + along * (height - 2 * inset), float(rng.uniform(4, 9)) * unit
        fill = CONFETTI[i % len(CONFETTI)]
        if i % 3:
            out += brush.disc(x, y, r, fill, opacity=0.85)
        else:
            turn = float(rng.uniform(0, 90))
            piece = brush.box(x - r, y - r * 0.5, 2 * r, r, fill, round_=r * 0.3)
            out += f'<g transform="rotate({turn:.0f} {x:.1f} {y:.1f})">{piece}</g>'
    return out
