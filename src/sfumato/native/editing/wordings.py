"""Rules about words on the picture: write, rewrite, on a sign. Knows no fonts."""

import re
from collections.abc import Callable

from sfumato.native.editing.changes import Change, Handle, Recolour, Remove, Write
from sfumato.native.editing.hearing import Hearing
from sfumato.native.editing.qualities import quality
from sfumato.native.lexicon import lexicon
from sfumato.native.memory import fold
from sfumato.native.quoted import MARK
from sfumato.native.reading import Words

Q = rf"{MARK}\d+{MARK}"
TEXT = (
    r"(?:the |its |this |that )?(?:(?:text|words?|lettering|writing|caption|inscription|message"
    r"|title|label)|(?:sign|bubble|banner|card)(?:'s text| text)?)"
)
_REST = r"(?P<rest>.*?)"


def _rewritten(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """New words in the place of the old ones; new words of their own where there are none."""
    text = heard.quote(match["new"])
    if text is None:
        return None
    said = match.groupdict().get("old") or ""
    old = heard.quote(said)
    for index, lettering in enumerate(heard.scene.lettering):
        if old is None or lettering.text.lower() == old.lower():
            which = heard.pointer.find(fold(re.sub(Q, "", said)) or "the text")
            chosen = [h for h in which or () if h.kind == "words"] if old is None else []
            instead = chosen[0] if chosen else Handle(kind="words", index=index)
            return [Write(words=Words(text=text), instead=instead)]
    if old is not None:
        heard.missing.append(f'"{old}"')
        return None
    return _fresh(text, said, heard)


def _said(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "Make the sign say ‘Open’": the sign's words if there is one, else a bubble or a sign."""
    text = heard.quote(match["new"])
    if text is None:
        return None
    found = heard.knows(match["old"])
    if found and found[0].kind == "words":
        return [Write(words=Words(text=text), instead=found[0])]
    if found:
        return [Write(words=Words(text=text, holder="bubble"))]
    return _fresh(text, match["old"], heard)


def _written(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    text = heard.quote(match["new"])
    if text is None:
        return None
    rest = f"{match.groupdict().get('before') or ''} {match['rest']}".strip()
    found = heard.pointer.find(fold(re.sub(r"^(?:on|in|onto)\s+", "", match["rest"])))
    if found and found[0].kind == "words":
        return [Write(words=Words(text=text), instead=found[0])]
    return _fresh(text, rest, heard)


def _fresh(text: str, around: str, heard: Hearing) -> list[Change]:
    _, side = heard.side(f"x {around}")
    said = fold(around)
    holder = next(
        (h for words, h in lexicon().holders.items() if f" {words} " in f" {said} "), "plain"
    )
    colour = next((c for c in said.split() if c in lexicon().colours), None)
    name = lexicon().colours[colour][0] if colour else None
    side = side if side in ("top", "bottom", "centre") else None
    return [Write(words=Words(text=text, holder=holder, colour=name), side=side)]


def _unquoted(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "Write Hello at the top": a capital opens what is written."""
    text, side = heard.side(match["new"])
    return _fresh(text.strip(" .:"), side or "", heard) if text else None


def _text_gone(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "Remove ‘Hello’": the words themselves say which."""
    text = heard.quote(match["new"])
    for index, lettering in enumerate(heard.scene.lettering):
        if text is not None and lettering.text.lower() == text.lower():
            return [Remove(which=(Handle(kind="words", index=index),))]
    heard.missing.append(f'"{text}"')
    return None


def _ink(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    which = tuple(Handle(kind="words", index=i) for i in range(len(heard.scene.lettering)))
    if not which:
        heard.missing.append("the text")
        return None
    found = quality(match["to"], which)
    return found if found and isinstance(found[0], Recolour) else None


Reader = Callable[[re.Match[str], Hearing], list[Change] | None]
RULES: tuple[tuple[str, Reader], ...] = (
    (
        rf"(?:change|replace|turn|switch|swap|rewrite|make|rename|set) (?P<old>{TEXT}(?:"
        rf" {Q})?|{Q})(?: from {Q})? ?(?:(?:in)?to|with|by|for|read|say|as|be)?:?"
        rf" (?P<new>{Q})",
        _rewritten,
    ),
    (
        rf"(?:make|let|have) (?P<old>.+?) (?:to )?(?:say|says|read|reads|spell)s?:? (?P<new>{Q})",
        _said,
    ),
    (
        rf"(?P<old>.+?) (?:should |must |now )?(?:say|says|read|reads):? (?P<new>{Q})(?: instead)?",
        _said,
    ),
    (rf"(?:remove|delete|erase|without|no|take away) (?:{TEXT} )?(?P<new>{Q})", _text_gone),
    (
        rf"(?:write|say|spell|letter|rewrite|print|add|put|insert|show|place|draw|include"
        rf"|use)(?P<before>.*?) ?(?P<new>{Q}){_REST}",
        _written,
    ),
    (
        rf"(?P<before>(?:with |a |an |the )?.*?(?:saying|that says|that reads|reading|text"
        rf"|words?|title|caption|sign|banner|bubble|label|says)) ?(?P<new>{Q}){_REST}",
        _written,
    ),
    (rf"(?P<new>{Q}){_REST}", _written),
    (r"(?i:write|print|spell) (?-i:(?P<new>[A-Z0-9][^\ue000]{0,80}))", _unquoted),
)
