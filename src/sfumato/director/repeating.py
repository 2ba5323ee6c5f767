"""Orders for more of the same: "another one", "two more", "try again", "three versions of a cat".

Knows no changes but those that are asked of all the versions.
"""

import re

from sfumato.director.decision import Decision, Draw
from sfumato.director.ordering import AS_IT_IS, change, is_change
from sfumato.director.phrases import phrases
from sfumato.director.pointing import contents, pointed_at
from sfumato.director.request import Request
from sfumato.director.turns import Shown
from sfumato.native.lexicon import lexicon

SOME = 2  # how many "more" and "variations" are
_N = (
    r"(?:(?P<n>an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|a couple(?: of)?"
    r"|a few|some|several|many|\d{1,6}) )?"
)
_VERSION = r"(?:versions?|variations?|variants?|options?|alternatives?|takes?|copies)"
_PICTURES = r"(?:pictures|images|photos|drawings|illustrations|sketches|paintings|renders)"
_KIND = (
    rf"(?:ones?|tries|try|attempts?|go|shot|results?|picture|image|drawing|{_VERSION}|{_PICTURES})"
)
_OF = (
    r"(?: (?:of|like|similar to|for|on|from)"
    r" (?:it|this|that|these|those|them|the same(?: thing)?))?"
)
_NEW = r"(?:(?:different|new|other|more|alternative|slight|separate) )*"
_REDO = re.compile(
    r"(?:try|do|draw|make|generate|create|go|show|run|paint|render)(?: me)?(?: (?:it|that|this))?"
    r"(?: all)? (?:again|once more|one more time|over(?: again)?)"
    r"|(?:redo|regenerate|re-?roll|retry|repeat)(?: (?:it|that|this))?(?: please)?"
    r"|again|once more|one more time|(?:the )?same again|(?:give it |have |take )?another (?:try|go"
    r"|attempt|shot)|(?:with )?(?:a )?(?:new|different|another) seed",
    re.I,
)
_AGAIN = re.compile(
    rf"another {_N}{_NEW}{_KIND}{_OF}|another(?: (?P<alone>two|three|four|five|\d{{1,6}}))?{_OF}"
    r"|something (?:else|different|new)",
    re.I,
)
_MORE = re.compile(
    rf"{_N}(?:more(?: {_KIND})?|(?<= )of (?:it|this|that|these|those|them)"
    rf"|(?:different|new|other) {_KIND}){_OF}",
    re.I,
)
_VARY = re.compile(rf"{_N}{_NEW}{_VERSION}{_OF}(?:,? (?P<how>(?!of\b).+))?", re.I)
_FRESH = re.compile(
    rf"{_N}{_NEW}(?P<kind>{_VERSION}|{_PICTURES})(?P<of> of| showing| with|:|,) (?P<what>.+)", re.I
)
_BUT = re.compile(
    rf"(?:another|one more)(?: {_NEW}{_KIND})?,?"
    r" (?P<how>(?:but|only|in|at|with|without|as|on)\b.+)",
    re.I,
)
_NOUN = re.compile(r"another (?P<what>[\w'-]+(?: [\w'-]+)?)", re.I)
_IT = re.compile(r"(?:it|this|that|these|those|them|the same)\b.*", re.I)
_EACH = re.compile(
    r"(?:one|the first|the second|the other|another)(?: one)?(?: of| with| showing)? ", re.I
)
_PARTS = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+", re.I)
_ALSO = re.compile(
    r"\s+(?:and|,|plus)\s+(?:also )?(?=(?:an?|another|one) (?:separate |second |different )*"
    r"(?:picture|image|photo|drawing|illustration) of )",
    re.I,
)


def is_redo(text: str) -> bool:
    """Whether the last drawing is to be tried once more."""
    return bool(_REDO.fullmatch(text.rstrip(" .!")))


def redone(request: Request) -> Decision | None:
    """ "Try again": the last drawing once more, with a new seed."""
    newest = request.talk.newest
    if newest is None:
        return None
    before = request.talk.before(newest)
    if newest.prompt and is_change(newest.prompt) and before and request.wish.action != "generate":
        return request.drawn(request.edit(newest.prompt, before, another=True))
    return request.drawn(once_more(request, newest))


