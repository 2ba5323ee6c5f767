"""Scenes that the upscaler learns from: drawings, washes and strokes, rendered from vectors.

Everything is rendered once at `SIZE`; smaller pictures are area means of it. Assets that evaluation
holds out stay out. Knows nothing about networks.
"""

from collections.abc import Iterator, Sequence
from colorsys import hsv_to_rgb

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sfumato.errors import InvalidRequest
from sfumato.native.backdrop import backdrop_svg
from sfumato.native.raster import rasterise
from sfumato.native.scene import BACKGROUNDS, Backdrop
from sfumato.native.svg import sanitise
from sfumato.training.assets import SourceAsset

SIZE = 512
MAX_THINGS = 4
GROUNDS = ("clear", "plain", "linear", "radial", "place")
GROUND_SHARES = (0.35, 0.15, 0.15, 0.15, 0.20)
STROKED_SHARE = 0.15


def render_scenes(
    assets: Sequence[SourceAsset], count: int, seed: int
) -> Iterator[NDArray[np.uint8]]:
    """`count` pictures (SIZE, SIZE, 4) uint8, premultiplied; the same for the same arguments."""
    for index in range(count):
        rng = np.random.default_rng((seed, index))
        picture = _ground(rng)
        for _ in range(int(rng.integers(1, MAX_THINGS + 1))):
            thing = _strokes(rng) if rng.random() < STROKED_SHARE else _sprite(assets, rng)
            if thing is not None:
                picture.alpha_composite(thing)
        yield _premultiplied(picture)


def _ground(rng: np.random.Generator) -> Image.Image:
    kind = rng.choice(GROUNDS, p=GROUND_SHARES)
    if kind == "clear":
        return Image.new("RGBA", (SIZE, SIZE))
    if kind == "place":
        places = [b for b in sorted(BACKGROUNDS) if b not in ("plain", "gradient")]
        backdrop = Backdrop(
            kind=str(rng.choice(places)),
            colours=(),
            night=bool(rng.random() < 0.3),
            variant=int(rng.integers(1000)),
        )
        return rasterise(backdrop_svg(backdrop, SIZE, SIZE), SIZE, SIZE)
    return rasterise(_wash(str(kind), rng), SIZE, SIZE)


def _wash(kind: str, rng: np.random.Generator) -> str:
    one, two = _colour(rng), _colour(rng)
    if kind == "plain":
        return _document(f'<rect width="{SIZE}" height="{SIZE}" fill="{one}"/>')
    turn = "" if kind == "radial" else f' gradientTransform="rotate({rng.uniform(0, 90):.0f})"'
    stops = f'<stop stop-color="{one}"/><stop offset="1" stop-color="{two}"/>'
    return _document(
        f'<defs><{kind}Gradient id="g"{turn}>{stops}</{kind}Gradient></defs>'
        f'<rect width="{SIZE}" height="{SIZE}" fill="url(#g)"/>'
    )


def _sprite(assets: Sequence[SourceAsset], rng: np.random.Generator) -> Image.Image | None:
    """One drawing, turned, anywhere and partly outside; None when it cannot be drawn."""
    asset = assets[int(rng.integers(len(assets)))]
    side = SIZE * float(np.exp(rng.uniform(np.log(0.2), np.log(1.6))))
    x, y = rng.uniform(-0.3 * side, SIZE - 0.7 * side, 2)
    turn = rng.normal(0, 12)
    try:
        art = sanitise(asset.svg)
        scale = side / max(art.box[2:])
        centre = f"{art.box[0] + art.box[2] / 2:g} {art.box[1] + art.box[3] / 2:g}"
        return rasterise(
            _document(
                f'<g transform="translate({x - art.box[0] * scale:.2f}'
                f" {y - art.box[1] * scale:.2f}) scale({scale:.5f})"
                f' rotate({turn:.1f} {centre})">{art.nested()}</g>'
            ),
            SIZE,
            SIZE,
        )
    except (InvalidRequest, ValueError):
        return None


def _strokes(rng: np.random.Generator) -> Image.Image:
    """A few curves with and without fill, as of letters and outlines."""
    paths = []
    for _ in range(int(rng.integers(1, 6))):
        points = rng.uniform(0, SIZE, 2) + rng.normal(0, 90, (4, 2))
        a, b, c, d = (f"{x:.1f} {y:.1f}" for x, y in points)
        fill = _colour(rng) if rng.random() < 0.4 else "none"
        paths.append(
            f'<path d="M{a} C{b} {c} {d}" fill="{fill}" stroke="{_colour(rng)}"'
            f' stroke-width="{np.exp(rng.uniform(0.7, 3.4)):.1f}" stroke-linecap="round"/>'
        )
    return rasterise(_document("".join(paths)), SIZE, SIZE)


def _colour(rng: np.random.Generator) -> str:
    hue, saturation, value = rng.random(), rng.random() ** 0.7, rng.random() ** 0.5
    return "#" + "".join(f"{round(255 * c):02x}" for c in hsv_to_rgb(hue, saturation, value))


def _document(body: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 {SIZE} {SIZE}">{body}</svg>'
    )


def _premultiplied(picture: Image.Image) -> NDArray[np.uint8]:
    straight = np.asarray(picture.convert("RGBA"), np.uint16)
    alpha = straight[..., 3:]
    return np.concatenate([(straight[..., :3] * alpha + 127) // 255, alpha], -1).astype(np.uint8)
