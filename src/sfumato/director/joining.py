"""Orders that take several pictures into one: "put both together", "use this as the background".

The picture that changes comes first, the others are called by their number in the list, as the
edit grammar wants it. Knows no other changes.
"""

import re
from collections.abc import Sequence

from sfumato.director.decision import Decision
from sfumato.director.pointing import Pointed, named, pointed_at
from sfumato.director.request import Request
from sfumato.director.turns import Shown

ONE_ONLY = "There is only one picture to put together. Send or describe another one first."
SPOTS = ("on the right", "on the left", "at the top", "at the bottom")
_US = (
    r"(?:them|both|these|those|it all|all(?: of them)?|everything"
    r"|the (?:two|three|four|pictures|images))"
)
_JOIN = re.compile(
    rf"(?:put|bring|place|show|get|draw|paste|stick|have) (?P<what>{_US}\b.*?|.+? and .+?)"
    r" (?:together|side by side|next to each other|(?:in|into|on)(?:to)? (?:one|a single|the same)"
    r"(?: (?:picture|image|scene|photo))?)(?: (?:in|into|on) .+)?"
    r"|(?:combine|merge|join|blend|fuse|mix|unite|stitch|collage)(?: (?P<these>.+?))?"
    r"(?: together| (?:in|into) (?:one|a single|an?)(?: \w+)?)?"
    rf"|(?P<bare>{_US}|(?:the )?(?:first|last) (?:two|three|four)(?: \w+)?)"
    r" (?:together|side by side)"
    r"|(?:put )?(?P<both>both|all of them|them) (?:in|into) (?:one|a single|the same)(?: \w+)?"
    r"|(?:make|create|draw) (?:a |one )?(?:collage|combination|single (?:picture|image))"
    r"(?: (?:of|from|out of|with) (?P<of>.+))?",
    re.I,
)
_BACKGROUND = re.compile(
    r"(?:put|place|set|move|paste|show) (?P<who>.+?) (?:on|onto|in|into|in front of|over)"
    r"(?: top of)? (?P<where>this|that)(?: (?:new )?[\w-]+)?"
    r"|(?:use|take|make|set|put|have) (?P<what>(?!an? ).+?) (?:(?:as|be|to be|for) )?"
    r"(?:(?:the|a|my|its|our) )?(?:new )?(?:background|backdrop)"
    r"(?: (?:of|for|behind|to) (?P<whose>.+))?",
    re.I,
)
_ADDED = re.compile(
    r"(?P<verb>add|put|place|insert|paste|include|show|set|bring)"
    r" (?P<what>this|that|it|the (?:upload|attachment)|(?:this|that|my|the attached|the uploaded)"
    r" (?!background|backdrop)[\w'-]+(?: [\w'-]+)?)"
    r" (?P<how>in|into|to|onto|on|next to|beside|behind|in front of)"
    r" (?P<where>it|him|her|(?:the|my|your) .+)",
    re.I,
)
_BESIDE = re.compile(
    r"(?:put|place|add|move|show|draw) (?P<what>(?:the|my) [\w' -]+?)"
    r" (?P<how>next to|beside|into|onto|in front of|behind|on|in|under|with)"
    r" (?P<where>(?:the|my) [\w' -]+)",
    re.I,
)
_PLACING = re.compile(
    r"(?:put|place|add|insert|paste|take|bring|move|copy|include|show|use)\b", re.I
)
_INTO = re.compile(r"\b(?:into|onto|to|in|on|with|in front of|next to|beside|behind)\s+$", re.I)
_SCENE = re.compile(
    r"it|him|her|(?:the|my|your) (?:(?:other|last|first|earlier) )?(?:picture|image|photo|"
    r"scene|drawing|one)",
    re.I,
)
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|with)\s+", re.I)


def joined(request: Request) -> Decision | None:
    """One picture out of several, None when the words do not ask for it."""
    text = request.text.rstrip(" .!?")
    for reader in (_background, _together, _added, _placed):
        if (decision := reader(text, request)) is not None:
            return decision
    return None


def _together(text: str, request: Request) -> Decision | None:
    match = _JOIN.fullmatch(text)
    if match is None:
        return None
    what = next((said for said in match.groupdict().values() if said), "")
    pictures = _listed(what, request)
    if len(pictures) < 2:
        if not re.match(rf"{_US}\b|$", what, re.I):
            return None  # things of one picture
        return None if request.required else Decision(text=ONE_ONLY)
    orders = [f"put picture {n} {spot}" for n, spot in zip(range(2, 6), SPOTS, strict=False)]
    more = [f"put picture {n} at the top" for n in range(6, len(pictures) + 1)]
    instruction = " and ".join([*orders, *more][: len(pictures) - 1])
    return request.drawn(request.edit(instruction, *pictures))


