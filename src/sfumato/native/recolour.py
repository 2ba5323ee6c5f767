"""Make a drawing clearly one colour while its shading, eyes, outlines and details stay.

Works on the colours of the SVG, so the result is as crisp as the drawing: the family of colours
that fills most of the ink becomes the asked one. Knows nothing about scenes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from sfumato.native.palette import from_oklch, hue_distance, to_hex, to_oklch
from sfumato.native.raster import probe
from sfumato.native.scene import COLOURS
from sfumato.native.svg import Art

PAINT = re.compile(r"\b(fill|stroke|stop-color|flood-color|color)(=\"|:\s*)([^\";]+)")
COLOURFUL = 0.05  # chroma from which a colour has a hue to the eye
NEAR_HUE = 50.0  # degrees around the main hue that still belong to the body
NEAR_GREY = 0.3  # lightness around the main grey that still belongs to the body
ENOUGH = 0.34  # share of the ink that must change for the thing to *be* that colour
# Targets as they should look on a thing: (lightness, chroma), where COLOURS' own would mislead.
LIGHTNESS: Mapping[str, float] = {"black": 0.31, "white": 0.955, "grey": 0.64, "brown": 0.47}
SKIN = "#ffc83d"  # of the people of the flat sets: "a red girl" has a red dress
SKIN_REACH = 26.0  # degrees of hue around it that are skin and hair
CLOTHES = 0.2  # share of the ink from which clothes are what is coloured
RIM = 4  # pixels of a probe: what lies so near to the silhouette is its rim
RIM_WEIGHT = 3.0
GLASS_WEIGHT = 0.3  # of panes inside a drawing
CONTRAST: Mapping[str, float] = {"black": 0.45, "white": 0.42}

Oklch = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """The main family of a drawing's colours: its middle, and who belongs to it."""

    light: float
    chroma: float
    hue: float
    grey: bool
    reach: float
    bare: bool = False  # clothes alone are the body: skin and hair stay

    def holds(self, colour: Oklch) -> bool:
        light, chroma, hue = colour
        if self.bare and _is_skin(colour):
            return False
        if self.reach > NEAR_HUE and _is_glass(colour):
            return _is_glass((self.light, self.chroma, self.hue))
        if not self.grey:
            # a dark line in the body's own hue is its shading; a black one is a drawn detail
            return chroma > 0.03 and light > 0.18 and hue_distance(hue, self.hue) <= self.reach
        if self.reach > NEAR_HUE and chroma >= COLOURFUL:
            return True
        return chroma < 0.07 and abs(light - self.light) <= NEAR_GREY


@lru_cache(maxsize=512)
def recolour(art: Art, colour: str) -> Art:
    """The art with its body in `colour`, a name of `scene.COLOURS`."""
    ink = _ink(art)
    if not ink:
        return art
    dressed = SKIN in art.body and sum(w for c, w in ink if _is_clothes(c)) > CLOTHES
    change = _change(_body(ink, dressed=dressed), colour)
    painted = re.search(r"\bfill\b", art.attributes + art.body)
    attributes = PAINT.sub(change, art.attributes)
    if not painted:  # a drawing in the default black names no colour at all
        attributes += f' fill="{COLOURS[colour]}"'
    return replace(art, attributes=attributes, body=PAINT.sub(change, art.body))


