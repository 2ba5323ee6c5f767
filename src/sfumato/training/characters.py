"""Which characters of the large East Asian fonts are kept: the ones that people write every day.

The tables are the first levels of the national standards, chosen there by how common a character
is, as Python's own codecs know them. Knows nothing about fonts.
"""

from collections.abc import Iterable, Iterator
from itertools import product

_ROWS = range(0xA1, 0xFF)
_BIG5_TRAILS = (*range(0x40, 0x7F), *range(0xA1, 0xFF))

ASCII = frozenset(range(0x20, 0x7F))
PUNCTUATION = frozenset((*range(0x3000, 0x3020), *range(0xFF01, 0xFF5F), 0x2026, 0x2014, 0x00B7))
KANA = frozenset(range(0x3041, 0x3100))
JAMO = frozenset(range(0x3131, 0x3164))
SYMBOLS = frozenset(map(ord, "←↑→↓↔↕★☆♥♡✓☀☁☂☃☎♪♫♬♩♠♣♦✂❀✿●○◉■□▲△▼▽◆◇▶◀☯♻∞≈≠≤≥√∑π℃№Ω☝☞①②③④⑤⑥⑦⑧⑨"))
DINGBATS = frozenset(map(ord, "✦✧✩❤❥❣✔✗✘✕✈✉✏✍❄❅❆✾►◄☠☢⚡☕✌☛"))


def _level(codec: str, leads: Iterable[int], trails: Iterable[int] = _ROWS) -> Iterator[int]:
    for pair in product(leads, trails):
        try:
            text = bytes(pair).decode(codec)
        except UnicodeDecodeError:
            continue
        if len(text) == 1 and not 0x3000 <= ord(text) < 0x3400:  # punctuation and kana stand apart
            yield ord(text)


SIMPLIFIED = frozenset(_level("gb2312", range(0xB0, 0xD8)))  # GB 2312 level 1: 3755
TRADITIONAL = frozenset(_level("big5", range(0xA4, 0xC7), _BIG5_TRAILS))  # Big5 level 1: 5401
JOYO_BEYOND = frozenset(map(ord, "惧頰剝鬱丼𠮟錮塡籠曖嘲憬"))  # taught at school, not in level 1
KANJI = frozenset(_level("euc_jp", range(0xB0, 0xD0))) | JOYO_BEYOND  # JIS X 0208 level 1: 2965
SYLLABLES = frozenset(_level("euc_kr", range(0xB0, 0xC9)))  # KS X 1001: 2350

CHINESE = ASCII | PUNCTUATION | SIMPLIFIED | TRADITIONAL
JAPANESE = ASCII | PUNCTUATION | KANA | KANJI
KOREAN = ASCII | PUNCTUATION | JAMO | SYLLABLES
