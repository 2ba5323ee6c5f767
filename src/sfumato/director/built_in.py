"""The built-in director: no language model, rules as tables of data. Understands English.

Of the conversation's `instructions` it follows what they say of size, format, background and
quality, and says so when they ask for more.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from sfumato.director.answering import (
    LANGUAGES,
    NOTHING_TO_CHANGE,
    SWITCHED_OFF,
    answer,
    is_foreign,
)
from sfumato.director.conversation import Conversation, conversation
from sfumato.director.decision import Decision, Wish
from sfumato.director.instructing import instructed
from sfumato.director.joining import joined
from sfumato.director.ordering import AS_IT_IS, change, described, placed_anew, reworded
from sfumato.director.pointing import named
from sfumato.director.recalling import recalled
from sfumato.director.repeating import is_more, is_redo, redone, repeated, versions
from sfumato.director.request import Request, no_picture
from sfumato.director.rewriting import rewritten
from sfumato.director.turns import Shown, Turn
from sfumato.director.wants import wants
from sfumato.director.words import LONGEST_ORDER, heard
from sfumato.errors import InvalidRequest

_UNDO = re.compile(
    r"(?:undo|revert|go back|take (?:it|that) back|step back|back)(?: (?:it|that"
    r"|this|the last (?:change|step|edit)|one step|a step))?",
    re.I,
)
_SAME = re.compile(
    r"(?:(?:make|do|draw|keep|give me|show|use|have|get|want|i want|it|this|that)\b *)*"
    r"(?:(?:it|this|that|them|(?:exactly )?(?:the )?same(?: (?:one|thing|picture|image|again))?"
    r"|(?:the (?:same )?)?(?:picture|image))\b[ ,]*)?(?:but|only|just|again|,)*",
    re.I,
)
_THING = re.compile(r"\bthe ([\w-]+)", re.I)
_DRAW_ON = re.compile(
    r"(?:draw|paint|sketch|make) (?P<what>an? [\w' -]+?)"
    r" (?P<how>on|in|next to|beside|behind|under|over|above|in front of) (?P<where>the [\w'-]+)",
    re.I,
)
_THEN = re.compile(r"(?:[,;.] ?|\s+)(?:and )?then (?P<then>.+)", re.I)
_IDEA = re.compile(r"(?:(?:how|what) about|what if it (?:was|were)) ", re.I)
_THEM = re.compile(r"\b(?:them|these|those)\b(?: (?:all|both))?", re.I)


class BuiltInDirector:
    """Reads the newest message by rules; the same turns always give the same decision."""

    name = "built-in"

    async def decide(self, turns: Sequence[Turn], wish: Wish) -> Decision:
        """ImageUserError of `tools` when `wish` wants an edit and there is no picture."""
        return instructed(_decided(conversation(turns), wish), wish.instructions)


def _decided(talk: Conversation, wish: Wish) -> Decision:
    words = heard(talk.text)
    if wish.choice == "none":
        return Decision(text=answer(words, talk) or SWITCHED_OFF)
    if (wish.action == "edit" or wish.masked) and not talk.pictures:
        no_picture()
    request = Request(words=words, talk=talk, wish=wish, wants=wants(words.text))
    if wish.masked:
        return _masked(request)
    if not request.required and (told := answer(words, talk)) is not None:
        return Decision(text=told)
    for reader in READERS if len(words.text) <= LONGEST_ORDER else (_changed,):
        if (decision := reader(request)) is not None:
            return decision
    return _described(request)


def _masked(request: Request) -> Decision:
    """The mask says where: the words stay as they are."""
    pictures = request.talk.attached or (request.talk.newest or no_picture(),)
    if not request.words.asked:
        if request.required:
            raise InvalidRequest(
                "The message has a mask but no words. Say what the masked part should show.",
                param="input",
            )
        return Decision(text="Say what the masked part should show.")
    draw = request.edit(request.words.text, *pictures)
    asked = replace(draw, prompt=request.words.asked) if draw.action == "edit" else draw
    return request.drawn(asked)


def _wordless(request: Request) -> Decision | None:
    """Only pictures, or nothing at all, where something has to be drawn."""
    if request.words.text:
        return None
    if request.talk.newest is None:
        raise InvalidRequest(
            "tool_choice requires a picture, but the message has neither words nor pictures. Say"
            " what to draw.",
            param="input",
        )
    return request.drawn(request.edit(AS_IT_IS, request.talk.newest))


def _undone(request: Request) -> Decision | None:
    newest = request.talk.newest
    if not _UNDO.fullmatch(request.text.rstrip(" .!")):
        return None
    if newest is None:
        return None if request.required else Decision(text=NOTHING_TO_CHANGE)
    before = request.talk.before(newest)
    if before is None:
        return None if request.required else Decision(text="There is no earlier picture.")
    return request.drawn(request.edit(AS_IT_IS, before))


def _tried_again(request: Request) -> Decision | None:
    """ "Try again" after an answer that never came is the request before it."""
    talk = request.talk
    if not is_redo(request.text):
        return None
    last = next((text for text in reversed(talk.asked) if not is_redo(heard(text).text)), None)
    if last is not None and (talk.unanswered or not talk.pictures):
        return _decided(replace(talk, text=last, unanswered=False, asked=()), request.wish)
    return redone(request)


def _more(request: Request) -> Decision | None:
    newest = request.talk.newest
    if newest is None and is_more(request.text) and not request.required:
        return Decision(text=NOTHING_TO_CHANGE)
    return repeated(request, newest, request.text)


def _framed(request: Request) -> Decision | None:
    """Nothing is asked but another shape, size or format of what is there."""
    newest, wanted = request.talk.newest, request.wants
    if not wanted or wanted.background == "transparent":
        return None
    if newest is None:
        bare = not request.text and not request.required
        return Decision(text=NOTHING_TO_CHANGE) if bare else None
    if not _SAME.fullmatch(request.text.rstrip(" .!?")):
        return None
    shows = request.talk.shows.get(newest.id)
    if wanted.shape and shows and newest.by == "director" and request.wish.action != "edit":
        return request.drawn(request.anew(shows, seed_of=newest.id))
    return request.drawn(request.edit(AS_IT_IS, newest))


def _changed(request: Request) -> Decision | None:
    """A change of what was sent along, or else of the newest picture."""
    talk, text = request.talk, request.text
    instruction = change(text) or _drawn_on(text, talk)
    if talk.attached:
        if not text and not request.wants:
            return None
        said = instruction or reworded(described(text))
        if _THEM.search(said) and len(talk.attached) > 1:
            each = _THEM.sub("it", said, count=1)
            return request.drawn(*(request.edit(each, picture) for picture in talk.attached))
        return request.drawn(request.edit(said, *talk.attached))
    if instruction is None:
        return None
    if talk.newest is None:
        written = re.match(r"(?:write|say)\b", text, re.I)
        if (prompt := text if written else placed_anew(text)) is not None:
            return request.drawn(request.anew(prompt))
        return None if request.required else Decision(text=NOTHING_TO_CHANGE)
    if _THEM.search(instruction) and len(talk.batch) > 1:
        each = _THEM.sub("it", instruction, count=1)
        return request.drawn(*(request.edit(each, picture) for picture in talk.batch))
    return request.drawn(request.edit(instruction, _with_thing(instruction, talk) or talk.newest))


def _with_thing(instruction: str, talk: Conversation) -> Shown | None:
    """The picture of the thing that is to change, where the newest has no such thing."""
    newest = talk.newest
    thing = _THING.search(instruction)
    if thing is None or newest is None or newest.id not in talk.shows or talk.attached:
        return None
    return named(thing[1], talk)


def _drawn_on(text: str, talk: Conversation) -> str | None:
    """ "Draw a hat on the cat" where the newest picture shows a cat."""
    match = _DRAW_ON.fullmatch(text.rstrip(" .!?"))
    if match is None or talk.newest is None or named(match["where"], talk) is not talk.newest:
        return None
    return f"add {match['what']} {match['how']} {match['where']}"


def _described(request: Request) -> Decision:
    """A new picture in the user's words."""
    prompt = (
        described(_IDEA.sub("", request.text))
        or request.text
        or request.words.text
        or request.words.asked
    )
    then = _THEN.search(prompt) if len(prompt) <= LONGEST_ORDER else None
    if then and (changes := change(then["then"])):
        prompt = rewritten(prompt[: then.start()], changes)
    remark = "Here is your picture. " + LANGUAGES if is_foreign(request.words.text) else ""
    return request.drawn(request.anew(prompt), remark=remark)


Reader = Callable[[Request], Decision | None]
READERS: tuple[Reader, ...] = (
    _wordless,
    _undone,
    _tried_again,
    joined,
    versions,
    recalled,
    _more,
    _framed,
    _changed,
)
