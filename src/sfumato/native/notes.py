"""What has been understood so far of a prompt: things, relations, lettering, words lost.

Knows how notes are taken. Knows nothing about word order.
"""

from collections.abc import Sequence
from dataclasses import replace

from sfumato.native.belongings import BODY, CARRYING, with_kind
from sfumato.native.inscription import Inscription
from sfumato.native.lexicon import lexicon
from sfumato.native.meaning import Meaning
from sfumato.native.memory import Asset, Memory
from sfumato.native.naming import Naming
from sfumato.native.phrases import MAX_COUNT, Item, Phrase
from sfumato.native.reading import Mention, Relation


class Notes:
    """Mentions and relations under construction, with what was matched and what was not."""

    def __init__(
        self, memory: Memory, meaning: Meaning, quotes: Sequence[str], style: str | None
    ) -> None:
        self._memory, self._style = memory, style
        self._naming = Naming(memory, meaning, style)
        self._lexicon = lexicon()
        self._mentions: list[Mention] = []
        self._relations: list[Relation] = []
        self._inscription = Inscription(quotes)
        self._matched: list[str] = []
        self._unmatched: list[str] = []
        self._subjects: list[int] = []  # of the current clause
        self._objects: list[int] = []  # of its latest relation
        self._fronted: list[tuple[str, int]] = []  # "next to the tree, …"

    def _mention(self, phrase: Phrase, asset: Asset) -> Mention:
        mention, lost = self._naming.mention(phrase, asset)
        self._unmatched += lost
        return mention

    def _add(self, mention: Mention, *, definite: bool = False) -> int:
        """The index of `mention`; "the cat" is the cat that was mentioned before."""
        if definite:
            for index, known in enumerate(self._mentions):
                if known.concept == mention.concept:
                    self._mentions[index] = replace(known, colour=mention.colour or known.colour)
                    return index
        self._mentions.append(mention)
        return len(self._mentions) - 1

    def _repeated(self, phrase: Phrase, asset: Asset, before: Item | None) -> int | None:
        """The same emoji again is one more of it."""
        last = self._mentions[-1] if self._mentions else None
        again = last is not None and last.asset == asset.id and isinstance(before, Phrase)
        if last is None or not again or phrase.heads[-1].kind != "emoji":
            return None
        count = min(last.count + 1, MAX_COUNT)
        self._mentions[-1] = replace(last, count=count, words=last.words + phrase.words)
        return len(self._mentions) - 1

    def _relate(self, subject: int, kind: str, other: int) -> None:
        """Relate; "with" is what the two things make of it."""
        if subject == other:
            return
        if kind == "with":
            kind = with_kind(self._mentions[subject], self._mentions[other], self._memory)
        if kind.startswith("~"):
            subject, other, kind = other, subject, kind[1:]
        self._relations.append(Relation(subject=subject, kind=kind, object=other))

    def _undo_with(self, anchor: int, subject: int) -> None:
        """ "A house with a rainbow behind it": "with" only introduced the rainbow."""
        loose = Relation(subject=anchor, kind="next to", object=subject)
        self._relations = [r for r in self._relations if r != loose]

    def _turn(self, kind: str) -> None:
        """ "A box with a cat inside": the cat is in the box."""
        subject, last = self._subjects[:1], self._objects[-1:]
        loose = [r for r in self._relations if [r.subject] == subject and [r.object] == last]
        if loose and loose[-1].kind == "next to":
            self._undo_with(subject[0], last[0])
            self._relate(last[0], kind, subject[0])

    def _put_on(self, part: str) -> None:
        """What came "with" a being is at this part of its body: worn, held, or on its back."""
        for place, relation in enumerate(self._relations):
            if relation.kind == "next to" and [relation.object] == self._objects[-1:]:
                kind = BODY[part]
                if part in CARRYING and not self._is_worn(relation.object):
                    relation = Relation(subject=relation.object, kind="on", object=relation.subject)
                    kind = "on"
                self._relations[place] = replace(relation, kind=kind)

    def _is_worn(self, index: int) -> bool:
        words = self._mentions[index].concept.split()
        return bool({" ".join(words), words[-1]} & self._lexicon.worn)

    def _celebrate(self) -> None:
        shown, matched, unmatched = self._inscription.occasion(
            self._memory, self._style, empty=not self._mentions
        )
        self._mentions += shown
        self._matched += matched
        self._unmatched += unmatched

    def _subjects_swim(self) -> bool:
        return any(self._mentions[i].concept in self._lexicon.swimmers for i in self._subjects)

    def _use_fronted(self, index: int) -> None:
        if self._fronted and not any(other == index for _, other in self._fronted):
            for kind, other in self._fronted:
                self._relate(index, "next to" if kind in ("with", "between") else kind, other)
            self._fronted = []

    def _lose(self, phrase: Phrase, *, keep_heads: bool) -> None:
        heads = phrase.heads[:-1] if keep_heads else phrase.heads
        self._unmatched += [*(span.words for span in heads), *phrase.lost, *phrase.colours]
