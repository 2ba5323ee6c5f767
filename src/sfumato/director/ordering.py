"""Whether words describe a new picture or change one that is there, and in which words to say it.

Knows no conversation; quotes are hidden by the time the words come here.
"""

import re

from sfumato.director.phrases import phrases
from sfumato.director.words import LONGEST_ORDER
from sfumato.native.lexicon import lexicon

AS_IT_IS = "keep everything as it is"
_NEW = re.compile(r"(?:an?|one|two|three|four|five|some|another)\b", re.I)
_NEW_AFTER = re.compile(r"[,;:.] *(?:an?|the|one|two|three|some)\b", re.I)
_LONGEST_FRAGMENT = 9  # words: "in the style of …", not the opening of a description
_INTO = re.compile(
    r"(?:turn|make|transform|convert|change) (?:me|yourself|a|an|some|two|three)\b", re.I
)
_VERB_IT = re.compile(r"[a-z]{3,14} (?:it|him|her|them|this|that)(?: [\w ]{1,30})?[.!?]*", re.I)
_DRAWN = re.compile(
    r"(?:draw|paint|sketch|render|show|do|give|get) (?:the|all|both|their|its)\b", re.I
)
_PLACED = re.compile(r"(?:put|place|use|set|have) (?P<what>an? |one )", re.I)
_ON_IT = re.compile(
    r"\b(?:on|in|to|behind|beside|next to|over|under|into|for) (?:it|him|her|them)\b"
)
_NOT_THAT = re.compile(r",? (?:and |but )?not \w+$", re.I)
_AGAIN = re.compile(r"(?<=\w) (?:again|once more|one more time)$", re.I)
_SAME = re.compile(
    r"(?:(?:do |draw |make |use |keep )?(?:(?:exactly )?the )?same(?: (?!but\b)[\w-]+)?"
    r"|(?:exactly )?like (?:this|that|it|before)|this(?: one)?|that(?: one)?|it)?"
    r"(?:,|^| )+(?:but|only|except(?: that)?|just)(?: (?:now|make it|this time))?"
    r"(?: (?:with|in|at|as)(?= (?:an? )?(?:with|in|at|as)\b))? (?P<how>.+)"
    r"|(?:(?:exactly )?the )?same(?: (?:one|picture|image|thing|scene))?,? (?P<rest>"
    r"(?:with|in|at|on|as|without|by|under) .+)"
    r"|(?:how|what) about (?P<idea>.+)|what if (?:it|he|she|they) (?:was|were|is) (?P<if>.+)"
    r"|what if (?:it|he|she|they) had (?P<had>.+)",
    re.I,
)
_ANOTHER = re.compile(r"another (?=[b-df-hj-np-tv-z])", re.I)


def is_change(words: str) -> bool:
    """Whether `words` only make sense of a picture that is there."""
    head = words[:LONGEST_ORDER]
    known = phrases()
    if known.order.match(head) and not _INTO.match(head):
        return not _DRAWN.match(head) or _is_quality(head.rstrip(" .!?").rsplit(" ", 1)[-1])
    if _ON_IT.search(head) and known.ask.match(head):
        return True
    if known.subject.match(head) or _is_quality(head) or _VERB_IT.fullmatch(head):
        return True
    return bool(known.fragment.match(head)) and _is_fragment(head)


def placed_anew(words: str) -> str | None:
    """ "Put a cat on a table" where there is no picture: "a cat on a table"; None for a change."""
    match = _PLACED.match(words)
    return words[match.start("what") :] if match else None


def change(words: str) -> str | None:
    """The words if they change what is there, brought into the edit grammar's words; else None."""
    if len(words) > LONGEST_ORDER:
        return words if is_change(words) else None
    words = words.rstrip(" .!?")
    idea = _SAME.fullmatch(words)
    if idea is not None:
        found = next((text for text in idea.groupdict().values() if text), "")
        if found is not None and idea["idea"] and not is_change(found):
            return None
        if idea["had"]:
            return f"with {found}"
        if _NEW.match(found) and idea["how"]:
            return f"replace it with {found}"
        return reworded(_adjusted(found))
    if words.lower().endswith(" instead") and _NEW.match(words):
        return reworded(words)
    return reworded(_adjusted(words)) if is_change(words) else None


def reworded(words: str) -> str:
    """In words that the edit grammar knows; as they are when there are none for it."""
    words = _AGAIN.sub("", words.strip(" .!?,")) or words
    if len(words.split()) > 2:
        words = _NOT_THAT.sub("", words)
    for pattern, now in phrases().reworded:
        if match := pattern.fullmatch(words):
            return match.expand(now)
    return words


def described(text: str) -> str:
    """The user's words without "please draw me a picture of"."""
    known = phrases()
    if (match := known.ask.match(text)) and not is_change(text):
        text = text[match.end() :]
    if match := known.picture_of.match(text):
        text = text[match.end() :]
    text = _ANOTHER.sub("a ", text)
    return text.strip(" ,?" if ". " in text else " ,?.") or text


def _adjusted(words: str) -> str:
    """A bare quality as a sentence: "red" → "make it red"."""
    return f"make it {words}" if _is_quality(words.rstrip(" .!?")) else words


def _is_quality(words: str) -> bool:
    said = words.rstrip(" .!?").lower()
    tables = lexicon()
    colours = re.split(r",? and |, ", said)
    if all(_colour(part) for part in colours):
        return True
    known = (tables.times, tables.weathers)
    return any(said in table for table in known) or bool(phrases().quality.fullmatch(said))


def _colour(words: str) -> bool:
    tables = lexicon()
    shade, _, colour = words.rpartition(" ")
    if words in tables.colours:
        return True
    return colour in tables.colours and shade in tables.shades


def _is_fragment(words: str) -> bool:
    return len(words.split()) <= _LONGEST_FRAGMENT and not _NEW_AFTER.search(words)
