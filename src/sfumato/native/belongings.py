"""What "with" and "on the left" mean for two things. Knows nothing about word order."""

from collections.abc import Iterator, Sequence

from sfumato.native.lexicon import lexicon
from sfumato.native.memory import Memory
from sfumato.native.reading import Mention, Relation

BEINGS = ("snowman", "snowman without snow", "teddy bear", "robot", "scarecrow", "rubber duck")
FLAT = frozenset(("plate", "tray", "shelf"))  # vessels that carry things on them
POSSESSIVE = ("his", "her", "its", "their", "my", "your")
BODY = {
    **dict.fromkeys(("mouth", "hand", "paw", "arm"), "holding"),
    **dict.fromkeys(("head", "neck", "back", "shoulder", "foot", "eye", "nose", "face"), "wearing"),
}
CARRYING = ("back", "head", "shoulder")  # parts on which others stand
SIDES = {"back": "behind", "front": "in front of", "top": "above", "bottom": "below"}


def with_kind(subject: Mention, other: Mention, memory: Memory) -> str:
    """The relation of `subject` to `other` in "subject with other"; "~" turns it around."""
    known = lexicon()
    words = {other.concept, other.concept.split()[-1], _last_word(other)}
    vessel = _last_word(subject)
    if words & known.places_too:
        return "~behind"
    if is_being(subject, memory) and words & known.worn:
        return "wearing"
    if is_being(subject, memory) and words & known.held:
        return "holding"
    if vessel in known.vessels:
        return "~on" if vessel in FLAT else "~in"
    return "next to"


def is_being(mention: Mention, memory: Memory) -> bool:
    """Whether a thing can wear, hold and speak."""
    if mention.asset is None:
        return False
    return memory[mention.asset].category in lexicon().beings or mention.concept in BEINGS


def by_sides(sides: Sequence[tuple[str, int]], things: int) -> Iterator[Relation]:
    """ "A cat on the left and a dog on the right", "a tree in the background"."""
    placed = [index for _, index in sides]
    main = [index for index in range(things) if index not in placed][:1]
    left = [index for side, index in sides if side == "left"]
    right = [index for side, index in sides if side == "right"]
    for one in left or (main if right else []):
        for other in right or main:
            yield Relation(subject=one, kind="left of", object=other)
    for side, index in sides:
        others = main or [i for i in placed if i != index]
        if side in SIDES and others:
            yield Relation(subject=index, kind=SIDES[side], object=others[0])


def _last_word(mention: Mention) -> str:
    return mention.words.split()[-1].lower() if mention.words else ""