def _ink(art: Art) -> list[tuple[Oklch, float]]:
    """The colours that the art shows, with the share of its ink that each covers.

    What lies along the silhouette counts more: it is the cup, not the coffee in it.
    """
    pixels, _ = probe(art)
    solid = pixels[:, :, 3] > 200
    inner = _inner(solid)[solid]
    colours = (pixels[solid][:, :3] // 8 * 8 + 4).astype(np.int64)
    codes, places = np.unique(colours @ (1 << 16, 1 << 8, 1), return_inverse=True)
    looks = [to_oklch(f"#{code:06x}") for code in codes]
    glass = np.array([_is_glass(look) for look in looks], bool)[places]
    weights = np.where(inner, np.where(glass, GLASS_WEIGHT, 1.0), RIM_WEIGHT)
    shares = np.bincount(places, weights) / max(weights.sum(), 1.0)
    return [(look, float(share)) for look, share in zip(looks, shares, strict=True)]


def _inner(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels at least `RIM` away from where the drawing ends."""
    inner = np.pad(solid, RIM)
    for axis in (0, 1):
        shifts = [np.roll(inner, step, axis) for step in range(-RIM, RIM + 1)]
        inner = np.logical_and.reduce(shifts)
    return np.asarray(inner[RIM:-RIM, RIM:-RIM])


def _is_glass(colour: Oklch) -> bool:
    """Whether it is the bright blue of window panes and screens."""
    return colour[0] > 0.7 and colour[1] > 0.06 and 200 < colour[2] < 250


def _is_skin(colour: Oklch) -> bool:
    return colour[1] > 0.08 and hue_distance(colour[2], to_oklch(SKIN)[2]) < SKIN_REACH


def _is_clothes(colour: Oklch) -> bool:
    return colour[0] > 0.15 and not _is_skin(colour)


def _body(ink: list[tuple[Oklch, float]], *, dressed: bool) -> _Body:
    if dressed:
        clothes = [(c, w) for c, w in ink if _is_clothes(c)]
        whole = _weight(clothes)
        return replace(_body([(c, w / whole) for c, w in clothes], dressed=False), bare=True)
    hues = [(c, w) for c, w in ink if c[1] >= COLOURFUL]
    greys = [(c, w) for c, w in ink if c[1] < COLOURFUL]
    best_hue = max((_near_hue(hues, c[2]) for c, _ in hues), key=_vividness, default=[])
    best_grey = max((_near_light(greys, c[0]) for c, _ in greys), key=_weight, default=[])
    grey = _weight(best_hue) < 0.36 and _weight(best_grey) > 1.3 * _weight(best_hue)
    family = best_grey if grey else best_hue
    body = _middle(family, grey=grey, reach=NEAR_HUE)
    if sum(w for c, w in ink if body.holds(c)) < ENOUGH:
        body = replace(body, reach=180.0 if not grey else 181.0)
    return body


def _near_hue(ink: list[tuple[Oklch, float]], hue: float) -> list[tuple[Oklch, float]]:
    return [(c, w) for c, w in ink if hue_distance(c[2], hue) <= NEAR_HUE * 0.7]


def _near_light(ink: list[tuple[Oklch, float]], light: float) -> list[tuple[Oklch, float]]:
    return [(c, w) for c, w in ink if abs(c[0] - light) <= NEAR_GREY / 2]


def _weight(family: list[tuple[Oklch, float]]) -> float:
    return sum(w for _, w in family)


def _vividness(family: list[tuple[Oklch, float]]) -> float:
    """Of two hues that cover about as much, the vivid one gives the thing its colour's name."""
    return sum(w * (0.4 + 3 * min(c[1], 0.2)) for c, w in family)


def _middle(family: list[tuple[Oklch, float]], *, grey: bool, reach: float) -> _Body:
    weights = np.array([w for _, w in family])
    light, chroma = (float(np.average([c[i] for c, _ in family], weights=weights)) for i in (0, 1))
    turns = np.radians([c[2] for c, _ in family])
    hue = np.degrees(np.arctan2(weights @ np.sin(turns), weights @ np.cos(turns))) % 360
    return _Body(light=light, chroma=max(chroma, 0.02), hue=float(hue), grey=grey, reach=reach)


def _change(body: _Body, colour: str) -> Callable[[re.Match[str]], str]:
    light, chroma, hue = to_oklch(COLOURS[colour])
    light = LIGHTNESS.get(colour, light)
    contrast = CONTRAST.get(colour, 0.85)

    def painted(found: re.Match[str]) -> str:
        own = _parsed(found[3])
        if own is None or not body.holds(own):
            return found[0]
        new_light = light + (own[0] - body.light) * contrast
        vivid = 1.0 if body.grey else min(1.25, max(0.55, own[1] / body.chroma))
        turn = 0.0 if body.grey or body.reach > 90 else _turn(own[2], body.hue) * 0.25
        kept = from_oklch(min(0.995, max(0.06, new_light)), chroma * vivid, hue + turn)
        return f"{found[1]}{found[2]}{kept}"

    return painted


def _turn(hue: float, middle: float) -> float:
    return (hue - middle + 180) % 360 - 180


def _parsed(value: str) -> Oklch | None:
    value = value.strip()
    if value in ("none", "currentColor", "inherit", "transparent") or value.startswith("url"):
        return None
    try:
        rgb = ImageColor.getrgb(value)
    except ValueError:
        return None
    return to_oklch(to_hex(*rgb[:3]))
