"""Where a picture plays: the backdrop that was asked for, or one that suits what stands in it.

Knows nothing about places and sizes of things.
"""

from math import cos, hypot, radians, sin

import numpy as np
from numpy.random import Generator

from sfumato.native import habitat, kinds
from sfumato.native.kinds import is_one_of
from sfumato.native.palette import named, to_hex, to_oklch
from sfumato.native.raster import probe
from sfumato.native.reading import Mention, Reading
from sfumato.native.scene import COLOURS, Backdrop
from sfumato.native.svg import sanitise
from sfumato.native.watering import Shelf

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
DEEPER_WASHES = (  # behind things so pale that they would drown in a soft one
    ("#7fb0e6", "#a9cdf3"),
    ("#a191e0", "#c3b7f0"),
    ("#63bdae", "#9bd9cd"),
    ("#e58fa3", "#f2bcc8"),
)
NIGHT_WASH = ("#141a46", "#2c3a7d")
PALE = 0.87  # lightness of a thing from which it needs a deeper wash
STRICT = ("left of", "right of", "above", "below")  # shown large on a wash rather than in a scene
WEATHER_PLACES = {"rain": "meadow", "snow": "snow"}


def backdrop(reading: Reading, memory: Shelf, rng: Generator) -> Backdrop:
    """The backdrop of the reading; its variant is drawn from `rng`."""
    variant = int(rng.integers(2**32))
    night = reading.night or _moonlit(reading)
    kind = reading.backdrop or _place(reading, night=night)
    colours = tuple(named(c) for c in reading.backdrop_colours)
    if kind in ("plain", "gradient") and not colours:
        colours = NIGHT_WASH if night else _wash(reading, memory, rng)
        kind = "gradient" if reading.backdrop != "plain" else kind
    if kind == "plain" and len(colours) > 1:
        kind = "gradient"
    return Backdrop(
        kind=kind,
        colours=colours,
        night=night,
        weather=reading.weather,
        orb=not any(is_one_of(m.concept, kinds.ORBS) for m in reading.mentions),
        variant=variant,
    )


def is_sticker(reading: Reading) -> bool:
    """Whether the words ask for a sticker, which gets a white die-cut outline."""
    words = " ".join((*reading.matched, *(m.words for m in reading.mentions)))
    return "sticker" in words.lower()


def _moonlit(reading: Reading) -> bool:
    """Whether nothing was said of place and hour, and the moon shines on what stands below."""
    concepts = [m.concept for m in reading.mentions]
    unsaid = reading.backdrop is None and not reading.backdrop_colours and not is_sticker(reading)
    return unsaid and len(concepts) > 1 and habitat.moonlit(concepts)


def _place(reading: Reading, *, night: bool) -> str:
    if reading.weather == "rain" and _floats(reading):
        return "sea"
    if reading.weather in WEATHER_PLACES:
        return WEATHER_PLACES[reading.weather]
    if reading.backdrop_colours:
        return "plain" if len(reading.backdrop_colours) == 1 else "gradient"
    if is_sticker(reading) or reading.transparent:
        return "gradient"
    strict = any(r.kind in STRICT for r in reading.relations)
    homely = None if strict else habitat.home([m.concept for m in reading.mentions])
    stands = any(not is_one_of(m.concept, kinds.AIRBORNE) for m in reading.mentions)
    if night and stands and homely not in ("space", "underwater", "sea", "room", "road"):
        return "meadow"
    return homely or "gradient"


def _floats(reading: Reading) -> bool:
    return any(is_one_of(m.concept, kinds.FLOATERS) for m in reading.mentions)


def _wash(reading: Reading, memory: Shelf, rng: Generator) -> tuple[str, ...]:
    """One of the washes that set off every thing best, in its hue and its lightness."""
    looks = [look for m in reading.mentions if (look := _look(m, memory)) is not None]
    washes = DEEPER_WASHES if any(look[0] > PALE for look in looks) else WASHES
    apart = [min((_distance(w[0], look) for look in looks), default=1.0) for w in washes]
    best = np.argsort(-np.asarray(apart), kind="stable")[: len(washes) // 2]
    return washes[int(best[int(rng.integers(len(best)))])]


def _look(mention: Mention, memory: Shelf) -> tuple[float, float, float] | None:
    """The middle colour of a thing as OKLCH; None for one that cannot be drawn."""
    if mention.colour is not None:
        return to_oklch(COLOURS[mention.colour])
    if mention.asset is None:
        return None
    pixels, _ = probe(sanitise(memory.svg(mention.asset)))
    solid = pixels[pixels[:, :, 3] > 200][:, :3]
    return to_oklch(to_hex(*np.median(solid, axis=0))) if solid.size else None


def _distance(colour: str, look: tuple[float, float, float]) -> float:
    """In OKLab, hue counting double: pastel washes are all light."""
    light, chroma, hue = to_oklch(colour)
    a = max(chroma, 0.06) * cos(radians(hue)) - look[1] * cos(radians(look[2]))
    b = max(chroma, 0.06) * sin(radians(hue)) - look[1] * sin(radians(look[2]))
    return hypot(light - look[0], 2 * a, 2 * b)
