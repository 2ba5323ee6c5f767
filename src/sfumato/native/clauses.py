"""Items → Reading: subjects, their relations, belongings, scenery and lettering, clause by clause.

Knows English word order. Knows nothing about how words were matched to assets.
"""

from collections.abc import Sequence
from dataclasses import replace

from sfumato.native.belongings import BODY, FLAT, POSSESSIVE, by_sides, is_being
from sfumato.native.lexicon import singulars
from sfumato.native.meaning import Meaning
from sfumato.native.memory import Memory
from sfumato.native.notes import Notes
from sfumato.native.phrases import Item, Link, Phrase
from sfumato.native.reading import Reading
from sfumato.native.scene import MAX_THINGS
from sfumato.native.scenery import Scenery, are_stars
from sfumato.native.spans import Span

SHARED = ("holding", "wearing", "riding", "watering", "reading", "next to", "with")
# Relations that without an object speak of a thing that came "with" another: "a cat inside".
AFTER = ("in", "behind", "above", "below", "in front of")
ON_TABLE = ("on", "at", "on top of", "across", "upon")


class Clauses(Notes):
    """Reads the items of one prompt once, from left to right."""

    def __init__(
        self, memory: Memory, meaning: Meaning, quotes: Sequence[str], style: str | None
    ) -> None:
        super().__init__(memory, meaning, quotes, style)
        self._scenery = Scenery()
        self._transparent = style == "icon"
        self._kind = ""  # of its latest relation
        self._pending: Link | None = None  # a relation that waits for its object
        self._sides: list[tuple[str, int]] = []
        self._side: str | None = None  # "on the left, …"
        self._negated = False
        self._table: tuple[Phrase, list[int]] | None = None
        self._headless = False  # the clause's subject is a thing that memory lacks
        self._missed = False  # the object of its latest relation is a thing that memory lacks
        self._outer: tuple[list[int], list[int]] | None = None  # while "a basket of apples" is read
        self._background = False  # the phrase before the copula was the background

    def read(self, items: Sequence[Item]) -> Reading:
        for index, item in enumerate(items):
            before = items[index - 1] if index else None
            after = items[index + 1] if index + 1 < len(items) else None
            if isinstance(item, Phrase):
                self._phrase(item, before, after)
            else:
                self._link(item, before, after)
        self._drop_pending()
        self._relations += by_sides(self._sides, len(self._mentions))
        self._celebrate()
        kind, colours = self._scenery.finished()
        return Reading(
            mentions=tuple(self._mentions),
            relations=tuple(dict.fromkeys(self._relations)),
            words=tuple(self._inscription.words),
            backdrop=kind,
            backdrop_colours=colours,
            night=self._scenery.night,
            weather=self._scenery.weather,
            style=self._style,
            transparent=self._transparent,
            matched=tuple(dict.fromkeys(self._matched)),
            unmatched=tuple(dict.fromkeys(self._unmatched)),
        )

    def _link(self, link: Link, before: Item | None, after: Item | None) -> None:
        known = self._lexicon
        if link.kind == "rel":
            self._relation_word(link, after)
        elif link.kind == "verb":
            self._verb(link, after)
        elif link.kind == "pron":
            self._pronoun(link)
        elif link.kind == "of":
            self._of(before)
        elif link.kind in ("comma", "stop"):
            self._stop(link)
        elif link.kind == "side":
            self._take_side(link, before)
        elif link.kind == "quote":
            self._quote(link)
        elif link.kind in ("time", "weather"):
            self._sky(link)
        elif link.kind == "transparent":
            self._transparent = True
            self._matched.append(link.words)
            self._pending = None
            self._negated = False
        elif link.kind == "style":
            self._matched.append(link.words)
        elif link.kind in ("unread", "unknown") and link.words.lower() not in known.function:
            self._unmatched.append(link.words)

    def _relation_word(self, link: Link, after: Item | None) -> None:
        if link.value == "without":
            self._negated = True
            self._pending = None
            return
        if link.value == "and":
            self._negated = self._negated and isinstance(after, Phrase)
            return
        self._negated = False
        verb = self._pending if self._pending and self._pending.kind == "verb" else None
        if verb and link.words.lower() == "by":  # "held by"
            self._pending = replace(verb, value=f"~{verb.value}")
            return
        if verb and verb.value == "riding" and link.value == "on":
            return
        self._drop_pending()
        self._pending = link

    def _verb(self, link: Link, after: Item | None) -> None:
        relation = self._lexicon.verb_relations.get(link.value)
        if link.value == "water" or link.value == "read":
            relation = "watering" if link.value == "water" else "reading"
        self._drop_pending()
        if relation is None:
            if not (isinstance(after, Link) and after.kind == "quote"):
                self._unmatched.append(link.words)
            relation = "next to" if isinstance(after, Phrase) else None
        if relation is not None:
            self._pending = Link(kind="verb", value=relation, words=link.words)

    def _of(self, before: Item | None) -> None:
        """What a vessel is full of; "a picture of" and the like say nothing."""
        self._drop_pending()
        if isinstance(before, Phrase) and before.head is not None and before.head.asset is not None:
            vessel = {before.head.text, *singulars(before.head.text)} & self._lexicon.vessels
            kind = "~on" if vessel & FLAT else "~in" if vessel else "next to"
            self._outer = (self._subjects, self._objects)  # "a girl with a basket of apples"
            self._subjects, self._objects = (self._objects or self._subjects)[-1:], []
            self._pending = Link(kind="of", value=kind, words="of")

    def _drop_pending(self) -> None:
        """A relation that found no object: its verb was not honoured."""
        if self._pending is not None and self._pending.kind == "verb":
            self._unmatched.append(self._pending.words)
        elif self._pending is not None and self._pending.value in AFTER:
            self._turn(self._pending.value)
        self._pending = None

    def _pronoun(self, link: Link) -> None:
        if self._pending is None or not self._mentions:
            return
        kind, self._pending = self._pending.value, None
        subject = self._objects[-1] if self._objects else None
        anchor = self._subjects[0] if self._subjects else 0
        if subject is None:
            self._fronted.append((kind, anchor))
        elif subject != anchor:
            self._undo_with(anchor, subject)
            self._relate(subject, kind, anchor)

    def _stop(self, link: Link) -> None:
        self._drop_pending()
        self._negated = False
        if link.kind == "stop":
            self._objects = []
            self._background = False

    def _take_side(self, link: Link, before: Item | None) -> None:
        self._matched.append(link.words)
        self._pending = None
        current = self._objects or self._subjects
        starts = before is None or (
            isinstance(before, Link) and before.kind in ("comma", "stop", "rel")
        )
        if link.value == "centre":
            return
        if link.value == "top" and self._objects and link.words.lower() == "on top":
            self._turn("on")
            return
        if current and not starts:
            self._sides.append((link.value, current[-1]))
        elif not isinstance(before, Phrase):
            self._side = link.value

    def _sky(self, link: Link) -> None:
        self._pending = None
        self._matched.append(link.words)
        if link.kind == "weather":
            self._scenery.weather = link.value
            self._scenery.night |= link.value == "stars"
            return
        self._scenery.time(link.value, link.words.lower())

    def _quote(self, link: Link) -> None:
        self._matched.append(self._inscription.write(link.number, spoken=self._speaks()))
        self._pending = None

    def _speaks(self) -> bool:
        """Whether the words belong in a bubble: a being is the subject and nothing carries them."""
        subject = next(iter(self._subjects), None)
        if subject is None or self._objects or self._pending is not None:
            return False
        return is_being(self._mentions[subject], self._memory)

    def _phrase(self, phrase: Phrase, before: Item | None, after: Item | None) -> None:
        head = phrase.head
        if head is None:
            self._quality(phrase)
        elif head.kind == "background":
            self._set_background(phrase)
        elif any(span.kind == "holder" for span in phrase.heads):
            self._set_holder(phrase)
        elif head.kind == "theme":
            self._inscription.themes.append(head.text)
            self._pending = None
            self._lose(phrase, keep_heads=True)
        elif head.kind == "place" and self._is_scenery(phrase, head, after):
            self._set_place(phrase, head)
        elif self._pending and self._pending.kind == "rel" and are_stars(phrase):
            self._set_stars(phrase)
        elif not self._body_part(phrase, head):
            self._thing(phrase, head, before, after)

    def _body_part(self, phrase: Phrase, head: Span) -> bool:
        """ "A bone in its mouth" is held, "a hat on his head" is worn."""
        part = next((f for f in (head.text, *singulars(head.text)) if f in BODY), None)
        if part is None or phrase.determiner not in POSSESSIVE or self._pending is None:
            return False
        self._pending = None
        self._matched.append(phrase.words)
        self._put_on(part)
        return True

    def _quality(self, phrase: Phrase) -> None:
        """Colours or sizes without a noun: "the car is red", "a car in red"."""
        target = self._objects or self._subjects
        self._pending = None
        if self._background and phrase.colours:
            self._scenery.wash(phrase.colours)
            self._matched.append(phrase.words)
        elif target and (phrase.colours or phrase.size):
            self._mentions[target[-1]], lost = self._naming.qualified(
                self._mentions[target[-1]], phrase
            )
            self._unmatched += lost
            self._matched.append(phrase.words)
            self._unmatched += phrase.lost
        else:
            self._unmatched += [*phrase.lost, *phrase.colours]

    def _set_background(self, phrase: Phrase) -> None:
        self._pending = None
        self._background = True
        place = next((s for s in phrase.heads if s.kind == "place"), None)
        gradient = "gradient" in phrase.words.lower()
        kind = (
            place.value if place else "gradient" if gradient or len(phrase.colours) > 1 else "plain"
        )
        if place or gradient or phrase.colours:
            self._scenery.place(kind, phrase.colours, phrase.materials)
        self._matched.append(phrase.words)

    def _set_holder(self, phrase: Phrase) -> None:
        self._pending = None
        self._inscription.hold(phrase)
        self._unmatched += [s.words for s in phrase.heads if s.kind == "unknown"]
        self._unmatched += [*phrase.lost, *phrase.colours]
        self._matched.append(phrase.words)

    def _is_scenery(self, phrase: Phrase, head: Span, after: Item | None) -> bool:
        said = self._pending.words.lower() if self._pending is not None else ""
        if head.asset is None:
            return True
        if head.value == "table":
            return said in ON_TABLE
        if head.text not in self._lexicon.places_too:
            return True
        if self._scenery.kind not in (None, "sky", head.value) or said == "behind":
            return False
        if not said:
            return head.plural and not self._mentions and phrase.count is None
        return phrase.count is None and self._pending is not None and self._pending.kind == "rel"

    def _set_place(self, phrase: Phrase, head: Span) -> None:
        said = self._pending.words.lower() if self._pending is not None else ""
        self._pending = None
        if self._negated:
            self._matched.append(f"without {phrase.words}")
            return
        kind = head.value
        if kind == "sea" and self._scenery.dive(said, self._subjects_swim()):
            kind = "underwater"
        if kind == "table":
            self._table = (phrase, list(self._subjects))
        elif self._scenery.kind == "table" and self._table is not None:
            self._scenery.kind, self._scenery.colours = None, ()
            self._stand_table()
        if self._scenery.place(kind, phrase.colours, phrase.materials):
            self._matched.append(phrase.words)
            self._unmatched += self._scenery.colours_lost(kind, phrase.colours)
        else:
            self._unmatched.append(phrase.words)
        self._unmatched += phrase.lost
        self._unmatched += [s.words for s in phrase.heads[:-1] if s.value != kind]

    def _stand_table(self) -> None:
        """The table of "a cup on a table in a kitchen" is a thing after all."""
        if self._table is None or (head := self._table[0].head) is None or head.asset is None:
            return
        index = self._add(self._mention(self._table[0], head.asset))
        for subject in self._table[1]:
            self._relate(subject, "on", index)

    def _set_stars(self, phrase: Phrase) -> None:
        self._pending = None
        self._matched.append(phrase.words)
        self._scenery.starry(self._mentions)

    def _thing(self, phrase: Phrase, head: Span, before: Item | None, after: Item | None) -> None:
        asset, lost = self._naming.asset(phrase)
        if asset is None or len(self._mentions) >= MAX_THINGS:
            self._unmatched += [*(span.words for span in phrase.heads), *phrase.lost]
            if self._pending is None:
                self._subjects, self._objects, self._headless = [], [], True
            else:
                self._kind, self._objects, self._missed = self._pending.value, [], True
            self._drop_pending()
            return
        if self._negated or phrase.count == 0:
            self._matched.append(f"without {phrase.words}")
            return
        self._unmatched += [*lost, *phrase.lost]
        self._background = False
        if (index := self._repeated(phrase, asset, before)) is not None:
            return
        index = self._add(self._mention(phrase, asset), definite=phrase.determiner == "the")
        self._matched.append(phrase.words)
        self._attach(index, before, after)
        self._use_fronted(index)

    def _attach(self, index: int, before: Item | None, after: Item | None) -> None:
        """Make the new thing the object of the waiting relation, or a subject."""
        if self._side is not None:
            self._sides.append((self._side, index))
            self._side = None
        if self._pending is not None:
            self._be_object(index)
            return
        joined = (
            isinstance(before, Link)
            and before.kind in ("rel", "comma")
            and (before.kind == "comma" or before.value == "and")
        )
        opens = isinstance(after, Link) and (after.kind in ("verb", "is") or _relates(after))
        shared = self._objects or (self._missed and self._subjects)
        self._missed = False
        if joined and shared and not opens and self._kind in SHARED:
            for subject in self._subjects:
                self._relate(subject, self._kind, index)
            self._objects.append(index)
        elif joined and self._subjects and not self._objects:
            self._subjects.append(index)
        else:
            self._subjects, self._objects = [index], []

    def _be_object(self, index: int) -> None:
        link, self._pending = self._pending, None
        if link is None:
            return
        self._kind = link.value
        bare = link.value == "with" and link.kind == "rel" and self._scenery.kind is not None
        if not self._subjects and (self._headless or link.kind == "verb" or bare):
            self._subjects, self._objects, self._headless = [index], [], False
            return
        if not self._subjects:
            self._fronted.append((link.value, index))
            return
        if link.value == "between":
            self._relate(self._subjects[0], "next to", index)
        else:
            for subject in self._subjects:
                self._relate(subject, link.value, index)
        self._objects = [index]
        if link.kind == "of" and self._outer is not None:
            (self._subjects, outer), self._outer = self._outer, None
            self._objects = [*outer]


def _relates(link: Link) -> bool:
    return link.kind == "rel" and link.value not in ("and", "with", "without")