def repeated(request: Request, picture: Shown | None, text: str) -> Decision | None:
    """More pictures like `picture`, for a `text` in which "it" is that picture."""
    said = phrases().ask.sub("", text.rstrip(" .!"), count=1) if _asks(text) else text.rstrip(" .!")
    if picture is None:
        return None
    varied = _VARY.fullmatch(said)
    if varied and varied["how"]:
        how = change(varied["how"]) or varied["how"]
        draws = [request.edit(how, picture, another=True) for _ in range(_count(varied["n"], said))]
        return request.drawn(*draws)
    match = _AGAIN.fullmatch(said) or _MORE.fullmatch(said) or varied
    if match is None:
        return _another(request, picture, said)
    number = match["n"] or match.groupdict().get("alone")
    count = _count(number, said)
    return request.drawn(*[once_more(request, picture)] * count)


def is_more(text: str) -> bool:
    """Whether the words ask for more of what is there, whatever it is."""
    said = phrases().ask.sub("", text.rstrip(" .!"), count=1) if _asks(text) else text.rstrip(" .!")
    return is_redo(text) or any(p.fullmatch(said) for p in (_AGAIN, _MORE, _VARY))


def _another(request: Request, picture: Shown, said: str) -> Decision | None:
    """ "Another one, but blue" is a change.

    "Another cat" after a cat is a new picture; "another hat" goes into the old one.
    """
    if match := _BUT.fullmatch(said):
        return request.drawn(
            request.edit(change(match["how"]) or match["how"], picture, another=True)
        )
    match = _NOUN.fullmatch(said)
    if match is None:
        return None
    shows = request.talk.shows.get(picture.id)
    if shows and contents(shows) <= contents(match["what"]):
        return request.drawn(once_more(request, picture))
    return request.drawn(request.edit(f"add {said}", picture))


def versions(request: Request) -> Decision | None:
    """Several new pictures: "three versions of a cat", "two pictures: a cat and a dog"."""
    said = phrases().ask.sub("", request.text, count=1) if _asks(request.text) else request.text
    parts = _ALSO.split(said)
    if len(parts) > 1:
        prompts = [phrases().picture_of.sub("", part, count=1) for part in parts]
        return request.drawn(*(request.anew(prompt) for prompt in prompts))
    match = _FRESH.fullmatch(said)
    if match and (_IT.fullmatch(match["what"]) or pointed_at(match["what"], request.talk)):
        return None
    if match is None or not match["n"] or match["n"].lower() in ("a", "an", "one", "1"):
        return None
    count = _count(match["n"], said)
    listed = [_EACH.sub("", part) for part in _PARTS.split(match["what"].rstrip(" ."))]
    if len(listed) == count and (match["of"] in (":", ",") or _EACH.match(match["what"])):
        return request.drawn(*(request.anew(prompt) for prompt in listed))
    return request.drawn(*(request.anew(match["what"], another=at > 0) for at in range(count)))


def once_more(request: Request, picture: Shown) -> Draw:
    """What the picture shows, drawn with a new seed; an upload can only be gone over again."""
    shows = request.talk.shows.get(picture.id)
    if shows is None or request.wish.action == "edit":
        return request.edit(picture.prompt or AS_IT_IS, picture, another=True)
    return request.anew(shows, another=True)


def _asks(text: str) -> bool:
    return phrases().ask.match(text) is not None


def _count(said: str | None, text: str) -> int:
    """How many: 1 unless a number or a plural says otherwise."""
    if said is None:
        plural = re.search(
            r"\b(?:more$|more \w+s\b|\w+s\b(?: of|$))|variations|versions", text, re.I
        )
        return SOME if plural and not text.lower().startswith("another") else 1
    if said.isdigit():
        return max(1, int(said))
    return lexicon().numbers.get(said.lower(), lexicon().numbers.get(f"{said.lower()} of", 3))
