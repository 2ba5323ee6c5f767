"""Did an edit do what was asked? One check per kind, by the judge, by OCR and by structure.

Knows nothing about how edits are made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sfumato.core import Picture, Pixels
from sfumato.engines.native import NativeEngine
from sfumato.evals.editing_region import changed
from sfumato.evals.editing_suite import EditCase
from sfumato.evals.judge import Recogniser
from sfumato.native.backdrop import backdrop_svg
from sfumato.native.canvas import opaque
from sfumato.native.raster import outline, rasterise
from sfumato.native.scene import BACKGROUNDS, Backdrop, Scene, Thing, scene_from_json
from sfumato.native.svg import sanitise

COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
MARGIN = 0.06  # of the crop's size, around it
GREW = 1.15  # the factor from which a thing counts as larger, or its inverse as smaller
MOVED = 0.04  # of the canvas
DARKER = 0.75  # of the mean lightness before
COARSE = 24  # pixels of an edge at which backdrops are compared
FALLEN = 0.01  # share of pixels that weather must change


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """Who looks: the judge with the labels it may say, and what reads words."""

    judge: Recogniser
    labels: tuple[str, ...]
    read: Callable[[Pixels], Sequence[str]]
    engine: NativeEngine

    def sees(self, pixels: Pixels, box: tuple[int, int, int, int]) -> str:
        """What the judge says of a crop."""
        return self.judge.top(self.judge.see([crop(pixels, box)]), "concept", self.labels)[0]

    def colour(self, pixels: Pixels, box: tuple[int, int, int, int]) -> str:
        """Which of `COLOURS` the judge says that a crop has."""
        return self.judge.top(self.judge.see([crop(pixels, box)]), "colour", COLOURS)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One edit, carried out."""

    case: EditCase
    before: Picture
    after: Picture

    @property
    def scenes(self) -> tuple[Scene, Scene]:
        return scene_from_json(self.before.scene), scene_from_json(self.after.scene)


def succeeded(done: Done, eyes: Eyes) -> bool:
    """Whether everything that the case names holds."""
    return _CHECKS[done.case.kind](done, eyes)


def crop(pixels: Pixels, box: tuple[int, int, int, int]) -> Pixels:
    """A square around the box, with a little of what is around it; white beyond the canvas."""
    left, top, right, bottom = box
    half = max(right - left, bottom - top) * (0.5 + MARGIN)
    x, y = (left + right) / 2, (top + bottom) / 2
    square = (round(x - half), round(y - half), round(x + half), round(y + half))
    flat = Image.fromarray(opaque(pixels))
    side = (square[2] - square[0], square[3] - square[1])
    paper = Image.new("RGBA", side, (255, 255, 255, 255))
    paper.paste(flat, (-square[0], -square[1]))
    return np.array(paper)


def box_of(thing: Thing, engine: NativeEngine, size: int) -> tuple[int, int, int, int]:
    """The thing's ink on a square canvas, in pixels."""
    wide = tall = 1.0
    if thing.asset is not None:
        ink = outline(sanitise(engine.model.memory.svg(thing.asset)))
        wide, tall = ink.width / ink.longest, ink.height / ink.longest
    x, y = thing.x * size, thing.y * size
    half_w, half_h = wide * thing.size * size / 2, tall * thing.size * size / 2
    return round(x - half_w), round(y - half_h), round(x + half_w), round(y + half_h)


