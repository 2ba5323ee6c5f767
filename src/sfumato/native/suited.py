"""Drawings that suit what is done with them: who reads holds an open book.

Also tells which worn things a drawing shows already: a cook has a hat on. Tables of asset slugs;
a stand-in comes from the same set. Knows nothing about places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sfumato.native.kinds import HATS, SWIMMERS, is_one_of
from sfumato.native.reading import Mention, Reading, Relation
from sfumato.native.watering import Shelf

OPENED: Mapping[str, str] = {"closed-book": "open-book"}
BAREHEADED: Mapping[str, str] = {"snowman": "bare-snowman", "snowman-without-snow": "bare-snowman"}
FILLED: Mapping[str, str] = {"package": "cardboard-box"}
WATERED: Mapping[str, str] = {"bowl": "fish-bowl"}
ONE_OF_OURS = "sfumato"
# What a drawing of this slug wears already.
CLOTHED: Mapping[str, frozenset[str]] = {
    slug: frozenset(worn.split())
    for slugs, worn in (
        ("cook cook-whole farmer farmer-whole person-mage person-mage-whole", "hat"),
        ("woman-mage woman-mage-whole santa-claus santa-claus-whole pirate", "hat"),
        ("police-officer police-officer-whole", "hat cap"),
        ("astronaut astronaut-whole firefighter firefighter-whole knight", "helmet hat"),
        ("person-with-crown person-with-crown-whole princess princess-whole", "crown"),
        ("prince prince-whole", "crown"),
        ("scientist scientist-whole", "glasses goggles"),
    )
    for slug in slugs.split()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suited:
    """The reading with suited drawings; `shown` are mentions that another one wears already."""

    reading: Reading
    shown: frozenset[int]


def suited(reading: Reading, memory: Shelf) -> Suited:
    """Exchange drawings along the relations."""
    mentions = list(reading.mentions)
    shown = set()
    for relation in reading.relations:
        one, other = mentions[relation.subject], mentions[relation.object]
        if _wears(one, other, relation):
            shown.add(relation.object)
            continue
        mentions[relation.subject] = _as_subject(one, other, relation, memory)
        mentions[relation.object] = _as_object(one, other, relation, memory)
    return Suited(
        reading=replace(reading, mentions=tuple(mentions)),
        shown=frozenset(shown),
    )


def _as_subject(one: Mention, other: Mention, relation: Relation, memory: Shelf) -> Mention:
    if relation.kind == "wearing" and is_one_of(other.concept, HATS):
        return _exchanged(one, BAREHEADED, memory)
    return one


def _as_object(one: Mention, other: Mention, relation: Relation, memory: Shelf) -> Mention:
    if relation.kind == "reading":
        return _exchanged(other, OPENED, memory)
    if relation.kind != "in":
        return other
    if is_one_of(one.concept, SWIMMERS):
        other = _exchanged(other, WATERED, memory)
    return _exchanged(other, FILLED, memory)


def _wears(one: Mention, other: Mention, relation: Relation) -> bool:
    """Whether the drawing shows it already, and nothing was said about its looks."""
    plain = other.colour is None and other.size == "normal" and other.count == 1
    worn = CLOTHED.get(_slug(one), frozenset())
    return relation.kind == "wearing" and plain and is_one_of(other.concept, worn)


def _exchanged(mention: Mention, table: Mapping[str, str], memory: Shelf) -> Mention:
    slug = table.get(_slug(mention))
    if slug is None or mention.asset is None:
        return mention
    for home in (mention.asset.split("/")[0], ONE_OF_OURS):
        if f"{home}/{slug}" in memory:
            return replace(mention, asset=f"{home}/{slug}", concept=slug.replace("-", " "))
    return mention


def _slug(mention: Mention) -> str:
    return (mention.asset or "/").split("/")[-1]
