"""Answers in words: greetings, what the director can do, and what it cannot.

Knows no pictures beyond what the conversation says they show.
"""

import re

from sfumato.director.conversation import Conversation
from sfumato.director.phrases import phrases
from sfumato.director.words import LONGEST_ORDER, Words

CANNOT = (
    "I only make and change pictures, so I cannot answer that. Describe a picture to draw, or say"
    " what to change in one."
)
NOTHING_SAID = "Tell me what to draw, for example: a fox in a top hat on a meadow."
WHAT_TO_CHANGE = (
    'I have the picture. Say what to change, for example "make it blue", "add a hat" or "remove the'
    ' background".'
)
LIKED = "Glad you like it. Say what to change, or describe the next picture."
NOTHING_TO_CHANGE = (
    "There is no picture to change yet. Describe one to draw, or send one along with your words."
)
SWITCHED_OFF = (
    "Drawing is switched off for this answer (tool_choice is 'none'), so no picture was made."
)
LANGUAGES = (
    "The built-in director understands English; words in another language are passed on to the"
    " image model as they are."
)
_TITLE = re.compile(
    r" (?:poster|cover|logo|sticker|illustration|painting|picture|drawing)[.!]?$", re.I
)
_SEEN = re.compile(
    r"(?:what(?:'s| is| do you see| can you see| can i see)(?: shown)? (?:in|on) "
    r"(?:it|(?:the|this|that|my) (?:picture|image|photo))|describe (?:it|(?:the|this|that|my)"
    r" (?:picture|image|photo))|what (?:is|does) (?:this|it|that)(?: show)?"
    r"|what does the (?:picture|image|photo) show)",
    re.I,
)


def answer(words: Words, talk: Conversation) -> str | None:
    """The whole answer if the words order no picture, else None."""
    said, text = (each.strip(" .!?,;:") for each in (words.said, words.text))
    if not any(character.isalnum() or ord(character) > 0x2190 for character in words.asked):
        return WHAT_TO_CHANGE if talk.attached else NOTHING_SAID
    if len(words.said) > LONGEST_ORDER:
        return None
    for pattern, told in phrases().answers:
        if pattern.fullmatch(said) or pattern.fullmatch(text):
            return told
    if _SEEN.fullmatch(text):
        return _shown(talk)
    if is_foreign(words.text):
        return LANGUAGES if words.said.endswith(("?", "？")) else None
    question = words.text if words.text.endswith("?") else words.said
    if _TITLE.search(words.said):
        return None
    asked = phrases().question.fullmatch(question) or phrases().question.fullmatch(words.text)
    return CANNOT if asked or phrases().chore.fullmatch(text) else None


def is_foreign(text: str) -> bool:
    """Whether the words seem to be of another language than English."""
    letters = [c for c in text[:LONGEST_ORDER] if c.isalpha()]
    if sum(ord(c) > 0x24F for c in letters) * 2 > len(letters):
        return True
    said = re.findall(r"[^\W\d_]+", text[:LONGEST_ORDER].lower())
    other = sum(word in phrases().foreign for word in said)
    return other > sum(word in phrases().english for word in said)


def _shown(talk: Conversation) -> str:
    if talk.newest is None:
        return NOTHING_TO_CHANGE
    shows = talk.shows.get(talk.newest.id)
    if shows is None:
        return "I cannot see what is in a picture that you send; I only change it as you say."
    return f"As far as I was told, it shows: {shows}."
