"""Rules about where things are: the background, and moving. Knows no verbs of making."""

import re
from collections.abc import Callable

from sfumato.native.editing.changes import Change, ChangeBackdrop, Light, Move, Weather
from sfumato.native.editing.hearing import Hearing
from sfumato.native.editing.qualities import colour_words, scene_quality
from sfumato.native.lexicon import lexicon
from sfumato.native.memory import fold
from sfumato.native.phrases import colour_of
from sfumato.native.reading import Mention
from sfumato.native.scenery import COLOURED

BACKGROUND = (
    r"(?:the |its |a |an |this )?(?:whole )?(?:background|backdrop|back ground|scenery|setting"
    r"|surroundings)"
)
STEP, SMALL_STEP, LARGE_STEP = 0.2, 0.1, 0.35  # of the short edge
WAYS = {
    "left": (-1, 0),
    "right": (1, 0),
    "up": (0, -1),
    "down": (0, 1),
    "upward": (0, -1),
    "upwards": (0, -1),
    "downward": (0, 1),
    "downwards": (0, 1),
    "higher": (0, -1),
    "lower": (0, 1),
    "leftward": (-1, 0),
    "rightward": (1, 0),
    "leftwards": (-1, 0),
    "rightwards": (1, 0),
    "top": (0, -1),
    "bottom": (0, 1),
}
_WAY = "|".join(sorted(WAYS, key=len, reverse=True))
_HOW = r"(?:a (?:little )?bit|a little|slightly|a lot|much|far|further|more|way)"
_VERB = (
    r"(?:move|shift|slide|push|pull|nudge|bring|send|lift|raise|lower|drag|place|put|set|place"
    r"|hang|get)"
)
_SKYLESS = ("plain", "gradient", "room", "table", "space", "underwater")


def is_background(words: str) -> bool:
    return re.fullmatch(BACKGROUND, words.strip(), re.I) is not None


def backdrop_of(words: str, heard: Hearing) -> list[Change] | None:
    """The backdrop that `words` name: a colour, a gradient, a place, nothing; an hour with it."""
    said = re.sub(r"^(?:to be |be |look like |become |be like )+", "", fold(words))
    if said in ("transparent", "see through", "nothing", "none", "empty", "clear", "gone"):
        return [ChangeBackdrop(transparent=True)]
    if colour := colour_words(
        re.sub(r"^(?:plain|solid|simple) |(?: background| backdrop)$", "", said)
    ):
        return [ChangeBackdrop(kind="plain", colours=(_tone(colour),))]
    if (found := scene_quality(said)) is not None:
        return found
    if "gradient" in said:
        tones = tuple(_tone(word) for word in said.split() if word in lexicon().colours)
        return [ChangeBackdrop(kind="gradient", colours=tones)]
    reading = heard.read(_as_place(said))
    if reading.backdrop is None and not reading.backdrop_colours:
        reading = heard.read(f"on {said}")
    if reading.backdrop is None and not reading.backdrop_colours:
        heard.missing.append(heard.shown(words))
        return None
    changes: list[Change] = [
        ChangeBackdrop(kind=reading.backdrop, colours=reading.backdrop_colours)
    ]
    changes += [Light(night=True)] if reading.night else []
    changes += [Weather(weather=reading.weather)] if reading.weather else []
    heard.missing.extend(reading.unmatched)
    return changes


def background_in(words: str, heard: Hearing) -> list[Change] | None:
    """ "A beach in the background", "a blue background": what is added is a backdrop."""
    said = re.sub(r"^(?:an?|the|some) ", "", fold(words))
    if match := re.fullmatch(r"(.+) (?:background|backdrop)(?: behind .+)?", said):
        return backdrop_of(match[1], heard)
    match = re.fullmatch(r"(.+?) (?:in the background|as (?:the )?(?:background|backdrop))", said)
    if match and match[1] in lexicon().places and heard.knows(match[1]) is None:
        return backdrop_of(match[1], heard)
    return None


def _as_place(said: str) -> str:
    words = re.sub(r"^(?:(?:an?|the|in|on|at|inside|under|with|into|onto|to) )+", "", said)
    return f"in the {words}"