def mask_box(keep: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) in pixels of what a mask (H, W) lets change."""
    rows, columns = np.flatnonzero((keep < 255).any(1)), np.flatnonzero((keep < 255).any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def differing_things(done: Done) -> tuple[list[Thing], list[Thing]]:
    """The things only before, and only after."""
    before, after = done.scenes
    return (
        [t for t in before.things if t not in after.things],
        [t for t in after.things if t not in before.things],
    )


def _recoloured(done: Done, eyes: Eyes) -> bool:
    """It has the colour, and is still what it was to the judge."""
    box = _region(done, eyes)
    return _same_to_the_eye(done, eyes, box) and (
        eyes.colour(done.after.pixels, box) == done.case.is_colour
    )


def _shown(done: Done, eyes: Eyes) -> bool:
    """The judge sees the new thing where the scene changed."""
    _, fresh = differing_things(done)
    size = done.after.pixels.shape[0]
    boxes = [box_of(t, eyes.engine, size) for t in fresh] or [_region(done, eyes)]
    return any(eyes.sees(done.after.pixels, box) == done.case.shows for box in boxes)


def _gone(done: Done, eyes: Eyes) -> bool:
    """The judge saw it where it stood, and does not any more."""
    lost, _ = differing_things(done)
    if not lost:
        return False
    box = box_of(max(lost, key=lambda t: t.size), eyes.engine, done.after.pixels.shape[0])
    seen = [eyes.sees(picture.pixels, box) for picture in (done.before, done.after)]
    return seen[0] == done.case.gone and seen[1] != done.case.gone


def _moved(done: Done, eyes: Eyes) -> bool:
    """It is seen at its new place, which lies where it was asked to be."""
    pair = _same_thing(done, eyes)
    if pair is None or done.case.moved is None:
        return False
    old, new = pair
    right, down = done.case.moved
    far = (new.x - old.x) * right >= MOVED * abs(right) and (new.y - old.y) * down >= MOVED * abs(
        down
    )
    return far and _followed(done, eyes, old, new)


def _resized(done: Done, eyes: Eyes) -> bool:
    pair = _same_thing(done, eyes)
    if pair is None:
        return False
    factor = pair[1].size / pair[0].size
    right = factor >= GREW if done.case.larger else factor <= 1 / GREW
    return right and _followed(done, eyes, *pair)


def _followed(done: Done, eyes: Eyes, old: Thing, new: Thing) -> bool:
    """At its new place the judge sees the thing, or what it took it for at the old one."""
    size = done.after.pixels.shape[0]
    seen = eyes.sees(done.after.pixels, box_of(new, eyes.engine, size))
    there = eyes.sees(done.before.pixels, box_of(old, eyes.engine, size))
    return seen in (done.case.shows, there)


def _worded(done: Done, eyes: Eyes) -> bool:
    wanted = _letters(done.case.reads or "")
    return wanted in _letters(" ".join(eyes.read(done.after.pixels)))


def _set_elsewhere(done: Done, eyes: Eyes) -> bool:
    """The backdrop looks most like one of the asked kind, and the thing still stands there."""
    before, after = done.scenes
    if after.backdrop.kind != done.case.backdrop or not _stayed(done, eyes):
        return False
    size = done.after.pixels.shape[0]
    behind = np.ones((size, size), bool)
    for thing in after.things:
        left, top, right, bottom = box_of(thing, eyes.engine, size)
        behind[max(0, top) : bottom, max(0, left) : right] = False
    kinds = {before.backdrop.kind, after.backdrop.kind} | set(BACKGROUNDS) - {"plain", "gradient"}
    return (
        min(kinds, key=lambda kind: _distance(done.after.pixels, kind, done, behind))
        == done.case.backdrop
    )


def _lit(done: Done, eyes: Eyes) -> bool:
    before, after = (_lightness(p.pixels) for p in (done.before, done.after))
    darker = after <= DARKER * before
    lighter = before <= DARKER * after
    night = done.scenes[1].backdrop.night
    return (darker if night else lighter) and _stayed(done, eyes)


def _weathered(done: Done, eyes: Eyes) -> bool:
    fallen = changed(done.before.pixels, done.after.pixels).mean() >= FALLEN
    told = done.scenes[1].backdrop.weather == done.case.weather
    return bool(fallen) and told and _stayed(done, eyes)


def _restyled(done: Done, eyes: Eyes) -> bool:
    """Drawn as that style draws it: the nearest twin is the asked style's."""
    before, after = done.scenes
    if after.style != done.case.style or not changed(done.before.pixels, done.after.pixels).any():
        return False
    size = done.after.pixels.shape[0]
    memory = eyes.engine.model.memory
    for thing in before.things:
        twins = [a for a in memory.named(thing.concept) if a.title == thing.concept]
        if not any(a.style == done.case.style for a in twins):
            continue
        box = box_of(next(t for t in after.things if t.concept == thing.concept), eyes.engine, size)
        seen = _small(crop(done.after.pixels, box))
        near = min(twins, key=lambda a: float(np.abs(_drawn(memory.svg(a.id)) - seen).mean()))
        if near.style != done.case.style:
            return False
    return done.case.shows is None or _stayed(done, eyes)


