"""Words that point at pictures of the conversation → those pictures, and what is said of them.

"The second one", "picture 3", "the one with the fox", "my photo", "both". Knows no changes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sfumato.director.conversation import Conversation
from sfumato.director.turns import Shown
from sfumato.native.lexicon import lexicon, singulars

LONGEST_KNOWN = 4000  # characters of what a picture shows in which things are looked for
_PLACES = ("first|1st", "second|2nd", "third|3rd", "fourth|4th", "fifth|5th", "sixth|6th",
           "seventh|7th", "eighth|8th")  # fmt: skip
_PLACE = {word: at for at, words in enumerate(_PLACES) for word in words.split("|")}
_PLACE |= {"original": 0, "initial": 0, "last": -1, "latest": -1, "newest": -1, "most recent": -1,
           "current": -1, "previous": -2, "earlier": -2, "other": -2}  # fmt: skip
_NUMBER = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_NOUN = r"(?:picture|image|pic|photo|photograph|drawing|version|variant|variation|option|painting)"
_SMALL = "(?:at|in|on|with|and|but|as|from|into|onto|to|by|under|now|should|is|needs|next|please)"
_LEAD = re.compile(
    r"(?:.* back to|return to|revert to|use|take|pick|show me|give me|i \w+|keep|from|with)? *",
    re.I,
)
_SENT = (
    r"(?:that |which )?(?:i|i've|i have|we) (?:just |have |had )?(?:sent|uploaded|gave|attached|"
    r"shared|posted|provided|added|showed)(?: you| here)?"
)
_ORDINAL = "|".join(sorted(_PLACE, key=len, reverse=True))
_ANY = re.compile(
    rf"\b(?P<sent>(?:the|my|that|this|these|those) (?:{_NOUN}|one)(?P<sents>s)? {_SENT}"
    rf"|(?:the |my )?(?:attached|uploaded|sent) {_NOUN}(?P<sents2>s)?|the (?:upload|attachment)\b"
    rf"|my (?:own )?(?:{_NOUN}|upload)(?P<sents3>s)?\b)"
    rf"|\b(?P<all>both(?: of (?:them|these|those))?(?: (?:the )?{_NOUN}s)?"
    rf"|all (?:of )?(?:(?:the|these|those|my) )?(?:\w+ )?(?:{_NOUN}s|of them|them)"
    rf"|(?:every|each) {_NOUN}|(?:the|these|those)(?: (?P<few>two|three|four))? {_NOUN}s)\b"
    rf"|\b(?:the )?(?P<end>first|last) (?P<count>two|three|four)(?: {_NOUN}s| ones)?\b"
    rf"|(?:^|\b(?:the|that|this|my|your) )(?:very )?(?P<place>{_ORDINAL})"
    rf"(?: (?P<noun>{_NOUN}|one)\b(?: {_SENT})?(?! of (?:the|it|them)\b))?"
    rf"(?(noun)|(?=$|[,.;:!?]| (?:but|and|at|in|with|into|onto|as|now|please)\b))"
    rf"|(?:\b(?:(?:the )?{_NOUN}|number|no\.?|option) ?#?|(?<!\w)#)"
    rf"(?P<number>\d{{1,2}}|{'|'.join(_NUMBER)})\b"
    rf"|\b(?:the )?(?P<one>one|{_NOUN}) (?:with|of|showing|that shows|which shows|that has|where)"
    rf" (?P<what>(?:the |an? )?[\w'-]+(?: (?!{_SMALL}\b)[\w'-]+)?)"
    rf"|\bthe (?P<of>(?!other\b|same\b|new\b|whole\b|entire\b)[\w-]+(?: [\w-]+)?)"
    rf" (?P<ofs>one|{_NOUN})\b"
    rf"|\b(?P<this>(?:this|that) (?:one|{_NOUN}))\b"
    rf"|\b(?P<yours>your (?:last )?{_NOUN}|the (?:one|{_NOUN}) (?:that )?you (?:just )?(?:drew"
    rf"|made|painted|created|generated))\b",
    re.I,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """Pictures that words from `start` to `end` of a text mean; none when there are none such."""

    pictures: tuple[Shown, ...]
    start: int
    end: int
    several: bool = False
    missing: str = ""


def pointed_at(text: str, talk: Conversation) -> list[Pointed]:
    """Every place in `text` that points at a picture, from the left."""
    found = []
    for match in _ANY.finditer(text):
        point = _meant(match, talk)
        if point is not None:
            found.append(point)
    return found


def named(words: str, talk: Conversation, *, but: Shown | None = None) -> Shown | None:
    """The newest picture that shows all that `words` name; `but` is passed over."""
    wanted = contents(words)
    if not wanted:
        return None
    for picture in reversed(talk.pictures):
        if picture is not but and wanted <= contents(_known(picture, talk)):
            return picture
    return None


def contents(words: str) -> frozenset[str]:
    """The words of a text that name something, in the singular."""
    said = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", words[:LONGEST_KNOWN].lower())
    skipped = lexicon().function
    return frozenset(
        min((*singulars(w), w), key=len) for w in said if w not in skipped or w in lexicon().colours
    )


def _meant(match: re.Match[str], talk: Conversation) -> Pointed | None:
    several = False
    if match["sent"]:
        several = bool(match["sents"] or match["sents2"] or match["sents3"])
        sent = talk.attached or tuple(p for p in talk.pictures if p.by == "user")
        pictures = sent if several else sent[-1:]
    elif match["all"]:
        several, pictures = True, _group(talk, 2 if "both" in match["all"].lower() else 0)
        if match["few"]:
            pictures = pictures[-_NUMBER[match["few"].lower()] :]
        if len(pictures) < 2:
            return None
    elif match["end"]:
        several, count = True, _NUMBER[match["count"].lower()]
        if len(talk.pictures) < count:
            return None
        pictures = (
            talk.pictures[:count] if match["end"].lower() == "first" else talk.pictures[-count:]
        )
    elif match["place"] or match["number"]:
        return _numbered(match, talk)
    elif match["one"] or match["of"]:
        return _described(match, talk)
    elif match["yours"]:
        pictures = tuple(p for p in talk.pictures if p.by == "director")[-1:]
    else:
        pictures = (talk.newest,) if talk.newest else ()
    return _point(match, pictures, several=several)


def _point(match: re.Match[str], pictures: Sequence[Shown], *, several: bool = False) -> Pointed:
    missing = "" if pictures else match[0]
    return Pointed(
        pictures=tuple(pictures),
        start=match.start(),
        end=match.end(),
        several=several,
        missing=missing,
    )


def _numbered(match: re.Match[str], talk: Conversation) -> Pointed | None:
    """By its place among those attached, or drawn together, or all; None for things within one."""
    if match["place"]:
        at = _PLACE[match["place"].lower()]
    else:
        said = match["number"].lower()
        at = (_NUMBER[said] if said in _NUMBER else int(said)) - 1
    surely = bool(match["number"]) or (match["noun"] or "").lower() not in ("", "one")
    after = match.string[match.end() :].strip(" .!?")[:1] in ("", ",")
    alone = after and _LEAD.fullmatch(match.string[: match.start()])
    if len(talk.pictures) < 2 and not surely and not alone:
        return None
    photos = tuple(p for p in talk.pictures if p.by == "user")
    groups = [talk.attached, talk.batch if at >= 0 else (), talk.pictures]
    if re.search(rf"{_SENT}|\bmy\b|photo", match[0], re.I):
        groups.insert(1, photos)
    for group in groups:
        if len(group) > 1 and -len(group) <= at < len(group):
            return _point(match, (group[at],))
    if at in (0, -1) and talk.newest and (len(talk.pictures) == 1 or at == -1):
        return _point(match, (talk.newest,))
    return _point(match, ())


def _described(match: re.Match[str], talk: Conversation) -> Pointed | None:
    """By what it shows; "the red one" is a thing where that does not tell pictures apart."""
    words = match["what"] or match["of"]
    if match["of"] and words.lower().split()[0] in _PLACE:
        return None
    if match["what"] and match["one"].lower() != "one" and not match[0].lower().startswith("the"):
        return None  # "a picture of a cat": a new one
    found = named(words, talk)
    if found is None and " " in words:
        shorter = words.rsplit(" ", 1)[0]
        if contents(shorter) and (found := named(shorter, talk)) and match["what"]:
            cut = match.end() - len(words) + len(shorter)
            return Pointed(pictures=(found,), start=match.start(), end=cut)
    if match["of"] and found is None and match[0] == match.string.strip(" .!?"):
        return _point(match, ())
    if match["of"] and (found is None or len(talk.pictures) < 2):
        return None
    if match["of"] and match["ofs"].lower() == "one":
        others = [p for p in talk.pictures if contents(words) <= contents(_known(p, talk))]
        if len(others) == len(talk.pictures):
            return None
    return _point(match, (found,) if found else ())


def _group(talk: Conversation, count: int) -> tuple[Shown, ...]:
    """The pictures that are spoken of together: those attached, drawn at once, or all."""
    for group in (talk.attached, talk.batch, talk.pictures):
        if len(group) > 1:
            return group[-count:] if count else group
    return talk.pictures


def _known(picture: Shown, talk: Conversation) -> str:
    told = (picture.caption, picture.prompt, talk.shows.get(picture.id), *picture.things)
    return " ".join(text for text in told if text)
