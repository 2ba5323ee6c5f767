"""An earlier prompt and a change in words → the prompt of a new picture that has the change.

Words alone; knows no pictures and no scenes. What it cannot weave in, it appends.
"""

import re
from collections.abc import Callable

from sfumato.native.lexicon import lexicon

LONGEST = 4000  # characters of a prompt into which changes are woven; a longer one is appended to
_ARTICLE = re.compile(r"(an?|the|one|my|your|some|two|three|four|five|several)\s+(?=\S)", re.I)
_NAME = r"(?P<what>[\w' -]+?)"
_Weave = Callable[[str, re.Match[str]], str | None]


def rewritten(prompt: str, change: str) -> str:
    """ "A cat on a sofa", "make it blue" → "A blue cat on a sofa"."""
    change = re.sub(r"^(?:now|but|and|only|just)\s+", "", change.strip(" .!,"), flags=re.I)
    for pattern, weave in _WEAVES:
        match = pattern.fullmatch(change)
        if match and len(prompt) <= LONGEST and (woven := weave(prompt, match)) is not None:
            return woven
    return _appended(prompt, change)


def _appended(prompt: str, change: str) -> str:
    return f"{prompt.rstrip(' .,')}, {change}" if change else prompt


def _qualified(prompt: str, match: re.Match[str]) -> str | None:
    """A colour or a size goes before the noun that it is said of."""
    said, what = match["how"].lower(), match.groupdict().get("what")
    colours = lexicon().colours
    if said not in colours and said not in lexicon().sizes and said not in lexicon().adjectives:
        return None
    at = _noun_at(prompt, what)
    if at is None:
        return None
    head, noun = prompt[:at], prompt[at:]
    first = noun.split(None, 1)
    if said in colours and first and first[0].lower() in colours and len(first) > 1:
        noun = first[1]
    return _with_article(f"{head}{said} {noun}", len(head))


def _noun_at(prompt: str, what: str | None) -> int | None:
    """Where the named noun stands, or the first one with its adjectives."""
    if what:
        found = re.search(rf"\b{re.escape(what.strip())}\b", prompt, re.I)
        return found.start() if found else None
    first = _ARTICLE.match(prompt)
    return first.end() if first else 0


def _with_article(prompt: str, at: int) -> str:
    """ "A orange cat" → "an orange cat", where the noun's words start at `at`."""
    article = re.search(r"\b(a)n?\s+$", prompt[:at], re.I)
    if article is None or at >= len(prompt):
        return prompt
    ending = "n " if prompt[at].lower() in "aeiou" else " "
    return prompt[: article.start()] + article[1] + ending + prompt[at:]


def _with(prompt: str, match: re.Match[str]) -> str:
    return f"{prompt.rstrip(' .,')} with {match['what']}"


def _without(prompt: str, match: re.Match[str]) -> str:
    what = re.escape(match["what"].strip())
    said = rf"(?:,? (?:and|with|plus|wearing|holding)|,) (?:an? |the |some )?(?:\w+ )?{what}\b"
    cut, number = re.subn(said, "", prompt, count=1, flags=re.I)
    return cut if number else f"{prompt.rstrip(' .,')} without the {match['what'].strip()}"


def _replaced(prompt: str, match: re.Match[str]) -> str | None:
    what, new = match["what"].strip(), match["new"].strip()
    if what.lower() in ("it", "him", "her", "this", "that"):
        first = re.match(
            r"(?:an?|the|one|my)\s+(?:[\w-]+\s+)*?[\w-]+(?=\s+(?:on|in|at|with|wearing|"
            r"holding|riding|next|under|and|by|near|behind)\b|[,.]|$)",
            prompt,
            re.I,
        )
        return None if first is None else f"{new}{prompt[first.end() :]}"
    said = rf"\b(?:(?:an?|the|one)\s+)?(?:{_colours()}\s+)?{re.escape(what)}\b"
    cut, number = re.subn(said, lambda _: new, prompt, count=1, flags=re.I)
    return cut if number else None


def _colours() -> str:
    return f"(?:{'|'.join(map(re.escape, lexicon().colours))})"


def _set_apart(prompt: str, match: re.Match[str]) -> str:
    return _appended(prompt, match["what"])


def _backdrop(prompt: str, match: re.Match[str]) -> str:
    new = match["new"].strip()
    place = new if re.match(r"(?:an?|the)\b", new, re.I) else f"a {new} background"
    return _appended(prompt, f"on {place}")


_IT = r"(?:it|him|her|this|that|them|everything)"
_WEAVES: tuple[tuple[re.Pattern[str], _Weave], ...] = tuple(
    (re.compile(pattern, re.I), weave)
    for pattern, weave in (
        (
            r"(?:remove|delete|erase) (?:the |its )?background|(?:transparent|no) background",
            lambda prompt, _: _appended(prompt, "on a transparent background"),
        ),
        (
            r"(?:change|set|make|replace) the background (?:to|with|into|by)? ?(?P<new>.+)",
            _backdrop,
        ),
        (
            rf"(?:make|paint|colou?r|turn|dye|tint) {_IT} (?:more |into )?(?P<how>[\w-]+)",
            _qualified,
        ),
        (r"(?P<how>[\w-]+)", _qualified),
        (
            rf"(?:make|paint|colou?r|turn|dye|tint) (?:the |his |her |its ){_NAME} (?P<how>[\w-]+)",
            _qualified,
        ),
        (r"(?:it|he|she) should be (?P<how>[\w-]+)", _qualified),
        (
            r"(?:without|remove|delete|erase|take away|take off|get rid of|lose|drop|no)"
            rf" (?:the |an? |any |his |her |its )?{_NAME}",
            _without,
        ),
        (
            r"(?:replace|swap|change|turn) (?:the |an? )?"
            r"(?P<what>[\w' -]+?) (?:with|by|for|into|to) (?P<new>.+)",
            _replaced,
        ),
        (
            r"(?:add|include|insert|give (?:it|him|her)|(?:it|he|she) should (?:have|wear))"
            r" (?P<what>.+)",
            _with,
        ),
        (r"with (?P<what>(?:an?|some|two|three|more|many) .+)", _with),
        (
            r"(?:make|let|put|have|turn|do|paint|draw) (?:it|everything|this|that)"
            r" (?:look )?(?P<what>(?:at|in|on|under|like|as|by|more|less|into) .+)",
            _set_apart,
        ),
    )
)
