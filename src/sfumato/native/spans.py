"""A prompt → spans: the longest phrases that memory or the lexicon know, each with its kind.

Knows words and their neighbours. Knows nothing about how spans belong together.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sfumato.native.lexicon import IRREGULAR_NOUNS, Lexicon, lexicon, singulars
from sfumato.native.memory import Asset, Memory, fold
from sfumato.native.quoted import MARK

MAX_WORDS = 1200  # what follows in a longer prompt is reported unread
SIDES = {
    "on the left": "left",
    "on the left side": "left",
    "on the left hand side": "left",
    "at the left": "left",
    "on the right": "right",
    "on the right side": "right",
    "on the right hand side": "right",
    "at the right": "right",
    "in the background": "back",
    "in the distance": "back",
    "in the foreground": "front",
    "at the top": "top",
    "on top": "top",
    "at the bottom": "bottom",
    "in the middle": "centre",
    "in the center": "centre",
    "in the centre": "centre",
    "side by side": "centre",
}
STOPS = f".,;:!?\n()/&+{MARK}"
BACKGROUNDS = frozenset(("background", "backdrop", "backgrounds"))
PRONOUNS = frozenset(("it", "him", "them", "himself", "herself", "itself", "each other"))
PICTURES = frozenset(
    "photo photograph photography photos snapshot painting drawing sketch cartoon render rendering"
    " watercolor watercolour doodle close-up closeup portrait picture image illustration".split()
)
BODY_PARTS = frozenset(
    "head back shoulder shoulders neck hand hands arm arms lap nose foot feet paw paws".split()
)
LETTERING = frozenset(
    "word words text says say saying said reads caption letters lettering written writing "
    "inscription labelled labeled titled message phrase title".split()
)
COPULAS = frozenset(("is", "are", "was", "were"))
DETERMINERS = frozenset(
    ("a", "an", "the", "this", "that", "his", "her", "its", "their", "my", "your")
)
PEOPLE = ("People & Body", "people")
POSSESSIVE = ("his", "her", "its", "their", "my", "your")
OPENERS = ("det", "num", "colour", "shade", "size", "adj", "material")
_TOKEN = re.compile(rf"{MARK}\d+{MARK}|[.,;:!?\n()/&+]|[^\W_]+(?:['’][^\W_]+)*|[^\w\s]+")
_COMPOUND = re.compile(r"\b([^\W_]+)-([^\W_]{3,}(?:ing|ed|less|like))\b")
_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3|"
    "[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]"
    "[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    "(?:\u200d[\u2190-\u3299\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One phrase. `kind` says what `value` is; `text` is folded, `words` is as written."""

    kind: str
    text: str
    words: str
    value: str = ""
    number: int = 1
    asset: Asset | None = None
    plural: bool = False


def read_spans(text: str, memory: Memory, *, lettered: bool, style: str | None) -> tuple[Span, ...]:
    """The spans of a prompt whose quotes are marked. `lettered`: words may need a holder."""
    tokens = list(_tokens(text))
    reader = _Spans(tokens[:MAX_WORDS], memory, lettered, style)
    spans = list(reader.read())
    spans += [
        Span(kind="unread", text=fold(t), words=t) for t in tokens[MAX_WORDS:] if t[0].isalnum()
    ]
    return tuple(spans)


def _tokens(text: str) -> Iterator[str]:
    place = 0
    for match in _EMOJI.finditer(text):
        yield from _plain_tokens(text[place : match.start()])
        yield match[0]
        place = match.end()
    yield from _plain_tokens(text[place:])


def _plain_tokens(text: str) -> Iterator[str]:
    """Words and the punctuation that matters: hyphens, dashes and stray quotes only part words.

    But "fire-breathing" is one quality, and no fire.
    """
    text = _COMPOUND.sub(r"\1\2", text)
    return (t for t in _TOKEN.findall(text) if t[0].isalnum() or t[0] in STOPS or ord(t[0]) > 127)


