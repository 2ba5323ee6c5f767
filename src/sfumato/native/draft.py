"""Draft: a Scene → pixels at any size, thing by thing, from vectors.

The same renderer serves the finished picture and the small canvases of training. Knows nothing
about prompts or where things should go: the Scene says it all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, cos, floor, radians, sin
from typing import Literal, Protocol, TypeAlias

import numpy as np
from PIL import Image, ImageFilter

from sfumato.core import Pixels
from sfumato.errors import InvalidRequest
from sfumato.native.backdrop import backdrop_svg, front_svg
from sfumato.native.fonts import Fonts
from sfumato.native.lettering import letter, letter_behind
from sfumato.native.palette import to_rgb
from sfumato.native.raster import Outline, outline, rasterise
from sfumato.native.recolour import recolour
from sfumato.native.scene import Scene, Thing
from sfumato.native.svg import Art, sanitise

NIGHT_LIGHT = (0.76, 0.79, 0.92)  # what is left of red, green and blue on things at night
GLOWING = frozenset(
    "moon star stars sun lamp lantern light bulb candle fire flame campfire firework fireworks "
    "sparkler sparkles comet meteor lightning ghost neon firefly glowing".split()
)
STICKER_RIM = 0.018  # of the short edge
STICKER_SHADOW = 0.007  # its blur, of the short edge
STICKER_SHADE = 0.42

LayerKind: TypeAlias = Literal["backdrop", "holder", "shadow", "thing", "front", "lettering"]


class Drawings(Protocol):
    """What drafting needs of memory: the SVG of an asset."""

    def svg(self, asset: str, /) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One part of the picture: straight-alpha pixels whose corner stands at (left, top).

    `index` says which thing or lettering of the scene it is.
    """

    kind: LayerKind
    index: int | None
    left: int
    top: int
    pixels: Image.Image


def draft(
    scene: Scene, memory: Drawings, width: int, height: int, fonts: Fonts | None = None
) -> Pixels:
    """The whole picture, (height, width, 4) uint8 straight alpha."""
    ground = Image.new("RGBA", (width, height))
    canvas = Image.new("RGBA", (width, height)) if scene.sticker else ground
    for layer in layers(scene, memory, width, height, fonts):
        _lay(ground if layer.kind == "backdrop" else canvas, layer)
    if scene.sticker:
        ground.alpha_composite(_with_rim(canvas))
    return np.array(ground)


def layers(
    scene: Scene, memory: Drawings, width: int, height: int, fonts: Fonts | None = None
) -> Iterator[Layer]:
    """The parts of the picture from back to front; a thing without an asset has none."""
    size = (width, height)
    if not scene.transparent:
        yield _full("backdrop", rasterise(backdrop_svg(scene.backdrop, *size), *size))
    for index, lettering in enumerate(scene.lettering):
        behind = letter_behind(lettering, width, height)
        if behind is not None:
            yield Layer(kind="holder", index=index, left=0, top=0, pixels=behind)
    for index, thing in enumerate(scene.things):
        if thing.asset is not None:
            yield from _thing_layers(scene, index, thing, _drawing(memory, thing.asset), size)
    front = None if scene.transparent else front_svg(scene.backdrop, *size)
    if front is not None:
        yield _full("front", rasterise(front, *size))
    for index, lettering in enumerate(scene.lettering):
        pixels, (left, top) = letter(lettering, width, height, fonts)
        yield Layer(kind="lettering", index=index, left=left, top=top, pixels=pixels)


def footprint(layer: Layer, width: int, height: int) -> Pixels:
    """The layer's alpha on the whole canvas, (height, width) uint8."""
    canvas = Image.new("RGBA", (width, height))
    _lay(canvas, layer)
    return np.asarray(canvas)[:, :, 3].copy()


def _drawing(memory: Drawings, asset: str) -> str:
    try:
        return memory.svg(asset)
    except KeyError as error:
        raise InvalidRequest(
            f"The memory of this snapshot has no drawing {asset!r}; replay with the snapshot that"
            " made the picture.",
            param="scene",
        ) from error


def _thing_layers(
    scene: Scene, index: int, thing: Thing, svg: str, size: tuple[int, int]
) -> Iterator[Layer]:
    art = sanitise(svg)
    measured = outline(art)
    if thing.shadow and not (scene.transparent or scene.sticker):
        shadow = _shadow(thing, measured, size)
        if shadow is not None:
            yield shadow
    if thing.colour is not None:
        art = recolour(art, thing.colour)
    layer = _sprite(index, thing, art, measured, size)
    if layer is not None:
        if not scene.backdrop.night or scene.transparent:
            yield layer
        elif GLOWING & set(thing.concept.split()):
            yield from (_halo(layer, "#ffe9a8", 0.42, size), layer)
        else:
            yield from (_halo(layer, "#a9bcff", 0.26, size), _at_night(layer))