def _backdrop_set(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    return backdrop_of(match["to"], heard)


def _sky_set(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """The sky of an outdoor picture; elsewhere the backdrop becomes a sky."""
    colour = colour_words(match["to"])
    if colour is None:
        return scene_quality(match["to"])
    kind = "sky" if heard.scene.backdrop.kind in _SKYLESS else None
    return [ChangeBackdrop(kind=kind, colours=(_tone(colour),))]


def _surface_set(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """The wall of a room, the table: a backdrop that shows an asked colour."""
    colour = colour_words(match["to"])
    kind = heard.scene.backdrop.kind
    if colour is None or kind not in COLOURED or heard.knows(match["what"]):
        return None
    return [ChangeBackdrop(colours=(_tone(colour),))]


def _tone(colour: str) -> str:
    name, exact = colour_of(colour)
    return name if colour == name else exact


def _placed_in(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "Put it on the beach": the picture's place, when no thing there is called so."""
    what, place = match["what"], match["place"]
    found = heard.knows(what)
    if not found or heard.knows(place) or heard.knows(place.removeprefix("the ")):
        return None
    said = fold(place)
    if re.search(r"\b(?:transparent|.+ background|.+ backdrop)\b", said):
        bare = re.sub(r"\b(?:an?|the|background|backdrop|no) ?", "", said).strip()
        return backdrop_of(bare, heard) if bare else None
    if heard.side(f"x {match['prep']} {place}")[1] is not None:
        return None
    reading = heard.read(f"a thing {match['prep']} {place}")
    if reading.backdrop is None or reading.mentions:
        return None
    extra: list[Change] = [Light(night=True)] if reading.night else []
    extra += [Weather(weather=reading.weather)] if reading.weather else []
    return [ChangeBackdrop(kind=reading.backdrop, colours=reading.backdrop_colours), *extra]


def _moved(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "Move the fox a bit to the left and up"."""
    found = heard.knows(match["what"])
    if not found:
        return None
    how = fold(match["how"] or match["how2"] or "")
    step = SMALL_STEP if re.search("bit|little|slightly", how) else LARGE_STEP if how else STEP
    right = down = 0.0
    for way in re.findall(_WAY, match["ways"].lower()):
        right += WAYS[way][0] * step
        down += WAYS[way][1] * step
    return [Move(which=found, right=right, down=down)] if right or down else None


def _raised(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    found = heard.knows(match["what"])
    down = STEP if match["verb"].lower() == "lower" else -STEP
    return [Move(which=found, down=down)] if found else None


def _moved_to(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """To a side of the picture, or into a relation to something that is there."""
    words = match["what"]
    what, relation, to = heard.relation(words)
    moved = heard.knows(what) if relation else None
    if relation and moved and not set(moved) & set(to):
        kind = relation
        things = heard.things(moved)
        if relation == "on" and things:
            worn = Mention(
                concept=things[0].concept, asset=things[0].asset, words=things[0].concept
            )
            kind = "wearing" if heard.worn_or_held(worn, to) == "wearing" else relation
        return [Move(which=moved, relation=kind, to=to)]
    what, side = heard.side(words)
    found = heard.knows(what)
    if side in ("back", "front") or not found or side is None:
        return None
    return [Move(which=found, side=side)]


Reader = Callable[[re.Match[str], Hearing], list[Change] | None]
RULES: tuple[tuple[str, Reader], ...] = (
    (
        rf"(?:change|make|turn|set|switch|paint|colou?r|replace|swap|give it|use)"
        rf" {BACKGROUND}(?: colou?r)?(?: to be| to| into| with| by| for| be| in)? (?P<to>.+)",
        _backdrop_set,
    ),
    (r"(?:change|make|turn|set|paint|colou?r) the sky(?: to| into| be)? (?P<to>.+)", _sky_set),
    (
        r"(?:change|make|turn|set|paint|colou?r) (?P<what>the (?:walls?|table|room|desk"
        r"|floor))(?: to| into| be| in)? (?P<to>.+)",
        _surface_set,
    ),
    (
        r"(?:put|place|move|set|show|draw|take|bring|send) (?P<what>.+?) (?P<prep>in|on|at"
        r"|into|onto|under|inside|to|against|before|in front of|with) (?P<place>.+)",
        _placed_in,
    ),
)
MOVES: tuple[tuple[str, Reader], ...] = (
    (
        rf"{_VERB} (?P<what>.+?) (?P<how>{_HOW} )?(?P<ways>(?:(?:to(?:wards?)? )?(?:the"
        rf" )?(?:{_WAY}))(?:,? and (?:to the )?(?:{_WAY}))*)(?: by)?(?P<how2> {_HOW})?",
        _moved,
    ),
    (r"(?P<verb>raise|lift|lower) (?P<what>.+?)(?: up| down)?", _raised),
    (rf"{_VERB} (?P<what>.+)", _moved_to),
)
