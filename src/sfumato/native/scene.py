"""The one noun of the native model: what stands where, in which colours, style and words.

A `Scene` is planned from a prompt and drafted in rendering, sampled and rendered in training, and
kept in every recipe. Knows nothing about pixels, prompts or files.

Coordinates: x and y are centres in [0, 1] of the canvas width and height, y downwards; sizes are
fractions of the canvas' short edge. Things are listed from back to front.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

from sfumato.errors import InvalidRequest

COLOURS: Mapping[str, str] = {
    "red": "#e5383b",
    "orange": "#f3722c",
    "yellow": "#fcc419",
    "green": "#2f9e44",
    "blue": "#1c7ed6",
    "purple": "#7b2cbf",
    "pink": "#f06595",
    "brown": "#8d5524",
    "black": "#212529",
    "white": "#f8f9fa",
    "grey": "#868e96",
    "gold": "#d4a017",
    "turquoise": "#15aabf",
}
STYLES = ("flat", "gradient", "noto", "icon")
BACKGROUNDS = (
    "plain",
    "gradient",
    "sky",
    "meadow",
    "forest",
    "mountains",
    "sea",
    "beach",
    "underwater",
    "desert",
    "snow",
    "city",
    "road",
    "room",
    "table",
    "space",
)
SCENERY = ("clouds", "flowers", "grass", "stars", "trees")  # what backdrops bring along
HOLDERS = ("plain", "sign", "bubble", "banner", "card")
WEATHERS = (None, "rain", "snow", "stars")
FONTS = ("sans", "serif", "script", "universal")
MAX_THINGS = 64
MAX_SIZE = 4.0
MAX_LETTERING = 8
MAX_TEXT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One object. `asset` is the memory id that drafts it, None when memory has none."""

    concept: str
    asset: str | None = None
    colour: str | None = None
    x: float = 0.5
    y: float = 0.5
    size: float = 0.6
    rotation: float = 0.0  # degrees, clockwise
    flip: bool = False
    shadow: bool = False  # stands on something: a soft contact shadow below it


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """Words on the picture, centred at (x, y) in a box `width` of the canvas width wide."""

    text: str
    x: float = 0.5
    y: float = 0.5
    size: float = 0.1  # line height, of the short edge
    width: float = 0.9
    height: float = 1.0  # at most this much of the canvas height, holder included
    colour: str = "#212529"
    font: str = "sans"
    holder: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backdrop:
    """What lies behind the things; `night` and `weather` change its light."""

    kind: str = "plain"
    colours: tuple[str, ...] = ("#f1f3f5",)
    night: bool = False
    weather: str | None = None  # "rain" | "snow" | "stars" | None
    orb: bool = True  # its own sun, moon or planet; False when a thing is one already
    variant: int = 0  # which hills, clouds and stars
    without: tuple[str, ...] = ()  # parts of it that are left out, of SCENERY


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A whole picture. `transparent` leaves the backdrop out and keeps real alpha."""

    backdrop: Backdrop = field(default_factory=Backdrop)
    things: tuple[Thing, ...] = ()
    lettering: tuple[Lettering, ...] = ()
    style: str = "flat"
    transparent: bool = False
    sticker: bool = False  # a white die-cut outline around everything

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def scene_from_json(raw: Mapping[str, Any]) -> Scene:
    """Validate untrusted data (a recipe) into a Scene; InvalidRequest names what is wrong."""
    try:
        rest = dict(raw)
        backdrop = dict(rest.pop("backdrop", {}))
        backdrop["colours"] = tuple(backdrop.get("colours", ("#f1f3f5",)))
        backdrop["without"] = tuple(backdrop.get("without", ()))
        scene = Scene(
            backdrop=Backdrop(**backdrop),
            things=tuple(Thing(**t) for t in rest.pop("things", ())),
            lettering=tuple(Lettering(**t) for t in rest.pop("lettering", ())),
            **rest,
        )
        _check(scene)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidRequest(
            f"The scene of this recipe is malformed: {error}", param="scene"
        ) from error
    return scene


def _check(scene: Scene) -> None:
    numbers = [n for t in scene.things for n in (t.x, t.y, t.size, t.rotation)]
    numbers += [n for t in scene.lettering for n in (t.x, t.y, t.size, t.width, t.height)]
    sizes = [t.size for t in scene.things]
    sizes += [n for t in scene.lettering for n in (t.size, t.width, t.height)]
    flags = [scene.transparent, scene.sticker, scene.backdrop.night, scene.backdrop.orb]
    flags += [flag for t in scene.things for flag in (t.flip, t.shadow)]
    colours = [*scene.backdrop.colours, *(t.colour for t in scene.lettering)]
    asked = [t.asset for t in scene.things] + [t.colour for t in scene.things]
    rules = (
        (all(isinstance(t.concept, str) for t in scene.things), "things that are named in words"),
        (all(a is None or isinstance(a, str) for a in asked), "assets and colours as words"),
        (all(t.font in FONTS for t in scene.lettering), "a known font of lettering"),
        (len(scene.things) <= MAX_THINGS, f"at most {MAX_THINGS} things"),
        (len(scene.lettering) <= MAX_LETTERING, f"at most {MAX_LETTERING} letterings"),
        (scene.backdrop.kind in BACKGROUNDS, "a known backdrop kind"),
        (scene.style in STYLES, "a known style"),
        (all(isinstance(n, int | float) and isfinite(n) for n in numbers), "finite numbers"),
        (all(0 < size <= MAX_SIZE for size in sizes), f"sizes in (0, {MAX_SIZE:g}]"),
        (
            all(isinstance(t.text, str) and 0 < len(t.text) <= MAX_TEXT for t in scene.lettering),
            f"words of 1 to {MAX_TEXT} characters",
        ),
        (all(t.colour in COLOURS for t in scene.things if t.colour), "known colours of things"),
        (all(_is_hex(c) for c in colours), "hex colours like #aabbcc"),
        (all(isinstance(flag, bool) for flag in flags), "flags that are true or false"),
        (scene.backdrop.weather in WEATHERS, "a known weather"),
        (type(scene.backdrop.variant) is int and 0 <= scene.backdrop.variant < 2**32, "a variant"),
        (all(part in SCENERY for part in scene.backdrop.without), "known parts of a backdrop"),
        (all(t.holder in HOLDERS for t in scene.lettering), "a known holder of lettering"),
    )
    for holds, rule in rules:
        if not holds:
            raise InvalidRequest(f"The scene of this recipe needs {rule}.", param="scene")


def _is_hex(colour: object) -> bool:
    return (
        isinstance(colour, str)
        and len(colour) == 7
        and colour[0] == "#"
        and all(c in "0123456789abcdefABCDEF" for c in colour[1:])
    )