def _sprite(
    index: int, thing: Thing, art: Art, ink: Outline, size: tuple[int, int]
) -> Layer | None:
    """Scale the art so that its ink's longer side is `thing.size`, turn it about its middle."""
    scale = thing.size * min(size) / ink.longest
    turn = radians(thing.rotation)
    half_w = (abs(ink.width * cos(turn)) + abs(ink.height * sin(turn))) * scale / 2 + 1
    half_h = (abs(ink.width * sin(turn)) + abs(ink.height * cos(turn))) * scale / 2 + 1
    x, y = thing.x * size[0], thing.y * size[1]
    left, top = max(0, floor(x - half_w)), max(0, floor(y - half_h))
    right, bottom = min(size[0], ceil(x + half_w)), min(size[1], ceil(y + half_h))
    if right <= left or bottom <= top:
        return None
    middle = (ink.left + ink.width / 2, ink.top + ink.height / 2)
    across = -scale if thing.flip else scale
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {right - left}'
        f' {bottom - top}"><g transform="translate({x:.3f} {y:.3f}) rotate({thing.rotation:.3f})'
        f' scale({across:.6f} {scale:.6f}) translate({-middle[0]:.4f} {-middle[1]:.4f})">'
        f"{art.nested()}</g></svg>"
    )
    pixels = rasterise(svg, right - left, bottom - top)
    return Layer(kind="thing", index=index, left=left, top=top, pixels=pixels)


def _shadow(thing: Thing, ink: Outline, size: tuple[int, int]) -> Layer | None:
    """A soft ellipse where the feet touch the ground."""
    scale = thing.size * min(size) / ink.longest
    feet = (ink.foot_left + ink.foot_right) / 2 - (ink.left + ink.width / 2)
    x = thing.x * size[0] + (-feet if thing.flip else feet) * scale
    y = thing.y * size[1] + ink.height * scale / 2
    wide = 0.62 * max(ink.foot_right - ink.foot_left, ink.width * 0.55) * scale
    tall = max(wide * 0.17, 1.0)
    left, top = max(0, floor(x - wide)), max(0, floor(y - tall))
    right, bottom = min(size[0], ceil(x + wide)), min(size[1], ceil(y + tall))
    if right <= left or bottom <= top:
        return None
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {right - left}'
        f' {bottom - top}"><defs><radialGradient id="s"><stop offset="0" stop-color="#101a3c"'
        ' stop-opacity="0.42"/><stop offset="0.55" stop-color="#101a3c" stop-opacity="0.24"/>'
        '<stop offset="1" stop-color="#101a3c" stop-opacity="0"/></radialGradient></defs>'
        f'<ellipse cx="{x:.2f}" cy="{y:.2f}" rx="{wide:.2f}" ry="{tall:.2f}" fill="url(#s)"/></svg>'
    )
    pixels = rasterise(svg, right - left, bottom - top)
    return Layer(kind="shadow", index=None, left=left, top=top, pixels=pixels)


def _at_night(layer: Layer) -> Layer:
    tables = [round(v * light) for light in NIGHT_LIGHT for v in range(256)]
    pixels = layer.pixels.point([*tables, *range(256)])
    return Layer(kind=layer.kind, index=layer.index, left=layer.left, top=layer.top, pixels=pixels)


def _halo(layer: Layer, colour: str, strength: float, size: tuple[int, int]) -> Layer:
    """Moonlight around a thing, so that a dark one does not drown in the dark."""
    sigma = 0.022 * min(size)
    pad = int(3 * sigma) + 1
    wide, tall = layer.pixels.size
    alpha = Image.new("L", (wide + 2 * pad, tall + 2 * pad))
    alpha.paste(layer.pixels.getchannel("A"), (pad, pad))
    alpha = alpha.filter(ImageFilter.GaussianBlur(sigma)).point(
        [round(v * strength) for v in range(256)]
    )
    pixels = Image.new("RGBA", alpha.size, (*to_rgb(colour), 0))
    pixels.putalpha(alpha)
    return Layer(
        kind="shadow", index=None, left=layer.left - pad, top=layer.top - pad, pixels=pixels
    )


def _with_rim(canvas: Image.Image) -> Image.Image:
    """A white die-cut outline on a soft shadow: white paper is seen on white too."""
    edge = min(canvas.size)
    sigma = max(1.0, STICKER_RIM * edge / 1.2)
    blurred = np.asarray(canvas.getchannel("A").filter(ImageFilter.GaussianBlur(sigma)), np.float32)
    grown = np.clip((blurred / 255 - 0.115) * sigma / 0.194 + 0.5, 0, 1)  # by a rounded distance
    paper = Image.fromarray(np.rint(grown * 255).astype(np.uint8))
    out = _cast(paper, sigma=STICKER_SHADOW * edge, drop=round(0.6 * STICKER_SHADOW * edge))
    rim = Image.new("RGBA", canvas.size, (255, 255, 255, 0))
    rim.putalpha(paper)
    out.alpha_composite(rim)
    out.alpha_composite(canvas)
    return out


def _cast(paper: Image.Image, *, sigma: float, drop: int) -> Image.Image:
    """The shadow of `paper`, a little below it, and dark enough at its edge to draw a line."""
    fallen = Image.new("L", paper.size)
    fallen.paste(paper, (0, drop))
    soft = fallen.filter(ImageFilter.GaussianBlur(max(1.0, sigma)))
    shadow = Image.new("RGBA", paper.size, (*to_rgb("#1d2440"), 0))
    shadow.putalpha(soft.point([round(v * STICKER_SHADE) for v in range(256)]))
    return shadow


def _full(kind: LayerKind, pixels: Image.Image) -> Layer:
    return Layer(kind=kind, index=None, left=0, top=0, pixels=pixels)


def _lay(canvas: Image.Image, layer: Layer) -> None:
    left, top = max(0, layer.left), max(0, layer.top)
    seen = layer.pixels.crop((left - layer.left, top - layer.top, *layer.pixels.size))
    canvas.alpha_composite(seen, (left, top))
