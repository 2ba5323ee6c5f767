"""Prompt → Reading: which things of memory, how many, which colours, how they stand, where.

The inverse of captions. Knows grammar and memory; knows nothing about pixels or coordinates.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sfumato.native.clauses import Clauses
from sfumato.native.meaning import Meaning
from sfumato.native.memory import Asset, Memory
from sfumato.native.phrases import read_phrases
from sfumato.native.quoted import take_quotes
from sfumato.native.reading import Mention, Reading
from sfumato.native.spans import read_spans

COHERENT_STYLES = ("flat", "noto", "gradient")


class TextEncoder(Protocol):
    """What planning needs of native.text.TextEncoder."""

    def sentence(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, (N, 384)."""
        ...


def read(prompt: str, memory: Memory, encode: TextEncoder) -> Reading:
    """What `prompt` says. Every word that could not be honoured is in `unmatched`."""
    text, quotes = take_quotes(prompt)
    spans = read_spans(text, memory, lettered=bool(quotes), style=None)
    style = next((span.value for span in spans if span.kind == "style"), None)
    clauses = Clauses(memory, Meaning(memory, encode), quotes, style)
    reading = clauses.read(read_phrases(spans))
    return replace(reading, mentions=_in_one_style(reading.mentions, memory, style))


def _in_one_style(
    mentions: tuple[Mention, ...], memory: Memory, style: str | None
) -> tuple[Mention, ...]:
    """The same things, all from the style that has most of them; the wanted style wins."""
    found = [memory[m.asset] for m in mentions if m.asset is not None]
    if style is None and len(found) > 1:
        style = max(COHERENT_STYLES, key=lambda s: sum(_in_style(a, memory, s) for a in found))
    return tuple(_restyled(mention, memory, style) for mention in mentions)


def _in_style(asset: Asset, memory: Memory, style: str) -> bool:
    return any(other.style == style for other in memory.named(asset.title))


def _restyled(mention: Mention, memory: Memory, style: str | None) -> Mention:
    if mention.asset is None or style is None:
        return mention
    twins = [a for a in memory.named(mention.concept) if a.title == mention.concept]
    twin = next((a for a in twins if a.style == style), None)
    return mention if twin is None else replace(mention, asset=twin.id)
