"""What the words of a prompt ask of `auto`: the shape and the background of the picture.

Knows words only. Quoted text is what the picture says, not what is asked of it, and is skipped.
"""

import re
from typing import Literal

Shape = Literal["square", "portrait", "landscape"]

_QUOTED = re.compile(r"\"[^\"]*\"|“[^“”]*”|«[^«»]*»|(?<!\w)'[^']*'(?!\w)")
_PORTRAIT = re.compile(r"\b(portrait|vertical|tall (picture|image|format))\b", re.I)
_LANDSCAPE = re.compile(
    r"\b(landscape|horizontal|wide(?![- ](eyed|eyes|open|smile|grin|awake))|widescreen|panorama"
    r"|panoramic)\b",
    re.I,
)
_CUT_OUT = re.compile(
    r"\b(stickers?|icons?)\b|\btransparent (background|backdrop|canvas|png|webp|image|picture)\b"
    r"|\btransparent\s*([.,;!]|$)",
    re.I,
)
_BARED = re.compile(
    r"\b(?:remove|delete|erase|no|without|cut out)\b.{0,12}\b(?:background|backdrop)", re.I
)
_CLEARED = re.compile(r"\b(?:transparent|see[- ]through|stickers?)\b", re.I)
_BACKED = re.compile(r"(?<!transparent )(?<!no )(?<!without )\b(background|backdrop)\b", re.I)


def asked_shape(prompt: str) -> Shape:
    """Portrait or landscape when the words ask for one of them, else square."""
    words = _QUOTED.sub(" ", prompt)
    portrait, landscape = _PORTRAIT.search(words), _LANDSCAPE.search(words)
    if bool(portrait) == bool(landscape):
        return "square"
    return "portrait" if portrait else "landscape"


def asks_transparent(prompt: str) -> bool:
    """True for a sticker, an icon or something transparent, unless another background is named."""
    words = _QUOTED.sub(" ", prompt)
    return bool(_CUT_OUT.search(words)) and not _BACKED.search(words)


def asks_cut_out(instruction: str) -> bool:
    """True when an edit shall leave what stands in a picture without what is behind it."""
    words = _QUOTED.sub(" ", instruction)
    return bool(_BARED.search(words) or _CLEARED.search(words))
