"""The rules by which a command is understood: a pattern of words, and what it then means.

Tried in order; the first whose meaning makes sense wins. Knows nothing about scenes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sfumato.native.editing import meanings, places, wordings
from sfumato.native.editing.changes import Change
from sfumato.native.editing.hearing import Hearing
from sfumato.native.editing.meanings import IT
from sfumato.native.editing.qualities import BIGGER, SMALLER

Reader = Callable[[re.Match[str], Hearing], list[Change] | None]

MAKE = r"(?:make|turn|paint|colou?r|recolou?r|dye|tint|change|set|keep|have|transform|convert)"
REMOVE = (
    r"(?:remove|delete|erase|get rid of|take (?:away|off|out)|take|drop|lose|hide|eliminate"
    r"|cut out|clear|without|no more|no|stop)"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """`read` gives the changes that a match means, or None: then the next rule is tried."""

    pattern: re.Pattern[str]
    read: Reader


def _rule(pattern: str, read: Reader) -> Rule:
    return Rule(re.compile(pattern, re.I), read)


_SIZE_VERBS = (
    "enlarge|grow|scale up|magnify|increase|shrink|scale down|reduce|decrease|double|triple|halve"
    "|scale|resize"
)
_DEGREES = r"(?P<n>\d{1,3}) ?(?:degrees|deg|°)"
_CLOCK = r"(?:to the )?(?P<way>left|right|clockwise|counter ?-?clockwise|anti ?-?clockwise)"
_BIG = rf"(?:{BIGGER}|{SMALLER})"
RULES: tuple[Rule, ...] = (
    *(Rule(re.compile(p, re.I), r) for p, r in wordings.RULES),
    *(Rule(re.compile(p, re.I), r) for p, r in places.RULES),
    _rule(
        rf"(?:{MAKE}|let|draw|redraw|render|restyle|do|show|put|give|add) {IT}(?:,| be| look"
        rf"| into| to| as| in| with| like)* (?P<what>.+)",
        meanings.scene_made,
    ),
    _rule(
        r"(?:change|switch|turn|convert|restyle|redraw) (?:it |the \w+ |\w+ )?(?:from \w+"
        r" )?(?:in)?to (?P<what>.+)",
        meanings.scene_made,
    ),
    _rule(r"(?:it (?:is|should be|'s)|it's|let there be) (?P<what>.+)", meanings.scene_made),
    _rule(
        rf"{REMOVE} (?:all )?(?:the )?(?P<what>.+?)(?: away| off| out| from .+)?",
        meanings.weather_gone,
    ),
    _rule(
        r"(?:change|set|make|turn) (?:the )?colou?r of (?P<what>.+?) (?:from \w+"
        r" )?(?:in)?(?:to )?(?P<to>\w+(?: \w+)?)",
        meanings.recoloured,
    ),
    _rule(
        r"(?:change|set|make|turn) (?P<what>.+?)(?:'s)? colou?r (?:from \w+ )?(?:to"
        r" )?(?P<to>\w+(?: \w+)?)",
        meanings.recoloured,
    ),
    _rule(
        r"(?:change|turn) (?P<what>.+?) from \w+ (?:in)?to (?P<to>\w+(?: \w+)?)",
        meanings.recoloured,
    ),
    _rule(r"(?:change|set) the number of (?P<what>.+?) to (?P<n>\w+)", meanings.number_changed),
    _rule(
        r"(?:(?:make (?:it|that|them|sure) |have |let )?there (?:should |shall |must |to"
        r" )?(?:be |are |is )?|make (?:it|that|them) |(?:i want )?exactly )(?P<what>(?:\w+)"
        r" .+)",
        meanings.counted,
    ),
    _rule(
        rf"(?:{MAKE}|replace|use|draw|have)? ?(?P<to>.+?) (?:instead of|rather than|in place"
        rf" of) (?P<what>.+)",
        meanings.instead,
    ),
    _rule(
        r"(?:swap|exchange|switch)(?: the places? of| the positions? of)? (?P<what>.+?)"
        r" (?:and|with|for) (?P<to>.+?)(?: around| places)?",
        meanings.swapped,
    ),
    _rule(
        r"(?:replace|swap|exchange|switch|change) (?P<what>.+?) (?:with|by|for|against) (?P<to>.+)",
        meanings.replaced,
    ),
    _rule(r"substitute (?P<to>.+?) for (?P<what>.+)", meanings.replaced),
    _rule(
        r"(?:turn|change|transform|convert|make|morph) (?P<what>.+?) (?:in)?to (?P<to>.+)",
        meanings.replaced,
    ),
    _rule(r"make (?P<what>\S+(?: \S+)?) (?P<to>an? .+)", meanings.replaced),
    _rule(
        rf"(?:{MAKE}|let|have|dress|get)? ?(?P<what>.+?) (?:should |to |must |now"
        rf" )?(?P<verb>wear|wears|wearing|hold|holds|holding|carry|carries|carrying|ride"
        rf"|rides|riding|read|reads|reading|play|plays|playing|eat|eats|eating) (?P<new>.+)",
        meanings.doing,
    ),
    _rule(r"(?P<verb>dress) (?P<what>.+?) (?:in|with) (?P<new>.+)", meanings.doing),
    _rule(r"(?:give|lend|hand|get|buy) (?P<what>.+)", meanings.belongs),
    _rule(r"(?:keep|leave|show) only (?P<what>.+)", meanings.kept_only),
    _rule(r"(?:keep|leave) (?P<what>.+?)(?: as (?:it is|they are|is)| alone)?", meanings.kept),
    _rule(
        rf"{REMOVE} everything (?:but|except|apart from|other than) (?P<what>.+)",
        meanings.kept_only,
    ),
    _rule(
        rf"{REMOVE} (?P<what>.+?)(?: away| off| out| from (?:it|the (?:picture|image|scene"
        rf"|background)))?",
        meanings.removed,
    ),
    *(Rule(re.compile(p, re.I), r) for p, r in places.MOVES),
    _rule(
        rf"(?P<verb>{_SIZE_VERBS}) (?P<what>.+?)(?: (?P<how>(?:by|to) .+|a lot|a bit|a"
        rf" little|slightly|much|twice|three times))?",
        meanings.resized,
    ),
    _rule(
        r"(?:flip|mirror|reverse) (?P<what>.+?)(?: (?P<how>horizontally|vertically|upside"
        r" down|around|over|left to right))?",
        meanings.flipped,
    ),
    _rule(rf"turn (?P<what>.+?)(?: by)? {_DEGREES}(?: {_CLOCK})?", meanings.turned),
    _rule(rf"turn (?P<what>.+?) {_CLOCK}(?: by)?(?: {_DEGREES})?", meanings.turned),
    _rule(
        rf"(?:rotate|tilt|spin|lean) (?P<what>.+?)(?: by)?(?: {_DEGREES})?(?: {_CLOCK})?",
        meanings.turned,
    ),
    _rule(rf"(?:{MAKE}|have|let|get) (?P<what>.+)", meanings.made),
    _rule(
        r"(?:add|put|place|insert|draw|include|paint|set|show|hang|stick|attach|bring in|use"
        r"|there is|there are|have) (?:in |on )?(?P<what>.+)",
        meanings.added,
    ),
    _rule(r"with (?P<what>.+)", meanings.along_with),
    _rule(r"(?P<what>.+)", meanings.bare_quality),
    _rule(r"(?P<what>.+)", meanings.scene_made),
    _rule(rf"(?P<what>.+? (?:be |is |are )?(?:{_BIG}|\w+))", meanings.made),
    _rule(r"(?P<what>.+)", meanings.described),
    _rule(r"(?P<what>(?:an?|another|one more|two|three|four|five|some|more) .+)", meanings.added),
    _rule(
        r"(?P<what>.+ (?:on|in|above|below|under|behind|next to|beside|left|right) .+)",
        meanings.added,
    ),
)
