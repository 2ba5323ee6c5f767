"""What lies behind the things, as SVG: kind, colours, night and weather → a full canvas.

The one table from kinds to painters and to their ground. Knows nothing about things or pixels.
"""

from collections.abc import Callable, Mapping

from sfumato.native import brush, indoors, outdoors
from sfumato.native.light import Light, light_of
from sfumato.native.palette import mix
from sfumato.native.scene import Backdrop

INDOORS: Mapping[str, Callable[[Light], str]] = {
    "plain": indoors.plain,
    "gradient": indoors.gradient,
    "underwater": indoors.underwater,
    "room": indoors.room,
    "table": indoors.table,
    "space": indoors.space,
}
OUTDOORS: Mapping[str, Callable[[Light], str]] = {
    "sky": outdoors.open_sky,
    "meadow": outdoors.meadow,
    "forest": outdoors.forest,
    "mountains": outdoors.mountains,
    "sea": outdoors.sea,
    "beach": outdoors.beach,
    "desert": outdoors.desert,
    "snow": outdoors.snow,
    "city": outdoors.city,
    "road": outdoors.road,
}
FRONTS: Mapping[str, Callable[[Light], str]] = {"sea": outdoors.sea_front}
# Where feet stand, as a share of the height; a kind that is absent has no ground.
GROUND: Mapping[str, float] = {
    "meadow": 0.86,
    "forest": 0.86,
    "mountains": 0.86,
    "sea": 0.85,
    "beach": 0.86,
    "desert": 0.86,
    "snow": 0.86,
    "city": 0.84,
    "road": 0.83,
    "room": 0.88,
    "table": 0.78,
}


def backdrop_svg(backdrop: Backdrop, width: int, height: int) -> str:
    """The whole backdrop for a canvas of this size; its look depends on the aspect alone."""
    return _document(*_painted(backdrop, width, height, {**INDOORS, **OUTDOORS}))


def front_svg(backdrop: Backdrop, width: int, height: int) -> str | None:
    """What stands before the things: near waves, rain, flakes. None when nothing does."""
    body, light = _painted(backdrop, width, height, FRONTS)
    body += _weather(light)
    return _document(body, light) if body else None


def _painted(
    backdrop: Backdrop, width: int, height: int, painters: Mapping[str, Callable[[Light], str]]
) -> tuple[str, Light]:
    light = light_of(backdrop, width, height, outdoors=backdrop.kind in OUTDOORS)
    painter = painters.get(backdrop.kind)
    return (painter(light) if painter else "", light)


def _document(body: str, light: Light) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg"'
        f' viewBox="0 0 {light.width:.2f} {light.height:.2f}" preserveAspectRatio="none">'
        f"{body}</svg>"
    )


def _weather(light: Light) -> str:
    area = light.width * light.height / 1e6
    if light.weather == "rain":
        colour = mix("#e7f5ff", light.sky[0], 0.25)
        return "".join(_drop(light, colour) for _ in range(round(120 * area)))
    if light.weather == "snow":
        flakes = (
            (light.x(light.some(0, 1)), light.y(light.some(0, 1)), light.some(3, 10))
            for _ in range(round(110 * area))
        )
        return "".join(brush.disc(x, y, r, "#ffffff", opacity=0.9) for x, y, r in flakes)
    return ""


def _drop(light: Light, colour: str) -> str:
    x, y, fall = light.x(light.some(0, 1.05)), light.y(light.some(-0.03, 1)), light.some(26, 54)
    return brush.line(f"M{x:.1f},{y:.1f} l{-fall * 0.28:.1f},{fall:.1f}", colour, 4, opacity=0.6)
