"""Orders about pictures that are pointed at: "the second one, but red", "go back to the cat".

Knows no orders but what is said of them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from sfumato.director.answering import LIKED
from sfumato.director.conversation import Conversation
from sfumato.director.decision import Decision
from sfumato.director.ordering import AS_IT_IS, change, described, reworded
from sfumato.director.phrases import phrases
from sfumato.director.pointing import Pointed, named, pointed_at
from sfumato.director.repeating import repeated
from sfumato.director.request import Request

_TAKE = re.compile(
    r"(?:(?:(?:go|come|get|switch|return|revert|change)(?: me)? )?back to|return to|revert to|take"
    r"|use|keep|pick|choose|select|(?:continue|work|go on|let's go|go|carry on) (?:with|from|on)"
    r"|start from|for|from|with|on|in|about|show(?: me)?|give me|edit|change|modify"
    r"|i(?:'ll| will)? (?:like|love|prefer|want|meant?|choose|pick|take)|let me (?:see|have))"
    r"(?: only| just)? it\b(?: again| better| best| more| most| back)?[,;:. ]*"
    r"(?:(?:and|but|only|just|now|then|except)\b *)*",
    re.I,
)
_IT = re.compile(r"it\b[,;: ]*(?:(?:and|but|only|just|now|then|except|please)\b[, ]*)*", re.I)
_SENTENCE = re.compile(r"(?:should|must|needs?|has to|is|was|could|can)\b", re.I)
_OF_IT = re.compile(r" (?:of|from|in|for) it$", re.I)
_DROP = re.compile(r"(?:remove|delete|drop|erase|discard|forget)(?: about)? it", re.I)
_LIKED = re.compile(r"(?:i(?:'ll| will)? )?(?:like|love|prefer)\b", re.I)
_BACK = re.compile(
    r"(?:(?:go|come|get|switch|return|revert) back to|return to|revert to|bring back|show(?: me)?)"
    r" (?P<what>(?:the|my) .+?)(?: again)?(?:,? (?:and|but) (?P<then>.+))?"
    r"|(?P<who>the [\w' -]+?),? (?:but|only|except) (?P<but>.+)",
    re.I,
)
_DESCRIBES = re.compile(r"(?:an?|one|two|three|four|five|some|several|\d+) ", re.I)
_LOOK = re.compile(
    r",? (?:in|with) the (?:same )?(?:style|look|colou?rs) (?:of|as|like) it$|,? like it$", re.I
)


def recalled(request: Request) -> Decision | None:
    """Something said of pictures that are named by place, by content, as uploads, or all."""
    text, talk = request.text, request.talk
    bare = phrases().ask.sub("", text, count=1) if phrases().ask.match(text) else text
    points = pointed_at(text, talk)
    if not points:
        return _gone_back(request)
    point = _all_of(points, text)
    rest = f"{text[: point.start]}it{text[point.end :]}"
    if point.pictures and (more := repeated(request, point.pictures[0], rest)) is not None:
        return more
    if _DESCRIBES.match(bare) and not point.several:
        look = _LOOK.search(rest)
        if look is None or not point.pictures:
            return None
        return request.drawn(
            request.anew(described(rest[: look.start()]), seed_of=point.pictures[0].id)
        )
    if _DROP.fullmatch(rest.strip(" .!")) and not request.required:
        return Decision(text="Pictures stay in the conversation. Nothing was drawn.")
    if point.missing:
        return None if request.required else Decision(text=_no_such(point, talk))
    return _said_of(request, point, rest)


def _all_of(points: Sequence[Pointed], text: str) -> Pointed:
    """ "The first one and the third": pointed at together."""
    point = points[0]
    for other in points[1:]:
        if not re.fullmatch(r"\s*(?:,|and|, and|&)\s*", text[point.end : other.start]):
            break
        pictures = dict.fromkeys((*point.pictures, *other.pictures))
        missing = point.missing or other.missing
        point = replace(
            point, pictures=tuple(pictures), end=other.end, several=True, missing=missing
        )
    return point


def _said_of(request: Request, point: Pointed, rest: str) -> Decision | None:
    """What is left when the pointing words are gone: an instruction for each of the pictures."""
    lead = _TAKE.match(rest)
    if lead:
        rest = rest[lead.end() :]
        if not rest and not request.wants and _LIKED.match(lead[0]) and not request.required:
            return Decision(text=LIKED)
    elif (start := _IT.match(rest)) and not _SENTENCE.match(rest[start.end() :]):
        rest = rest[start.end() :]
    rest = _OF_IT.sub("", rest.strip(" .!?,"))
    instruction = (change(rest) or reworded(rest)) if rest and rest != "it" else AS_IT_IS
    return request.drawn(*(request.edit(instruction, picture) for picture in point.pictures))


def _no_such(point: Pointed, talk: Conversation) -> str:
    count = len(talk.pictures)
    there = "no picture" if not count else "one picture" if count == 1 else f"{count} pictures"
    return (
        f'I do not know which picture is meant by "{point.missing.strip()}": the conversation has'
        f" {there}. Name it by its place or by what it shows."
    )


def _gone_back(request: Request) -> Decision | None:
    """ "Go back to the cat": shown again, and from then on the newest."""
    match = _BACK.fullmatch(request.text.rstrip(" .!"))
    if match is None:
        return None
    talk, what, then = request.talk, match["what"] or match["who"], match["then"]
    found = named(what, talk, but=talk.newest) or named(what, talk)
    if found is None:
        here = match["what"] and match[0].lower().find(" back to ") > 0 and not request.required
        nowhere = Pointed(pictures=(), start=0, end=0, missing=what)
        return Decision(text=_no_such(nowhere, talk)) if here else None
    then = match["then"] or match["but"]
    return request.drawn(request.edit((change(then) or then) if then else AS_IT_IS, found))
