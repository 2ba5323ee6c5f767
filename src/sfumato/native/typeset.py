"""Where words go, and what room they leave: text holders take their band first, things the rest.

Units of areas: fractions of the short edge; of lettering: as in `Scene`. Knows nothing about fonts.
"""

from dataclasses import replace

from numpy.random import Generator

from sfumato.native.arrange import LARGEST, LARGEST_BARE, LARGEST_ON, Area
from sfumato.native.backdrop import GROUND
from sfumato.native.palette import lightness, named
from sfumato.native.reading import Reading, Words
from sfumato.native.scene import MAX_LETTERING, Backdrop, Lettering

MARGIN = 0.07
WIDE = 1.5  # aspect from which words stand beside the things instead of above them
CARD_INKS = ("#c2255c", "#5f3dc4", "#1864ab", "#d9480f", "#0b7285")
DARK, PALE = "#1f2a44", "#ffffff"
BARE = ("plain", "gradient")
AFLOAT = ("sky", "underwater", "space")
WATER = {"sea": 0.845, "beach": 0.6, "mountains": 0.75}
LONGEST_IN_SCRIPT = 12  # letters
FONT = {"card": "script", "banner": "sans", "sign": "sans", "bubble": "sans", "plain": "sans"}


def typeset(
    reading: Reading,
    backdrop: Backdrop,
    width: int,
    height: int,
    *,
    transparent: bool,
    rng: Generator,
) -> tuple[tuple[Lettering, ...], Area]:
    """The letterings of the reading, and the area that they leave to the things."""
    short = min(width, height)
    across, down = width / short, height / short
    ink = CARD_INKS[int(rng.integers(len(CARD_INKS)))]
    words = reading.words[:MAX_LETTERING]
    card = any(w.holder == "card" for w in words)
    bare = card or transparent or backdrop.kind in BARE
    area = _whole(backdrop, across, down, card=card, bare=bare, transparent=transparent)
    if not words:
        return (), area
    drawn = any(m.asset is not None for m in reading.mentions)
    band, rest = _parted(area, across, down, things=drawn, card=card, bare=bare)
    lettering = tuple(
        Lettering(
            text=text.text,
            x=round((band.left + band.width / 2) / across, 5),
            y=round((band.top + band.height * (i + 0.5) / len(words)) / down, 5),
            size=round(min(0.3, 0.72 * band.height / len(words)), 5),
            width=round(band.width / across, 5),
            height=round(0.94 * band.height / len(words) / down, 5),
            colour=_ink(text, backdrop, ink, transparent=transparent),
            font=_font(text),
            holder=text.holder,
        )
        for i, text in enumerate(words)
    )
    return lettering, rest


def _whole(
    backdrop: Backdrop, across: float, down: float, *, card: bool, bare: bool, transparent: bool
) -> Area:
    ground = None if backdrop.kind in AFLOAT and not bare else GROUND.get(backdrop.kind, 0.86)
    water = None if bare else WATER.get(backdrop.kind)
    side = MARGIN * (2.1 if card else 1)
    return Area(
        left=side,
        top=side + (0.1 if card else 0),
        right=across - side,
        bottom=down - side,
        ground=None if ground is None else min(ground * down, down - side),
        water=None if water is None else water * down,
        largest=(LARGEST_BARE if bare else LARGEST_ON.get(backdrop.kind, LARGEST))
        * min(1.25, max(across, down) ** 0.3),
        bare=bare,
        shadows=not transparent and (backdrop.kind != "sea" or bare),
    )


def _parted(
    area: Area, across: float, down: float, *, things: bool, card: bool, bare: bool
) -> tuple[Area, Area]:
    """The band of the words and the area of the things."""
    if not things:
        return area, area
    left, top, right, bottom = area.left, area.top, area.right, area.bottom
    if across / down >= WIDE:
        middle = left + 0.54 * area.width
        band = _sub(area, left, top, middle - 0.03, bottom)
        return band, _sub(area, middle + 0.03, top, right, bottom)
    share = 0.44 if card else 0.36 if bare else 0.32
    cut = top + share * area.height
    return _sub(area, left, top, right, cut), _sub(area, left, cut + 0.03, right, bottom)


def _sub(area: Area, left: float, top: float, right: float, bottom: float) -> Area:
    return replace(area, left=left, top=top, right=right, bottom=bottom)


def _font(words: Words) -> str:
    """Handwriting for greetings; a long word, which no one can guess, in plain letters."""
    font = FONT[words.holder]
    longest = max(map(len, words.text.split()), default=0)
    return "sans" if font == "script" and longest > LONGEST_IN_SCRIPT else font


def _ink(words: Words, backdrop: Backdrop, card_ink: str, *, transparent: bool) -> str:
    """The asked colour, or one that reads well on the holder."""
    if words.colour is not None:
        return named(words.colour)
    if words.holder == "card":
        return card_ink
    if words.holder == "sign":
        return "#4a2c17"
    if words.holder == "banner":
        return PALE
    if words.holder == "bubble" or transparent:
        return DARK
    behind = backdrop.colours[0] if backdrop.colours else "#5aaef0"
    return PALE if backdrop.night or backdrop.kind == "space" or lightness(behind) < 0.6 else DARK
