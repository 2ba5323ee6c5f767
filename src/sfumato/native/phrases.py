"""Spans → items: noun phrases with their qualities, and the links between them, in order.

Knows which qualities belong to which head. Knows nothing about relations' meaning or scenery.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sfumato.native.lexicon import lexicon, singulars
from sfumato.native.spans import OPENERS, Span

HEADS = ("noun", "place", "unknown", "background", "emoji", "holder", "theme")
ADVERBS = (
    "underwater",
    "indoors",
    "outdoors",
    "downtown",
    "uptown",
)  # places that need no preposition
MAX_COUNT = 24
GROUP = 5  # "a herd of cows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A noun phrase: the last of its `heads` is what it is, the others and `lost` qualify it."""

    heads: tuple[Span, ...] = ()
    determiner: str = ""
    count: int | None = None
    colours: tuple[str, ...] = ()  # of the lexicon's colour words, each perhaps with its shade
    materials: tuple[str, ...] = ()
    size: str | None = None
    lost: tuple[str, ...] = ()  # qualities that cannot be drawn
    words: str = ""

    @property
    def head(self) -> Span | None:
        return self.heads[-1] if self.heads else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What stands between phrases: rel, verb, is, comma, stop, pron, side, quote, time …"""

    kind: str
    value: str
    words: str
    number: int = 0


Item = Phrase | Link


@dataclass(slots=True)
class _Open:
    """A phrase that is still being read."""

    heads: list[Span] = field(default_factory=list)
    determiner: str = ""
    count: int | None = None
    colours: list[str] = field(default_factory=list)
    materials: list[str] = field(default_factory=list)
    size: str | None = None
    lost: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    shade: str = ""


def read_phrases(spans: Sequence[Span]) -> tuple[Item, ...]:
    """The items of a prompt's spans."""
    items: list[Item] = []
    open_phrase = _Open()
    for index, span in enumerate(spans):
        if span.kind == "func":
            continue
        if _continues(open_phrase, span, _following(spans, index)):
            _take(open_phrase, span)
            continue
        if (
            span.kind == "rel"
            and span.value == "and"
            and _between_colours(open_phrase, spans, index)
        ):
            continue
        _close(open_phrase, items)
        open_phrase = _Open()
        if span.kind in OPENERS or span.kind in HEADS:
            _take(open_phrase, span)
        else:
            value = span.value or span.text
            items.append(Link(kind=span.kind, value=value, words=span.words, number=span.number))
    _close(open_phrase, items)
    return tuple(_split_lists(_pour(items)))


def _following(spans: Sequence[Span], index: int) -> Span | None:
    return next((s for s in spans[index + 1 :] if s.kind != "func"), None)


def _continues(phrase: _Open, span: Span, after: Span | None) -> bool:
    if span.kind == "emoji":
        return not phrase.heads
    if phrase.heads:
        whole = phrase.heads[-1].kind == "emoji"
        adverb = span.text in ADVERBS and not _of_background(after)
        return span.kind in HEADS and not whole and not adverb
    if span.kind == "verb":  # "a sleeping cat"
        opened = bool(phrase.determiner or phrase.count or phrase.lost or phrase.colours)
        return opened and after is not None and after.kind in (*OPENERS[2:], *HEADS)
    return span.kind in OPENERS or span.kind in HEADS


def _of_background(after: Span | None) -> bool:
    return after is not None and after.kind == "background"


def _between_colours(phrase: _Open, spans: Sequence[Span], index: int) -> bool:
    """Whether this "and" joins two colours of one thing: "a red and blue ball"."""
    after = _following(spans, index)
    return (
        not phrase.heads and bool(phrase.colours) and after is not None and after.kind == "colour"
    )


def _take(phrase: _Open, span: Span) -> None:
    phrase.words.append(span.words)
    if span.kind in HEADS:
        phrase.heads.append(span)
    elif span.kind == "det":
        phrase.determiner = span.text
    elif span.kind == "num":
        phrase.count = span.number
    elif span.kind == "shade":
        phrase.shade = span.text
    elif span.kind == "colour":
        phrase.colours.append(f"{phrase.shade} {span.text}".strip())
        phrase.shade = ""
    elif span.kind == "size":
        phrase.size = span.value
    elif span.kind == "material":
        phrase.materials.append(span.text)
    else:
        phrase.lost.append(span.words)


def _close(phrase: _Open, items: list[Item]) -> None:
    if not (phrase.heads or phrase.colours or phrase.size or phrase.count or phrase.lost):
        return
    items.append(
        Phrase(
            heads=tuple(phrase.heads),
            determiner=phrase.determiner,
            count=phrase.count,
            colours=tuple(phrase.colours),
            materials=tuple(phrase.materials),
            size=phrase.size,
            lost=tuple(phrase.lost),
            words=" ".join(phrase.words),
        )
    )


def _pour(items: Sequence[Item]) -> list[Item]:
    """ "A slice of pizza" is pizza, "a herd of cows" is cows; only a vessel stays what it is."""
    poured: list[Item] = []
    index = 0
    while index < len(items):
        item = items[index]
        of = items[index + 1 : index + 3]
        if (
            isinstance(item, Phrase)
            and len(of) == 2
            and _is_of(of[0])
            and isinstance(of[1], Phrase)
        ):
            merged = _portion(item, of[1])
            if merged is not None:
                poured.append(merged)
                index += 3
                continue
        poured.append(item)
        index += 1
    return poured


def _is_of(item: Item) -> bool:
    return isinstance(item, Link) and item.kind == "of"


def _portion(measure: Phrase, content: Phrase) -> Phrase | None:
    """`content` in the amount that `measure` says, None if `measure` is no portion and no group."""
    known, head = lexicon(), measure.head
    if head is None or content.head is None:
        return None
    forms = {head.text, *singulars(head.text)}
    several = bool(forms & known.groups)
    if not several and not forms & known.portions:
        return None
    return replace(
        content,
        count=content.count or (GROUP if several else _amount(measure)),
        colours=content.colours or measure.colours,
        size=content.size or measure.size,
        lost=measure.lost + content.lost,
        words=f"{measure.words} of {content.words}",
    )


def _amount(measure: Phrase) -> int | None:
    """How many portions; one portion leaves it to the content's own number."""
    if measure.head is not None and measure.head.plural and measure.count is None:
        return 3
    return measure.count if measure.count not in (0, 1) else None


def _split_lists(items: Sequence[Item]) -> list[Item]:
    """A prompt that is nothing but three or more names is a list of them: "fox balloon moon"."""
    only = items[0] if len(items) == 1 else None
    if not isinstance(only, Phrase) or only.determiner or len(only.heads) < 3:
        return list(items)
    if any(head.kind != "noun" for head in only.heads):
        return list(items)
    first = Phrase(
        heads=only.heads[:1],
        count=only.count,
        colours=only.colours,
        size=only.size,
        lost=only.lost,
        words=only.heads[0].words,
    )
    return [first, *(Phrase(heads=(head,), words=head.words) for head in only.heads[1:])]


def colour_of(words: str) -> tuple[str, str]:
    """A colour word with or without shade → its name in scene.COLOURS and its exact hex."""
    known = lexicon()
    shade, _, plain = words.partition(" ")
    if words in known.colours or shade not in known.shades:
        name, exact = known.colours.get(words, ("", ""))
        return name, exact
    name, exact = known.colours[plain]
    return name, _mixed(exact, known.shades[shade])


def _mixed(colour: str, share: float) -> str:
    """`colour` with `share` of white, or of black when negative."""
    target = 255 if share > 0 else 0
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(c + (target - c) * abs(share)):02x}" for c in parts)
