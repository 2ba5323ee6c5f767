"""Faces that write one text together, and how wide and high it becomes.

Widths are added up from advances where that is true, and taken from a drawing where letters join.
Knows nothing about where fonts come from.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

import numpy as np
from PIL import ImageFont

from sfumato.native.raster import rasterise
from sfumato.native.scripts import directed, is_blank, is_shaped, is_western

EM = 200  # pixels at which widths are measured
PROBE = 64  # pixels of an em when shaped words are measured by drawing them


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One font file. `key` is what `Lettering.font` names; `ranges` are the code points it has."""

    key: str
    family: str
    weight: int
    file: str
    ranges: tuple[tuple[int, int], ...]
    writes: tuple[str, ...] = ()  # its scripts, for people

    def has(self, character: str) -> bool:
        point = ord(character)
        place = bisect_right(self.ranges, (point, 0x110000)) - 1
        return place >= 0 and point <= self.ranges[place][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fount:
    """The faces that write one text together, the preferred one first. Lengths are in ems.

    `ascent` and `descent` are how far its letters reach above and below the baseline: capitals in
    western scripts, whose tails and accents hang over, and the ink itself in all others.
    """

    faces: tuple[Face, ...]
    ascent: float
    descent: float
    leading: float  # from one baseline to the next

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(face.file for face in self.faces)

    def length(self, text: str) -> float:
        """Advance width, without kerning: a little more than what will be drawn."""
        return _length(self.faces, text)


def fount(faces: tuple[Face, ...], text: str) -> Fount:
    """The faces, measured for this text."""
    ascent, descent = _reach(faces, text)
    return Fount(
        faces=faces, ascent=ascent, descent=descent, leading=_leading(faces, ascent, descent)
    )


@lru_cache(maxsize=4096)
def _length(faces: tuple[Face, ...], text: str) -> float:
    if is_shaped(text):
        words = text.split(" ")
        gaps = (len(words) - 1) * _measure(faces[0].file).getlength(" ") / EM
        return gaps + sum(_ink(faces, word)[0] for word in words if word)
    if len(faces) == 1:
        return _measure(faces[0].file).getlength(text) / EM
    return sum(_measure(_writer(faces, c).file).getlength(c) for c in text) / EM


def _writer(faces: tuple[Face, ...], character: str) -> Face:
    return next((face for face in faces if face.has(character)), faces[0])


def _reach(faces: tuple[Face, ...], text: str) -> tuple[float, float]:
    """(ascent, descent) of the text, in ems."""
    if is_western(text):
        return -float(_measure(faces[0].file).getbbox("H", anchor="ls")[1]) / EM, 0.0
    if is_shaped(text):
        reached = [_ink(faces, word)[1:] for word in text.split()]
    else:
        boxes = [
            _measure(_writer(faces, c).file).getbbox(c, anchor="ls")
            for c in set(text)
            if not is_blank(c)
        ]
        reached = [(-top / EM, bottom / EM) for _, top, _, bottom in boxes]
    return max(up for up, _ in reached), max(0.0, *(down for _, down in reached), 0.0)


def _leading(faces: tuple[Face, ...], ascent: float, descent: float) -> float:
    """Scripts have long tails that must not meet; so has anything taller than capitals."""
    western = 1.36 if faces[0].key == "script" else 1.12
    return max(western, (ascent + descent) * 1.12) if descent else western


@lru_cache(maxsize=1024)
def _ink(faces: tuple[Face, ...], word: str) -> tuple[float, float, float]:
    """(width, ascent, descent) in ems of a word as the renderer shapes it.

    There is no other shaper among our libraries that is the same on every machine.
    """
    width, line = PROBE * (len(word) + 2), 4 * PROBE
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {line}">'
        f'<text x="{width / 2}" y="{line / 2}" {attributes(faces)} font-size="{PROBE}"'
        f' text-anchor="middle">{escape(directed(word, word))}</text></svg>'
    )
    files = tuple(face.file for face in faces)
    alpha = np.asarray(rasterise(svg, width, line, files).getchannel("A"))
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    if not rows.size:
        return 0.0, 0.0, 0.0
    return (
        float(columns[-1] + 1 - columns[0]) / PROBE,
        float(line / 2 - rows[0]) / PROBE,
        float(rows[-1] + 1 - line / 2) / PROBE,
    )


def attributes(faces: Sequence[Face]) -> str:
    """The SVG attributes that choose these faces."""
    families = ", ".join(f"&apos;{escape(face.family)}&apos;" for face in faces)
    return f'font-family="{families}" font-weight="{faces[0].weight}"'


@lru_cache(maxsize=32)
def _measure(file: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, EM, layout_engine=ImageFont.Layout.BASIC)
