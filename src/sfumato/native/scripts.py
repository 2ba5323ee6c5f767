"""What the writing systems of a text ask for: joining letters, right to left, words without spaces.

Ranges of Unicode blocks only. Knows nothing about fonts or pictures.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

import budoux

INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff")
ISOLATE_RTL, ISOLATE_END = "\u2067", "\u2069"  # UAX 9: what stands between reads right to left

# Letters that change shape beside others, so that their widths do not add up.
_SHAPED = ((0x0600, 0x08FF), (0x0900, 0x0DFF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFE))
# Capitals of these stand on the baseline and define how high a line is; so do signs like ★.
_WESTERN = ((0x0000, 0x052F), (0x1E00, 0x2BFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF))
_KANA = ((0x3040, 0x30FF),)
_HAN = ((0x2E80, 0x2FFF), (0x3000, 0x303F), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))
_THAI = ((0x0E00, 0x0E7F),)
_NOT_FIRST = frozenset(
    "、。，．・：；？！）］｝〕〉》」』】ー～…々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}ๆฯ”’»"
)
_NOT_LAST = frozenset("（［｛〔〈《「『【([{“‘«")


def is_blank(character: str) -> bool:
    """Whether nothing is drawn for it: spaces, joiners, direction marks, variation selectors."""
    return character.isspace() or character in INVISIBLE


def is_shaped(text: str) -> bool:
    """Whether letters join or reorder: Arabic, the scripts of India."""
    return any(_within(c, _SHAPED) for c in text)


def is_western(text: str) -> bool:
    """Latin, Greek, Cyrillic, digits and signs alone."""
    return all(_within(c, _WESTERN) for c in text)


def runs_right_to_left(text: str) -> bool:
    """By the first letter that has a direction (UAX 9, rules P2 and P3)."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def directed(line: str, text: str) -> str:
    """A line of the text with the marks that make it read in the text's direction."""
    return f"{ISOLATE_RTL}{line}{ISOLATE_END}" if runs_right_to_left(text) else line


def pieces(paragraph: str) -> tuple[tuple[str, str], ...]:
    """What a line may be broken between: (text, what parts it from the one before).

    Words, and in scripts without spaces the phrases that belong together.
    """
    found: list[tuple[str, str]] = []
    for word in paragraph.split():
        gap = " " if found else ""
        for part in _phrases(word):
            found.append((part, gap))
            gap = ""
    return tuple(found) or (("", ""),)


def _phrases(word: str) -> Iterator[str]:
    model = _model(word)
    if model is None:
        yield word
        return
    held = ""
    for part in _parser(model).parse(word):
        if held and part[0] not in _NOT_FIRST and held[-1] not in _NOT_LAST:
            yield held
            held = ""
        held += part
    yield held


def _model(word: str) -> str | None:
    if any(_within(c, _KANA) for c in word):
        return "ja"
    if any(_within(c, _HAN) for c in word):
        return "zh-hans"
    return "th" if any(_within(c, _THAI) for c in word) else None


@cache
def _parser(model: str) -> budoux.Parser:
    """BudouX's phrase models (Apache-2.0), which lie in its package."""
    if model == "ja":
        return budoux.load_default_japanese_parser()
    if model == "th":
        return budoux.load_default_thai_parser()
    return budoux.load_default_simplified_chinese_parser()


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= ord(character) <= high for low, high in ranges)