def _listed(what: str, request: Request) -> Sequence[Shown]:
    """The pictures that are meant: by pointing, by what they show, else those at hand."""
    talk = request.talk
    pointed = _distinct(pointed_at(what, talk))
    if len(pointed) > 1:
        return pointed
    parts = [p for p in _AND.split(what) if p]
    if len(parts) > 1:
        found = [_one(part, request) for part in parts]
        return tuple(dict.fromkeys(p for p in found if p)) if all(found) else ()
    if not re.match(rf"{_US}\b|$", what, re.I):
        return ()
    if len(talk.attached) == 1 and len(talk.pictures) > 1:
        earlier = [p for p in talk.pictures if p not in talk.attached]
        return (earlier[-1], *talk.attached)
    group = next((g for g in (talk.attached, talk.batch, talk.pictures) if len(g) > 1), ())
    count = {"three": 3, "four": 4, "all": len(group)}
    wanted = next((n for word, n in count.items() if re.search(rf"\b{word}\b", what, re.I)), 2)
    chosen = group if group is not talk.pictures else group[-wanted:]
    return chosen[-wanted:] if re.match(r"both|the two", what, re.I) else chosen


def _one(words: str, request: Request) -> Shown | None:
    pointed = pointed_at(words, request.talk)
    if pointed and len(pointed[0].pictures) == 1:
        return pointed[0].pictures[0]
    if words.lower() in ("it", "this", "that"):
        return request.talk.newest
    return named(words, request.talk)


def _background(text: str, request: Request) -> Decision | None:
    """The picture that becomes the background is the one that changes."""
    match = _BACKGROUND.fullmatch(text)
    if match is None:
        return None
    ground = _one(match["what"] or match["where"], request)
    if match["where"] and not request.talk.attached:
        return None  # "put it on that table"
    if ground is None:
        return None
    whose = match["whose"] or match["who"]
    others = [p for p in request.talk.pictures if p is not ground]
    thing = named(whose, request.talk, but=ground) if whose else None
    pointed = _distinct(pointed_at(whose, request.talk)) if whose else ()
    front = (
        thing
        or next((p for p in pointed if p is not ground), None)
        or (others[-1] if others else None)
    )
    if front is None:
        return None if request.required else Decision(text=ONE_ONLY)
    return request.drawn(request.edit("put picture 2 in the middle", ground, front))


def _added(text: str, request: Request) -> Decision | None:
    """ "Put this into the picture": what was sent along goes into an earlier one."""
    match, talk = _ADDED.fullmatch(text), request.talk
    if match is None or len(talk.attached) != 1:
        return None
    earlier = [p for p in talk.pictures if p not in talk.attached]
    pointed = [p for p in _distinct(pointed_at(match["where"], talk)) if p in earlier]
    ground = next(iter(pointed), None) or named(match["where"], talk, but=talk.attached[0])
    if ground is None and earlier and _SCENE.fullmatch(match["where"]):
        ground = earlier[-1]
    if ground is None:
        return None
    how = match["how"].lower()
    beside = how in ("next to", "beside", "behind", "in front of")
    where = f" {how} {match['where']}" if beside else ""
    return request.drawn(request.edit(f"put picture 2{where}", ground, talk.attached[0]))


def _placed(text: str, request: Request) -> Decision | None:
    """ "Put the fox of the first picture into the second": each is called by its number."""
    if not _PLACING.match(text):
        return None
    if (beside := _BESIDE.fullmatch(text)) and (both := _apart(beside, request)):
        said = f"put picture 2 {beside['how']} {beside['where']}"
        return request.drawn(request.edit(said, *both))
    points = [p for p in pointed_at(text, request.talk) if len(p.pictures) == 1]
    pictures = list(_distinct(points))
    newest = request.talk.newest
    if len(pictures) == 1 and newest and pictures[0] is not newest and _taken(text, points[0]):
        pictures.append(newest)
    if len(pictures) < 2:
        return None
    into = [p.pictures[0] for p in points if _INTO.search(text[: p.start])]
    ground = into[-1] if into and into[-1] in pictures else pictures[-1]
    pictures = [ground, *(p for p in pictures if p is not ground)]
    for point in reversed(points):
        number = pictures.index(point.pictures[0]) + 1
        name = "the first picture" if number == 1 else f"picture {number}"
        text = f"{text[: point.start]}{name}{text[point.end :]}"
    return request.drawn(request.edit(text, *pictures))


def _apart(match: re.Match[str], request: Request) -> tuple[Shown, Shown] | None:
    """The picture of what stays and that of what goes there, when they are two."""
    ground, thing = named(match["where"], request.talk), named(match["what"], request.talk)
    if ground is None or thing is None or ground is thing:
        return None
    return None if named(f"{match['what']} {match['where']}", request.talk) else (ground, thing)


def _taken(text: str, point: Pointed) -> bool:
    """Whether something is to be taken from there, to go into the newest picture."""
    return bool(re.search(r"\b(?:from|of|out of)\s+$", text[: point.start], re.I))


def _distinct(points: Sequence[Pointed]) -> tuple[Shown, ...]:
    return tuple(dict.fromkeys(picture for point in points for picture in point.pictures))
