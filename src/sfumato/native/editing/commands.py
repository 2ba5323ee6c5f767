"""An instruction's text → the single commands in it. Knows verbs, politeness and "and".

Knows nothing about what the commands are about.
"""

import re

MAKE = "make|turn|paint|colou?r|recolou?r|dye|tint|change|set|keep|render|redraw|draw|let|have|do"
REMOVE = (
    "remove|delete|erase|get rid of|take (?:away|off|out)|take|drop|lose|hide|eliminate|cut"
    " out|clear"
    "|stop|without|no more|no"
)
ADD = "add|insert|include|place|put|stick|attach|hang|give|draw|set|show|bring in|dress|paint"
OTHER = (
    "replace|swap|exchange|substitute|transform|convert|move|shift|slide|push|pull|nudge|bring|send"
    "|lift|raise|lower|drag|enlarge|shrink|grow|scale|resize|double|halve|triple|reduce|increase"
    "|decrease|magnify|flip|mirror|reverse|rotate|tilt|spin|restyle|write|say|use|rename|put on"
    "|rewrite|spell"
)
VERBS = rf"(?:{MAKE}|{REMOVE}|{ADD}|{OTHER})"
SCENE_WORDS = r"(?:(?:now )?at night|now|by night|with (?:snow|rain|stars)|in the (?:snow|rain))"
MOST_COMMANDS = 24
LONGEST_COMMAND = 300  # characters
LONGEST_READ = 3_000  # characters of all that are read
_POLITE = re.compile(
    r"^(?:(?:please|now|then|also|and|but|so|just|finally|next|first|ok|okay|hey|hi|well|instead|"
    r"afterwards|after that|can you|could you|would you|will you|can we|could we|i want you to|"
    r"i want|i would like you to|i would like|i'd like you to|i'd like|i need you to|we need"
    r" to|you should|let's|"
    r"let us|try to|go ahead and|kindly)\b[\s,:]*)+",
    re.I,
)
_TAIL = re.compile(
    r"[\s,]*\b(?:please|thanks|thank you|for me|if you can|as well|too)[\s.!]*$", re.I
)
_COMMAS = re.compile(r",[ ,]*, ?")
_HARD = re.compile(
    r"[.;!?\n]+(?=\s|$)|(?:,\s*)?(?:\band\s+)?\b(?:then|afterwards|after that)\b", re.I
)
_SOFT = re.compile(
    rf"(?:\s*,\s*(?:and\s+|but\s+)?|\s+and\s+|\s+but\s+|\s*&\s*)(?={VERBS}\b|{SCENE_WORDS}\b)", re.I
)


def commands(text: str) -> list[str]:
    """The commands in order, polite words gone; quotes must be marked by then."""
    found = []
    lines = (" ".join(line.split()) for line in text.replace("\u2019", "'").splitlines())
    plain = _COMMAS.sub(", ", "\n".join(lines))  # no run of blanks or commas is left
    for sentence in _HARD.split(plain):
        found += [c for part in _soft(sentence) if (c := _bare(part))]
    return found


def readable(text: str) -> tuple[list[str], list[str]]:
    """The commands that are few and short enough to be read, and the others.

    Reading compares each word of a command with all the others, so its time grows with the square
    of the length: an instruction of 32,000 characters would take minutes. Nobody says as much to
    have one picture changed.
    """
    read: list[str] = []
    left: list[str] = []
    length = 0
    for command in commands(text):
        fits = len(command) <= LONGEST_COMMAND and length + len(command) <= LONGEST_READ
        if fits and len(read) < MOST_COMMANDS:
            read.append(command)
            length += len(command)
        else:
            left.append(command)
    return read, left


def _soft(sentence: str) -> list[str]:
    """Parts at "and", "but" or a comma before a new command."""
    parts, start = [], 0
    for match in _SOFT.finditer(sentence):
        if _bare(sentence[start : match.start()]):
            parts.append(sentence[start : match.start()])
            start = match.end()
    return [*parts, sentence[start:]]


def _bare(part: str) -> str:
    part = " ".join(part.split()).strip(" ,.:!?")
    return _TAIL.sub("", _POLITE.sub("", part)).strip(" ,.:!?")


def listed(words: str) -> list[str]:
    """ "The hat and the scarf, the ring" → its members."""
    return [w for w in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", words) if w.strip()]