class _Spans:
    """Greedy longest match from left to right, with one span of look-back."""

    def __init__(
        self, tokens: Sequence[str], memory: Memory, lettered: bool, style: str | None
    ) -> None:
        self._tokens = tokens
        self._folded = [fold(t) for t in tokens]
        self._memory = memory
        self._lettered = lettered
        self._style = style
        self._lexicon: Lexicon = lexicon()
        self._last = "stop"
        self._linked = "stop"  # the latest span that opens no noun phrase
        self._counted = False  # a number stands before the words that are read now

    def read(self) -> Iterator[Span]:
        place = 0
        while place < len(self._tokens):
            span, length = self._next(place)
            if span.kind == "owner":  # is a clause of its own
                yield replace(span, kind="noun")
                span = Span(kind="stop", text="'s", words="'s")
            yield span
            self._linked = self._linked if span.kind in ("func", *OPENERS) else span.kind
            if span.kind != "func":
                self._last = span.kind
                self._counted = span.kind == "num" or (self._counted and span.kind in OPENERS)
            place += length

    def _next(self, place: int) -> tuple[Span, int]:
        token = self._tokens[place]
        if token[0] == MARK:
            return Span(kind="quote", text=token, words=token, number=int(token.strip(MARK))), 1
        if not self._folded[place]:
            return self._mark(token), 1
        for length in range(min(5, len(self._tokens) - place), 0, -1):
            words = self._folded[place : place + length]
            if not all(words):
                continue
            phrase = " ".join(words)
            found = self._phrase(phrase, place, length) if length > 1 else self._word(phrase, place)
            if found is not None:
                return found, length
        return self._span("unknown", place, 1), 1

    def _mark(self, token: str) -> Span:
        """Punctuation, an emoji, or letters that are not Latin."""
        if token in ("&", "+"):
            return Span(kind="rel", text="and", words=token, value="and")
        if token in (",", ";", "/", "(", ")"):
            return Span(kind="comma", text=token, words=token)
        if token in (".", "!", "?", "\n", ":"):
            return Span(kind="stop", text=token, words=token)
        if (asset := self._memory.drawn(token, self._style)) is not None:
            return Span(kind="emoji", text=token, words=token, asset=asset)
        named = token.isalnum() or _EMOJI.fullmatch(token)
        return Span(kind="unread" if named else "func", text=token, words=token)

    def _span(self, kind: str, place: int, length: int, value: str = "", number: int = 1) -> Span:
        words = " ".join(self._tokens[place : place + length])
        return Span(kind=kind, text=fold(words), words=words, value=value, number=number)

    def _phrase(self, phrase: str, place: int, length: int) -> Span | None:
        known = self._lexicon
        if phrase in known.styles:
            return self._span("style", place, length, known.styles[phrase])
        if phrase in known.transparent:
            return self._span("transparent", place, length)
        if phrase in SIDES and self._folded[place + length : place + length + 1] != ["of"]:
            return self._span("side", place, length, SIDES[phrase])
        if phrase in known.numbers:
            if self._name(place + 1, min(4, len(self._tokens) - place - 1), multiple=True):
                return None  # "a pair of glasses": the name says it
            return self._span("num", place, length, number=known.numbers[phrase])
        if self._lettered and phrase in known.holders:
            return self._span("holder", place, length, known.holders[phrase])
        if phrase in known.relations:
            return self._span("rel", place, length, known.relations[phrase])
        if phrase in known.places:
            return self._place(phrase, place, length)
        if (noun := self._noun(phrase, place, length)) is not None:
            return noun
        return self._listed(phrase, place, length)

    def _listed(self, phrase: str, place: int, length: int) -> Span | None:
        known = self._lexicon
        if phrase in known.colours:
            return self._span("colour", place, length, phrase)
        if phrase in known.weathers:
            return self._span("weather", place, length, known.weathers[phrase])
        if phrase in known.times:
            return self._span("time", place, length, known.times[phrase])
        if phrase in known.sizes:
            return self._span("size", place, length, known.sizes[phrase])
        if phrase in known.themes:
            return self._span("theme", place, length)
        if phrase in known.adjectives:
            return self._span("adj", place, length)
        return None

    def _word(self, word: str, place: int) -> Span | None:
        known = self._lexicon
        if word in DETERMINERS and not (
            word in ("that", "this", "her") and not self._nominal(place + 1)
        ):
            return self._span("det", place, 1, word)
        if word.isdigit() and len(word) < 5:
            return self._span("num", place, 1, number=int(word))
        if word in known.numbers:
            return self._span("num", place, 1, number=known.numbers[word])
        if word in PRONOUNS or word == "her":
            return self._span("pron", place, 1)
        if word in COPULAS:
            return self._span("is", place, 1)
        if word in PICTURES and self._next_in(place + 1, ("of",)):
            return self._span("func", place, 1)
        if (owner := self._owner(word, place)) is not None:
            return owner
        if word in BODY_PARTS and place and self._folded[place - 1].endswith("'s"):
            return self._span("func", place, 1)
        if word in BACKGROUNDS:
            return self._span("background", place, 1)
        if word == "of":
            return self._span("of", place, 1)
        if self._lettered and word in LETTERING:
            return self._span("func", place, 1)
        if word in known.relations:
            return self._span("rel", place, 1, known.relations[word])
        if word in known.transparent:
            return self._span("transparent", place, 1)
        if word in known.styles:
            return self._span("style", place, 1, known.styles[word])
        return self._quality(word, place) or self._content(word, place)

    def _owner(self, word: str, place: int) -> Span | None:
        """ "The girl's bicycle" shows the girl as well; "a bird's nest" is a nest."""
        if not word.endswith("'s"):
            return None
        asset, _ = self._find(word[:-2])
        if asset is None or word in self._lexicon.function:
            return None
        body = self._next_in(place + 1, BODY_PARTS)
        starts = self._linked in ("stop", "comma") and self._nominal(place + 1)
        if body or (asset.category in PEOPLE and starts):
            words = self._tokens[place]
            kind = "noun" if body else "owner"
            return Span(kind=kind, text=word[:-2], words=words, asset=asset)
        return self._span("adj", place, 1)

    def _quality(self, word: str, place: int) -> Span | None:
        known = self._lexicon
        if word in BODY_PARTS and place and self._folded[place - 1] in POSSESSIVE:
            return self._span("unknown", place, 1)
        named = self._named(word)
        before_noun = self._nominal(place + 1)
        if word in known.colours and (before_noun or not named or self._last == "is"):
            return self._span("colour", place, 1, word)
        if word in known.shades and self._next_in(place + 1, known.colours):
            return self._span("shade", place, 1)
        if word in known.sizes:
            return self._span("size", place, 1, known.sizes[word])
        if word in known.materials and before_noun:
            return self._span("material", place, 1, word)
        if word in known.verbs and self._last in ("noun", "owner", "unknown", "pron", "emoji"):
            return None  # "a girl dancing on a table", not a dancing table
        if word in known.adjectives and (before_noun or not named):
            return self._span("adj", place, 1)
        return None

    def _content(self, word: str, place: int) -> Span | None:
        known = self._lexicon
        if self._lettered and word in known.holders:
            return self._span("holder", place, 1, known.holders[word])
        if word in known.places:
            return self._place(word, place, 1)
        if self._last != "num" and (one := self._one_place(word)) is not None:
            return self._place(word, place, 1, known.places[one])
        if word in known.weathers or word in known.times:
            return self._listed(word, place, 1)
        if word in known.verbs and self._is_verb(word):
            return self._span("verb", place, 1, known.verbs[word])
        if (noun := self._noun(word, place, 1)) is not None:
            return noun
        if word in known.themes:
            return self._span("theme", place, 1)
        if word in known.function:
            return self._span("func", place, 1)
        if word.endswith("ly") or word in known.adjectives:
            return self._span("adj", place, 1)
        if word.endswith("ing") and len(word) > 5 and self._last not in OPENERS:
            return self._span("verb", place, 1, word)
        if word.endswith("ed") and len(word) > 4 and self._last in ("noun", "emoji"):
            return self._span("verb", place, 1, word)
        return None

    def _is_verb(self, word: str) -> bool:
        if not self._named(word):
            return True
        if self._last in OPENERS:
            return False
        return self._last in ("noun", "unknown", "pron", "emoji") or word.endswith(("ing", "ed"))

    def _noun(self, phrase: str, place: int, length: int) -> Span | None:
        first = phrase.split(" ", 1)[0]
        known = self._lexicon
        if phrase in known.never_names or (length == 1 and phrase in known.function):
            return None
        if length > 1 and (first in known.numbers or (first in known.function and first != "no")):
            return None
        asset, plural = self._find(phrase)
        if asset is None or (length > 1 and self._splits(first, place, length)):
            return None
        if length > 1 and self._miscalled(phrase, asset):
            return None
        words = " ".join(self._tokens[place : place + length])
        return Span(kind="noun", text=phrase, words=words, asset=asset, plural=plural)

    def _splits(self, first: str, place: int, length: int) -> bool:
        """ "A big top hat" is a large top hat, although a big top is a tent."""
        known = self._lexicon
        if first not in known.sizes and first not in known.colours:
            return False
        ends = place + length
        if ends >= len(self._tokens) or not all(self._folded[place + 1 : ends + 1]):
            return False
        longer = " ".join(self._folded[place + 1 : ends + 1])
        return self._find(longer)[0] is not None

    def _miscalled(self, phrase: str, asset: Asset) -> bool:
        """A drawing called "yellow flower" that is white: the colour is better said by itself."""
        first, _, rest = phrase.partition(" ")
        name, _ = self._lexicon.colours.get(first, (asset.colour, ""))
        titled = asset.title.startswith(f"{first} ")
        return name != asset.colour and not titled and self._find(rest)[0] is not None

    def _find(self, phrase: str) -> tuple[Asset | None, bool]:
        """The asset of a name, and whether it is said in the plural: "three balloons" are three
        of one balloon, even if memory has a drawing of several."""
        own = self._memory.find(phrase, self._style)
        if own is None or self._counted:
            head, _, last = phrase.rpartition(" ")
            for singular in singulars(last):
                name = f"{head} {singular}".strip()
                if (asset := self._memory.find(name, self._style)) is not None:
                    return asset, True
        return own, own is not None and phrase in IRREGULAR_NOUNS

    def _one_place(self, word: str) -> str | None:
        """ "Stormy seas" are a sea; what is drawn as a thing may be several of it."""
        known = self._lexicon
        single = next((s for s in singulars(word) if s in known.places), None)
        return single if single not in known.places_too and self._find(word)[0] is None else None

    def _place(self, phrase: str, place: int, length: int, value: str | None = None) -> Span:
        asset, plural = self._find(phrase)
        words = " ".join(self._tokens[place : place + length])
        value = value or self._lexicon.places[phrase]
        return Span(kind="place", text=phrase, words=words, value=value, asset=asset, plural=plural)

    def _named(self, word: str) -> bool:
        return word not in self._lexicon.never_names and self._find(word)[0] is not None

    def _name(self, place: int, longest: int, *, multiple: bool) -> bool:
        """Whether a name of two words or more starts at `place`."""
        for length in range(longest, 1 if multiple else 0, -1):
            words = self._folded[place : place + length]
            if all(words) and self._find(" ".join(words))[0] is not None:
                return True
        return False

    def _nominal(self, place: int) -> bool:
        """Whether the word at `place` could go on naming a thing."""
        if place >= len(self._tokens) or not self._folded[place]:
            return False
        word, known = self._folded[place], self._lexicon
        if word in known.relations or word in COPULAS or word in PRONOUNS or word in DETERMINERS:
            return False
        if word in known.places or word in known.adjectives or word in known.colours:
            return True
        if word in known.sizes or word in BACKGROUNDS:
            return True
        if word in known.function or word in known.numbers:
            return False
        return word not in known.verbs or self._named(word) or self._name(place, 4, multiple=True)

    def _next_in(self, place: int, table: object) -> bool:
        words = self._folded[place : place + 1]
        return bool(words) and words[0] in table  # type: ignore[operator]  # a mapping of words
