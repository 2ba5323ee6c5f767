"""What an instruction can change in a Scene, as typed data. Knows no words and no pixels.

Several changes are followed in order: the indexes of each are those of the Scene that the ones
before it left.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sfumato.native.reading import Mention, Words

Kind: TypeAlias = Literal["thing", "words"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Handle:
    """One thing, or one lettering, of a Scene by its place in the Scene's list."""

    kind: Kind = "thing"
    index: int


Which: TypeAlias = tuple[Handle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recolour:
    """`colour` is a name of scene.COLOURS; None gives back the natural colour."""

    which: Which
    colour: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    which: Which


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """`mention.count` new things, in `relation` to the things `to` or at a `side`, else anywhere.

    `like` is an existing thing of which the new ones are copies.
    """

    mention: Mention
    relation: str | None = None  # one of reading.RELATIONS: the new one's to the others
    to: Which = ()
    side: str | None = None  # "left", "top left" …
    like: Handle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Each of `which` becomes the mentioned thing, where it stood."""

    which: Which
    mention: Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """By (`right`, `down`) of the short edge, or to a `side`, or into a `relation` `to` others."""

    which: Which
    right: float = 0.0
    down: float = 0.0
    side: str | None = None
    relation: str | None = None
    to: Which = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Two things take each other's place."""

    one: Handle
    other: Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Resize:
    """By `factor` of the size that each of `which` has."""

    which: Which
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """Left and right exchanged, each about its own middle."""

    which: Which


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Clockwise by `degrees`."""

    which: Which
    degrees: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Restyle:
    """`style` is one of scene.STYLES, or "sticker"."""

    style: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBackdrop:
    """None keeps the kind. `colours` are names or hex; `transparent` leaves the backdrop out."""

    kind: str | None = None
    colours: tuple[str, ...] = ()
    transparent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    night: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """`weather` is one of scene.WEATHERS."""

    weather: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """New words: in the place of an existing lettering, or on their own, at a `side`."""

    words: Words
    instead: Handle | None = None
    side: str | None = None


Change: TypeAlias = (
    Recolour
    | Remove
    | Add
    | Replace
    | Move
    | Swap
    | Resize
    | Flip
    | Turn
    | Restyle
    | ChangeBackdrop
    | Light
    | Weather
    | Write
)
