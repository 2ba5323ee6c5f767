"""What the words ask of the file and its frame: format, quality, size, background.

Knows no pictures but the size of the one that is asked bigger.
"""

import re
from dataclasses import dataclass, replace

from sfumato.director.decision import Draw
from sfumato.director.phrases import phrases
from sfumato.director.turns import Shown
from sfumato.director.words import LONGEST_ORDER

SIZES = {
    "square": "1024x1024",
    "portrait": "1024x1536",
    "landscape": "1536x1024",
    "wide": "2048x1152",
}
LONGEST_EDGE, MOST_PIXELS, STEP = 3840, 3840 * 2160, 16
SCALES = {"4k": 3840, "2k": 2048, "bigger": 0}  # the longer edge; 0 doubles it
_EXACT = re.compile(
    r"(?:\b(?:at|in|to|of|with|size|a size of) )*\b(\d{2,4}) ?[x×] ?(\d{2,4})\b(?: ?px| pixels)?",
    re.I,
)
_CLEAR_FILE = re.compile(r"\b(?:as|into|in) (?:an? )?transparent (png|webp)\b", re.I)
_LOOSE = re.compile(r"(?:[\s,;]|\band\b|\bbut\b|\bplease\b)*$|^(?:[\s,;.]|and\b|but\b|of\b)*", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """What is asked, and the `text` that is left when those words are taken out."""

    text: str
    output_format: str | None = None
    quality: str | None = None
    background: str | None = None
    shape: str | None = None  # a key of SIZES, or the size itself
    scale: str | None = None  # a key of SCALES

    def __bool__(self) -> bool:
        framed = self.shape or self.scale
        return bool(framed or self.output_format or self.quality or self.background)

    def on(self, draw: Draw, picture: Shown | None = None) -> Draw:
        """The draw with what is asked; `picture` is the one that it starts from."""
        return replace(
            draw,
            size=self._size(picture),
            background=self.background,
            output_format=self.output_format,
            quality=self.quality,
        )

    def _size(self, picture: Shown | None) -> str | None:
        size = SIZES.get(self.shape, self.shape) if self.shape else None
        if self.scale is None:
            return size
        known = picture is not None and picture.width and picture.height
        wide, tall = map(int, (size or "1024x1024").split("x"))
        if size is None and known and picture is not None:
            wide, tall = picture.width or wide, picture.height or tall
        elif size is None and picture is None and self.scale == "4k":
            wide, tall = 3840, 2160
        return _scaled(wide, tall, SCALES[self.scale] or 2 * max(wide, tall))


def wants(text: str) -> Wants:
    """Find what is asked in `text`, whose quotes are hidden; of a long one at its two ends."""
    if len(text) > 2 * LONGEST_ORDER:
        ends = wants(text[:LONGEST_ORDER]), wants(text[-LONGEST_ORDER:])
        middle = text[LONGEST_ORDER:-LONGEST_ORDER]
        return _both(*ends, text=f"{ends[0].text}{middle}{ends[1].text}")
    found: dict[str, str] = {}
    text = _CLEAR_FILE.sub(r"with a transparent background, as \1", text)
    if exact := _EXACT.search(text):
        found["shape"] = f"{exact[1]}x{exact[2]}"
        text = _without(text, exact)
    for asked in phrases().asked:
        match = asked.words.search(text)
        if match is None:
            continue
        field, value = asked.field, asked.value
        if field == "size":
            field = "scale" if value in SCALES else "shape"
        if field in found:
            continue
        found[field] = value
        if not asked.stays:
            text = _without(text, match)
    return Wants(text=text.strip(), **found)


def _without(text: str, match: re.Match[str]) -> str:
    text = _LOOSE.sub("", f"{text[: match.start()].rstrip()} {text[match.end() :].lstrip()}")
    return re.sub(r"\s+([,.;])", r"\1", text)


def _both(first: Wants, last: Wants, text: str) -> Wants:
    """What the last words ask counts more."""
    fields = ("output_format", "quality", "background", "shape", "scale")
    return Wants(text=text, **{f: getattr(last, f) or getattr(first, f) for f in fields})


def _scaled(wide: int, tall: int, longest: int) -> str:
    """The same ratio with that longer edge, within what a picture may be."""
    factor = min(longest, LONGEST_EDGE) / max(wide, tall)
    factor = min(factor, (MOST_PIXELS / (wide * tall)) ** 0.5)
    return "x".join(str(max(STEP, int(edge * factor) // STEP * STEP)) for edge in (wide, tall))
