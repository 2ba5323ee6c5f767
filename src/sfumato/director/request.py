"""One answer in the making: the words, the conversation, what is asked; and its draws.

Knows how a draw honours the tool's `action`; what is meant is decided elsewhere.
"""

from dataclasses import dataclass

from sfumato.director.conversation import Conversation
from sfumato.director.decision import Decision, Draw, Wish
from sfumato.director.ordering import AS_IT_IS
from sfumato.director.rewriting import rewritten
from sfumato.director.turns import Shown
from sfumato.director.wants import Wants
from sfumato.director.words import Words
from sfumato.errors import ImageUserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`text` is the order without what `wants` took out of it."""

    words: Words
    talk: Conversation
    wish: Wish
    wants: Wants

    @property
    def text(self) -> str:
        return self.wants.text

    @property
    def required(self) -> bool:
        return self.wish.choice == "required"

    def edit(
        self, instruction: str, *pictures: Shown, seed_of: str | None = None, another: bool = False
    ) -> Draw:
        """Change the first picture; a new one with the change when edits are ruled out."""
        said = self.words.shown(instruction)
        first = pictures[0]
        if self.wish.action == "generate":
            shows = self.talk.shows.get(first.id)
            same = said == AS_IT_IS
            prompt = rewritten(shows, "" if same else said) if shows else said
            kept = None if another else seed_of or first.id
            draw = Draw(action="generate", prompt=prompt, seed_of=kept, another=another)
        else:
            ids = tuple(dict.fromkeys(p.id for p in pictures))
            draw = Draw(action="edit", prompt=said, pictures=ids, seed_of=seed_of, another=another)
        return self.wants.on(draw, first)

    def anew(self, prompt: str, *, seed_of: str | None = None, another: bool = False) -> Draw:
        """A new picture; a change of the newest one when only edits are allowed."""
        newest = self.talk.newest
        if self.wish.action == "edit":
            return self.edit(prompt, *(self.talk.attached or (newest or no_picture(),)))
        draw = Draw(
            action="generate",
            prompt=self.words.shown(prompt),
            seed_of=None if another else seed_of,
            another=another,
        )
        return self.wants.on(draw)

    def drawn(self, *draws: Draw, remark: str = "") -> Decision:
        """The decision, at most as many draws as wished; says so when there were more."""
        most = max(1, self.wish.most)
        told = remark or _told(draws[:most])
        if len(draws) > most:
            told += f" One answer draws at most {most}, so this is {most} of {len(draws)}."
        return Decision(draws=draws[:most], text=told)


def no_picture() -> Shown:
    """Raises: an edit was asked for where there is nothing to edit."""
    raise ImageUserError(
        "The tool's action is 'edit', but no picture is in the conversation. Send one along, name"
        " an earlier image_generation_call by its id, or use 'auto' or 'generate'.",
        param="tools",
    )


def _told(draws: tuple[Draw, ...]) -> str:
    if len(draws) > 1:
        return f"Here are {len(draws)} pictures."
    changed = draws[0].action == "edit" and draws[0].prompt != AS_IT_IS
    return "Here is the changed picture." if changed else "Here is your picture."
