"""Where a picture plays: the backdrop that was asked for, or one that suits what stands in it.

Knows nothing about places and sizes of things.
"""

from numpy.random import Generator

from sfumato.native import kinds
from sfumato.native.kinds import is_one_of
from sfumato.native.palette import hue_distance, named, to_oklch
from sfumato.native.reading import Reading
from sfumato.native.scene import COLOURS, Backdrop

# Soft washes for pictures that ask for no place, top and bottom.
WASHES = (
    ("#cfe8ff", "#eaf6ff"),
    ("#ffe3d3", "#fff3e6"),
    ("#d9f2e3", "#f0faf2"),
    ("#e8defc", "#f6f0ff"),
    ("#ffdbe6", "#fff0f4"),
    ("#fff0c2", "#fffae6"),
    ("#cdeff2", "#ecfafb"),
)
NIGHT_WASH = ("#141a46", "#2c3a7d")
WEATHER_PLACES = {"rain": "meadow", "snow": "snow"}


def backdrop(reading: Reading, rng: Generator) -> Backdrop:
    """The backdrop of the reading; its variant is drawn from `rng`."""
    variant = int(rng.integers(2**32))
    kind = reading.backdrop or _place(reading)
    colours = tuple(named(c) for c in reading.backdrop_colours)
    if kind in ("plain", "gradient") and not colours:
        colours = NIGHT_WASH if reading.night else _wash(reading, rng)
        kind = "gradient" if reading.backdrop != "plain" else kind
    if kind == "plain" and len(colours) > 1:
        kind = "gradient"
    return Backdrop(
        kind=kind,
        colours=colours,
        night=reading.night,
        weather=reading.weather,
        orb=not any(is_one_of(m.concept, kinds.ORBS) for m in reading.mentions),
        variant=variant,
    )


def is_sticker(reading: Reading) -> bool:
    """Whether the words ask for a sticker, which gets a white die-cut outline."""
    words = " ".join((*reading.matched, *(m.words for m in reading.mentions)))
    return "sticker" in words.lower()


def _place(reading: Reading) -> str:
    if reading.weather in WEATHER_PLACES:
        return WEATHER_PLACES[reading.weather]
    if reading.backdrop_colours:
        return "plain" if len(reading.backdrop_colours) == 1 else "gradient"
    stands = any(not is_one_of(m.concept, kinds.AIRBORNE) for m in reading.mentions)
    if reading.night and stands and not is_sticker(reading):
        return "meadow"
    return "gradient"


def _wash(reading: Reading, rng: Generator) -> tuple[str, ...]:
    """A wash whose hue is away from every colour that was asked for."""
    asked = [to_oklch(COLOURS[m.colour])[2] for m in reading.mentions if m.colour is not None]
    free = [w for w in WASHES if all(hue_distance(to_oklch(w[0])[2], h) > 55 for h in asked)]
    free = free or list(WASHES)
    return free[int(rng.integers(len(free)))]