def _inside(done: Done, eyes: Eyes) -> bool:
    size = done.after.pixels.shape[0]
    _, fresh = differing_things(done)
    boxes = (
        [box_of(t, eyes.engine, size) for t in fresh]
        if done.after.settings["from"] == ("draft")
        else []
    )
    boxes = boxes or [mask_box(done.case.mask(size))]
    for box in boxes:
        if eyes.sees(done.after.pixels, box) == done.case.shows:
            wanted = done.case.is_colour
            return wanted is None or eyes.colour(done.after.pixels, box) == wanted
    return False


def _stayed(done: Done, eyes: Eyes) -> bool:
    """The thing is seen, where it was."""
    if done.case.shows is None:
        return True
    size = done.after.pixels.shape[0]
    boxes = [box_of(t, eyes.engine, size) for t in done.scenes[0].things]
    return any(_same_to_the_eye(done, eyes, box) for box in boxes)


def _same_to_the_eye(done: Done, eyes: Eyes, box: tuple[int, int, int, int]) -> bool:
    """What the judge sees there is the case's thing, or what it took it for before the edit."""
    seen = eyes.sees(done.after.pixels, box)
    return seen in (done.case.shows, eyes.sees(done.before.pixels, box))


def _same_thing(done: Done, eyes: Eyes) -> tuple[Thing, Thing] | None:
    """The differing thing that the case names, before and after: by the words it was asked with."""
    old, new = differing_things(done)
    named = [t for t in old if (done.case.shows or "") in t.concept] or old
    for thing in named:
        twin = next((t for t in new if t.concept == thing.concept), None)
        if twin is not None:
            return thing, twin
    return None


def _region(done: Done, eyes: Eyes) -> tuple[int, int, int, int]:
    """The box of what changed: of the thing, by the scene; else of the pixels."""
    _, fresh = differing_things(done)
    size = done.after.pixels.shape[0]
    if fresh:
        return box_of(max(fresh, key=lambda t: t.size), eyes.engine, size)
    different = changed(done.before.pixels, done.after.pixels)
    if not different.any():
        return (0, 0, size, size)
    return mask_box(np.where(different, 0, 255).astype(np.uint8))


def _distance(pixels: Pixels, kind: str, done: Done, behind: NDArray[np.bool_]) -> float:
    """How far the backdrop is from one of that kind in the same light, colour by colour."""
    after = done.scenes[1].backdrop
    own = kind == after.kind
    colours = after.colours if own else Backdrop().colours
    made = Backdrop(
        kind=kind, colours=colours, night=after.night, orb=after.orb, variant=after.variant
    )
    size = pixels.shape[0]
    drawn = np.asarray(rasterise(backdrop_svg(made, size, size), size, size))
    apart = np.abs(opaque(drawn)[..., :3].astype(np.float32) - opaque(pixels)[..., :3])
    return float(apart.mean(-1)[behind].mean())


def _lightness(pixels: Pixels) -> float:
    return float(opaque(pixels)[..., :3].astype(np.float32).mean())


def _small(pixels: Pixels) -> NDArray[np.float32]:
    image = Image.fromarray(pixels).convert("RGB").resize((COARSE, COARSE), Image.Resampling.BOX)
    return np.asarray(image, np.float32)


def _drawn(svg: str) -> NDArray[np.float32]:
    """A drawing alone on white, cropped like a thing."""
    art = sanitise(svg)
    ink = outline(art)
    side = ink.longest * (1 + 2 * MARGIN)
    x, y = (ink.left + ink.right - side) / 2, (ink.top + ink.bottom - side) / 2
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {y:g} {side:g} {side:g}">'
        f"{art.nested()}</svg>"
    )
    return _small(opaque(np.asarray(rasterise(document, 96, 96))))


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


_CHECKS: Mapping[str, Callable[[Done, Eyes], bool]] = {
    "recolour": _recoloured,
    "remove": _gone,
    "add": _shown,
    "replace": _shown,
    "move": _moved,
    "resize": _resized,
    "words": _worded,
    "backdrop": _set_elsewhere,
    "light": _lit,
    "weather": _weathered,
    "restyle": _restyled,
    "masked": _inside,
}
