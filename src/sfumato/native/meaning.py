"""A word that is no name → the asset that it means, if one is near enough. Never a wild guess.

Knows memory's embeddings. Knows nothing about grammar.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sfumato.native.memory import Asset, Memory

NEAR = 0.82  # cosine from which a title means what the words say
MAX_LOOKUPS = 16  # a prompt of ten thousand unknown words must not take minutes
SIGNS = ("Symbols", "Smileys & Emotion", "Flags")


class SentenceEncoder(Protocol):
    def sentence(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, (N, 384)."""
        ...


class Meaning:
    """Looks words up by embedding, at most `MAX_LOOKUPS` times."""

    def __init__(self, memory: Memory, encode: SentenceEncoder) -> None:
        self._memory = memory
        self._encode = encode
        self._known: dict[str, Asset | None] = {}
        self._lookups = 0

    def of(self, words: str, style: str | None = None) -> Asset | None:
        """The asset that `words` mean, or None."""
        if words not in self._known:
            self._known[words] = self._near(words, style)
        return self._known[words]

    def _near(self, words: str, style: str | None) -> Asset | None:
        if self._lookups >= MAX_LOOKUPS or len(words) < 3 or not words.isascii():
            return None
        self._lookups += 1
        vector = self._encode.sentence([words])[0]
        for score, asset in self._memory.nearest(vector):
            if score < NEAR:
                return None
            if asset.category not in SIGNS:
                return self._memory.find(asset.title, style) or asset
        return None
