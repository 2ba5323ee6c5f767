"""What a caller wants of an answer, and what the director decides. Knows no conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sfumato.director.turns import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The tool's `action`, the `tool_choice`, whether a mask came along, at `most` how many draws.

    `instructions` is the conversation's system text.
    """

    action: Literal["auto", "generate", "edit"] = "auto"
    choice: Literal["auto", "none", "required"] = "auto"
    masked: bool = False
    instructions: str | None = None
    most: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One picture to draw. `prompt` is what the engine gets; the first of `pictures` changes.

    `size`, `background`, `output_format` and `quality` only where the words ask for one.
    `seed_of`: the picture whose seed keeps the look; `another`: a seed that is new.
    """

    action: Literal["generate", "edit"]
    prompt: str
    pictures: tuple[str, ...] = ()
    size: str | None = None
    background: str | None = None
    output_format: str | None = None
    quality: str | None = None
    seed_of: str | None = None
    another: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`text` is a short remark after the pictures, or the whole answer where there are none."""

    draws: tuple[Draw, ...] = ()
    text: str = ""


class Director(Protocol):
    """Turns a conversation into draws. `name` says which director it is, wherever it answers."""

    name: str

    async def decide(self, turns: Sequence[Turn], wish: Wish) -> Decision:
        """ImageUserError of `tools` for an edit without a picture; ServerError when it cannot."""
        ...
