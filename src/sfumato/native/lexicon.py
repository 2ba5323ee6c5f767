"""The words that the planner's grammar knows, as tables. Knows no assets and no sentences."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LONGEST = 5  # words in the longest phrase of any table
IRREGULAR_NOUNS: Mapping[str, str] = {
    "mice": "mouse",
    "geese": "goose",
    "men": "man",
    "women": "woman",
    "children": "child",
    "kids": "child",
    "people": "person",
    "persons": "person",
    "teeth": "tooth",
    "feet": "foot",
    "oxen": "ox",
    "dice": "die",
    "policemen": "policeman",
    "firemen": "fireman",
    "snowmen": "snowman",
    "octopi": "octopus",
    "cacti": "cactus",
    "loaves": "loaf",
}
IRREGULAR_VERBS: Mapping[str, str] = {
    "held": "hold",
    "ate": "eat",
    "eaten": "eat",
    "drank": "drink",
    "wore": "wear",
    "worn": "wear",
    "rode": "ride",
    "ridden": "ride",
    "drove": "drive",
    "driven": "drive",
    "sat": "sit",
    "stood": "stand",
    "lay": "lie",
    "lying": "lie",
    "flew": "fly",
    "flown": "fly",
    "ran": "run",
    "swam": "swim",
    "threw": "throw",
    "thrown": "throw",
    "caught": "catch",
    "hung": "hang",
    "slept": "sleep",
    "leant": "lean",
    "sang": "sing",
    "bit": "bite",
    "saw": "see",
    "placed": "place",
    "made": "make",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Tables from folded phrases (words joined by one space) to what they mean."""

    function: frozenset[str]
    adjectives: frozenset[str]
    verbs: Mapping[str, str]  # every form → the verb
    verb_relations: Mapping[str, str]  # verb → relation
    never_names: frozenset[str]
    numbers: Mapping[str, int]
    colours: Mapping[str, tuple[str, str]]  # name of scene.COLOURS, exact hex
    shades: Mapping[str, float]
    materials: Mapping[str, str]
    sizes: Mapping[str, str]
    relations: Mapping[str, str]
    worn: frozenset[str]
    held: frozenset[str]
    beings: frozenset[str]  # categories of memory
    portions: frozenset[str]
    vessels: frozenset[str]
    groups: frozenset[str]
    places: Mapping[str, str]
    places_too: frozenset[str]  # places that are also things
    swimmers: frozenset[str]
    times: Mapping[str, str]
    weathers: Mapping[str, str]
    styles: Mapping[str, str]
    transparent: frozenset[str]
    themes: Mapping[str, tuple[str, ...]]
    holders: Mapping[str, str]


@cache
def lexicon() -> Lexicon:
    """The one lexicon, read once."""
    raw = tomllib.loads(files("sfumato.native").joinpath("lexicon.toml").read_text("utf-8"))
    belongings, places = raw["belongings"], raw["places"]
    return Lexicon(
        function=frozenset(raw["function"].split()),
        adjectives=frozenset(_phrases(raw["adjectives"])),
        verbs=_verb_forms([*raw["verbs"].split(), *raw["verb_relations"]]),
        verb_relations=raw["verb_relations"],
        never_names=frozenset(raw["never_names"].split()),
        numbers=raw["numbers"],
        colours={word: (name, exact) for word, (name, exact) in raw["colours"].items()},
        shades=raw["shades"],
        materials=raw["materials"],
        sizes=raw["sizes"],
        relations=raw["relations"],
        worn=frozenset(_phrases(belongings["wearing"])),
        held=frozenset(_phrases(belongings["holding"])),
        beings=frozenset(belongings["beings"].split("|")),
        portions=frozenset(belongings["portions"].split()),
        vessels=frozenset(belongings["vessels"].split()),
        groups=frozenset(belongings["groups"].split()),
        places=_inverted({k: v for k, v in places.items() if k not in ("things_too", "swimmers")}),
        places_too=frozenset(_phrases(places["things_too"])),
        swimmers=frozenset(word.strip() for word in places["swimmers"].split("|")),
        times=_inverted(raw["times"]),
        weathers=_inverted(raw["weathers"]),
        styles=_inverted({k: v for k, v in raw["styles"].items() if k != "transparent"}),
        transparent=frozenset(raw["styles"]["transparent"]),
        themes={word: tuple(names) for word, names in raw["themes"].items()},
        holders=_inverted(raw["holders"]),
    )


def singulars(word: str) -> tuple[str, ...]:
    """What `word` may be the plural of, likeliest first; empty when it is no plural."""
    if word in IRREGULAR_NOUNS:
        return (IRREGULAR_NOUNS[word],)
    if len(word) < 3 or not word.endswith("s") or word.endswith("ss"):
        return ()
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    if word.endswith("ves"):
        return (word[:-3] + "f", word[:-3] + "fe", word[:-1])
    if word.endswith("es"):
        return (word[:-1], word[:-2])
    return (word[:-1],)


def _phrases(text: str) -> Iterable[str]:
    return (word.replace("-", " ") for word in text.split())


def _inverted(table: Mapping[str, Any]) -> dict[str, str]:
    """Meaning → its phrases (a list, or one string of hyphened words) as phrase → meaning."""
    return {
        phrase: meaning
        for meaning, phrases in table.items()
        for phrase in (phrases if isinstance(phrases, list) else _phrases(phrases))
    }


def _verb_forms(verbs: Iterable[str]) -> dict[str, str]:
    forms = dict(IRREGULAR_VERBS)
    for verb in verbs:
        stem = verb[:-1] if verb.endswith("e") else verb
        doubled = verb + verb[-1]
        third = verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"
        past = verb[:-1] + "ied" if third.endswith("ies") else stem + "ed"
        for form in (verb, third, verb + "es", past, stem + "ing", doubled + "ing", doubled + "ed"):
            forms.setdefault(form, verb)
        if verb.endswith("ee"):
            forms.setdefault(verb + "ing", verb)
    return forms
