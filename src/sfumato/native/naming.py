"""Noun phrase → Mention: which asset it names, how many, in which colour and size.

Knows memory and meaning. Knows nothing about clauses.
"""

from dataclasses import replace

from sfumato.native.lexicon import lexicon
from sfumato.native.meaning import Meaning
from sfumato.native.memory import Asset, Memory
from sfumato.native.phrases import MAX_COUNT, Phrase, colour_of
from sfumato.native.reading import Mention

PLURAL = 3  # "stars", without a number


class Naming:
    """Finds assets and fills mentions; what could not be honoured comes back as lost words."""

    def __init__(self, memory: Memory, meaning: Meaning, style: str | None) -> None:
        self._memory, self._meaning, self._style = memory, meaning, style

    def asset(self, phrase: Phrase) -> tuple[Asset | None, list[str]]:
        """The thing that a phrase names, and the words of it that say more than the thing does."""
        head = phrase.heads[-1]
        others = [span.words for span in phrase.heads[:-1]]
        if head.asset is not None:
            return head.asset, others
        whole = " ".join(span.text for span in phrase.heads)
        before = phrase.heads[-2].asset if len(phrase.heads) > 1 else None
        if before is not None:  # "a fox cub" may be a fox; "a pizza oven" is no pizza
            near = self._meaning.of(whole, self._style)
            return (near, []) if near is not None and near.title == before.title else (None, others)
        for words in dict.fromkeys((whole, head.text)):
            if (found := self._meaning.of(words, self._style)) is not None:
                return found, others if words == head.text else []
        return None, others

    def mention(self, phrase: Phrase, asset: Asset) -> tuple[Mention, list[str]]:
        """The phrase as a mention of `asset`."""
        plural = bool(phrase.heads) and phrase.heads[-1].plural
        count = phrase.count if phrase.count is not None else PLURAL if plural else 1
        mention = Mention(
            concept=asset.title,
            asset=asset.id,
            count=max(1, min(count, MAX_COUNT)),
            colour=_named_colour(asset),
            words=phrase.words,
        )
        mention, lost = self.qualified(mention, phrase)
        return mention, [*lost, str(count)] if count > MAX_COUNT else lost

    def qualified(self, mention: Mention, phrase: Phrase) -> tuple[Mention, list[str]]:
        """The mention in the phrase's size and first colour; a natural colour needs no paint."""
        lost = [*phrase.materials]
        if phrase.size is not None:
            mention = replace(mention, size=phrase.size)
        if phrase.colours:
            first, *rest = phrase.colours
            shade = first.split()[0]
            lost += [*rest, *([shade] if shade in lexicon().shades else [])]
            name, _ = colour_of(first)
            own = self._memory[mention.asset].colour if mention.asset else None
            mention = replace(mention, colour=None if name == own else name)
        return mention, lost


def _named_colour(asset: Asset) -> str | None:
    """Black, when the title says so and the drawing is not: Fluent's "black cat" is purple."""
    said = asset.title.split()[0] == "black" and " " in asset.title
    return "black" if said and asset.colour not in (None, "black", "grey") else None
