"""What a prompt was understood to say, before anything has a place on the canvas.

Planning fills a `Reading`; layout turns it into a `Scene`. Knows nothing about pixels, coordinates
or how words were matched.
"""

from dataclasses import dataclass

RELATIONS = (
    "left of",
    "right of",
    "above",
    "below",
    "on",
    "in",
    "behind",
    "in front of",
    "next to",
    "holding",
    "wearing",
    "riding",
    "watering",
    "reading",
)
SIZES = ("tiny", "small", "normal", "large", "huge")
LETTERING_HOLDERS = ("plain", "sign", "bubble", "banner", "card")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One kind of thing, `count` times. `asset` is a memory id, None when memory lacks it."""

    concept: str
    asset: str | None
    count: int = 1
    colour: str | None = None  # a name of scene.COLOURS
    size: str = "normal"  # one of SIZES
    words: str = ""  # the prompt's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """`subject` stands in `kind` to `object`; both are indexes into the mentions."""

    subject: int
    kind: str  # one of RELATIONS
    object: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Text to be written on the picture, and what carries it."""

    text: str
    holder: str = "plain"  # one of LETTERING_HOLDERS
    colour: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A prompt, understood: what is there, how it stands to each other, and where."""

    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    words: tuple[Words, ...] = ()
    backdrop: str | None = None  # one of scene.BACKGROUNDS
    backdrop_colours: tuple[str, ...] = ()  # names of scene.COLOURS, or hex
    night: bool = False
    weather: str | None = None  # "rain" | "snow" | "stars"
    style: str | None = None  # one of scene.STYLES
    transparent: bool = False
    matched: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
