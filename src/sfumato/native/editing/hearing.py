"""What a rule of the grammar needs to make sense of its words: targets, new things, places.

Nouns of new things go to the planner. Knows no verbs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sfumato.native.belongings import BODY, with_kind
from sfumato.native.editing.changes import Which
from sfumato.native.editing.which import Pointer
from sfumato.native.lexicon import lexicon, singulars
from sfumato.native.memory import fold
from sfumato.native.plan import read
from sfumato.native.quoted import MARK
from sfumato.native.reading import Mention, Reading
from sfumato.native.scene import Scene, Thing

_MARKED = re.compile(f"{MARK}(\\d+){MARK}")
_PART = re.compile(
    r"(?P<how>on|in|around|over|to|with|for|into|onto) (?P<whose>its|his|her|their|the"
    r" \w[\w ]*?'s|\w+'s) "
    rf"(?P<part>{'|'.join(sorted(BODY))})s?"
)
_SIDE = re.compile(
    r"(?:,? ?(?:on|at|in|to|into|near|towards?) (?:the )?(?:far )?)?"
    r"(?P<side>(?:top|upper|bottom|lower)[ -]?(?:left|right)|left|right|top|bottom|middle"
    r"|cent(?:er|re)"
    r"|background|foreground|corner)"
    r"(?:[ -]hand)?(?: side| corner| edge| half| part)?(?: of (?:the )?(?:picture|image"
    r"|scene|canvas))?"
)
_SOME = re.compile(r"^(?:some|more|several|many|a few|a couple of) (?=\w+s\b)", re.I)
_RELATIONS = sorted(
    (r for r, kind in lexicon().relations.items() if not kind.startswith("~")),
    key=len,
    reverse=True,
)
_NO_ANCHOR = ("and", "without", "with", "from", "through", "no", "plus", "as well as")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """One command being read. `missing` collects words that could not be honoured."""

    pointer: Pointer
    quotes: Sequence[str] = ()
    missing: list[str] = field(default_factory=list)

    @property
    def scene(self) -> Scene:
        return self.pointer.scene

    def find(self, words: str) -> Which | None:
        """What is there and called so; if nothing is, `words` are missing."""
        found = self.pointer.find(words)
        if not found:
            self.missing.append(self.shown(words))
        return found or None

    def knows(self, words: str) -> Which | None:
        """Like `find`, without a complaint."""
        return self.pointer.find(words) or None

    def things(self, which: Which) -> list[Thing]:
        """The things among them; words are passed over."""
        return [self.scene.things[h.index] for h in which if h.kind == "thing"]

    def read(self, words: str) -> Reading:
        """The planner's reading, in which the quoted words stand again."""
        spoken = _MARKED.sub(lambda m: f' "{self.quotes[int(m[1])]}" ', words)
        return read(spoken, self.pointer.stage.memory, self.pointer.stage.encode)

    def mentions(self, words: str) -> tuple[Mention, ...]:
        """New things by their words; what memory lacks is missing."""
        reading = self.read(_SOME.sub("three ", words))
        lost = [w for w in reading.unmatched if w.lower() not in lexicon().function]
        self.missing.extend(lost)
        if not reading.mentions and not lost:
            self.missing.append(self.shown(words))
        return reading.mentions

    def mention(self, words: str) -> Mention | None:
        """The one new thing that `words` name."""
        return next(iter(self.mentions(words)), None)

    def quote(self, words: str) -> str | None:
        """The quoted text in `words`."""
        match = _MARKED.search(words)
        return self.quotes[int(match[1])] if match else None

    def shown(self, words: str) -> str:
        """The words as they were written."""
        spoken = _MARKED.sub(lambda m: f'"{self.quotes[int(m[1])]}"', words)
        return " ".join(spoken.split())

    def side(self, words: str) -> tuple[str, str | None]:
        """The words without "on the left" at their end, and which side that was."""
        lowered = words.lower()
        for start in _starts(lowered):
            match = _SIDE.fullmatch(lowered[start:].strip())
            if match:
                return words[:start].strip(" ,"), side_name(match["side"])
        return words, None

    def relation(self, words: str) -> tuple[str, str | None, Which]:
        """(what, relation, to whom): "a hat on the fox" → ("a hat", "on", the fox).

        Only what is there can be an anchor; otherwise the words come back whole.
        """
        lowered = words.lower()
        if match := re.search(rf"(?:^| ){_PART.pattern}$", lowered):
            owner = self.knows(match["whose"].removesuffix("'s"))
            if owner:
                return words[: match.start()].strip(), BODY[match["part"]], owner
        for start in _starts(lowered):
            for said in _RELATIONS:
                kind = lexicon().relations[said]
                if _SIDE.fullmatch(lowered[start:]):  # "on the left" is no thing
                    break
                if said in _NO_ANCHOR or not lowered[start:].startswith(f"{said} "):
                    continue
                anchor = lowered[start + len(said) :].strip()
                found = self.knows(anchor)
                if found and self.things(found):
                    what = words[:start].strip(" ,")
                    return what, "next to" if kind == "between" else kind, found
                break
        return words, None, ()

    def worn_or_held(self, mention: Mention, to: Which) -> str:
        """What "give the fox a hat" makes of the two."""
        owner = next(iter(self.things(to)), None)
        if owner is None:
            return "next to"
        whole = Mention(concept=owner.concept, asset=owner.asset, words=owner.concept)
        kind = with_kind(whole, mention, self.pointer.stage.memory)
        return kind.removeprefix("~")

    def with_pronouns_named(self, words: str) -> str:
        """ "Behind it" → "behind the fox": the planner does not know what "it" is."""
        things = self.things(self.pointer.it())
        if not things:
            return words
        name = f"the {things[0].concept}"
        return re.sub(r"\b(?:it|him|her|them)\b(?! \w)", name, words)


def side_name(words: str) -> str:
    """One of spots.SIDES, or "back", "front"."""
    said = fold(words).replace("upper", "top").replace("lower", "bottom")
    said = said.replace("topleft", "top left").replace("topright", "top right")
    if said in ("middle", "center", "centre"):
        return "centre"
    return {"background": "back", "foreground": "front", "corner": "top right"}.get(said, said)


def same_noun(mention: Mention, thing: Thing) -> bool:
    """Whether a new thing is one of a kind that is there."""
    word = mention.words.split()[-1].lower() if mention.words else mention.concept
    forms = {word, *singulars(word), mention.concept}
    return thing.concept in forms or thing.concept.split()[-1] in forms


def in_number(mention: Mention, count: int) -> Mention:
    """The same thing, `count` of it, but at least one."""
    return replace(mention, count=max(1, count))


def _starts(words: str) -> list[int]:
    """Where each word starts, from the left."""
    return [m.start() for m in re.finditer(r"(?:^|(?<=\s))\S", words)]
