"""The light of a backdrop: its size in units, its sky and how that tints everything under it.

Units: the short edge is 1000. Knows nothing about what stands in the landscape.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import PCG64, Generator

from sfumato.native import brush
from sfumato.native.palette import lightness, mix, shade, to_oklch
from sfumato.native.scene import Backdrop

SHORT_EDGE = 1000.0
DAY = ("#5aaef0", "#a9d8fb", "#e6f5ff")
OVERCAST = ("#8fa3b5", "#b3c1cd", "#d3dce3")
NIGHT = ("#0b1238", "#1b2a63", "#3a4a8c")
NIGHT_TINT = "#0d1642"
UNASKED = ((), Backdrop().colours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """`asked` are the backdrop's own colours, empty when none were asked for."""

    width: float
    height: float
    sky: tuple[str, ...]
    asked: tuple[str, ...]
    night: bool
    weather: str | None
    orb: bool
    without: tuple[str, ...]
    rng: Generator

    def unless(self, part: str, drawn: str) -> str:
        """`drawn`, or nothing where `part` is left out; what else is drawn stays in its place."""
        return "" if part in self.without else drawn

    def on(self, colour: str, depth: float = 0.0) -> str:
        """A daylight colour as it looks in this light; `depth` 0 near … 1 lost in the air."""
        if self.night:
            return mix(mix(colour, NIGHT_TINT, 0.58), self.sky[-1], depth * 0.6)
        tint = 0.22 if self.warm else 0.0
        hazy = mix(mix(colour, self.sky[-1], depth * 0.72), self.sky[0], tint * 0.6)
        return shade(mix(hazy, self.sky[-1], tint * 0.5), -0.07 if self.warm else 0.0)

    @property
    def warm(self) -> bool:
        """Whether this is an evening: the sky was asked for, and glows at the horizon."""
        light, chroma, hue = to_oklch(self.sky[-1])
        return bool(self.asked) and chroma > 0.04 and (hue < 110 or hue > 320) and light < 0.93

    def x(self, share: float) -> float:
        return self.width * share

    def y(self, share: float) -> float:
        return self.height * share

    def some(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))


def light_of(backdrop: Backdrop, width: int, height: int, *, outdoors: bool) -> Light:
    """The light of a canvas of `width` x `height` pixels; its units depend on the aspect alone."""
    unit = SHORT_EDGE / min(width, height)
    asked = () if backdrop.colours in UNASKED else backdrop.colours
    return Light(
        width=width * unit,
        height=height * unit,
        sky=_sky_colours(backdrop, asked) if outdoors else DAY,
        asked=asked,
        night=backdrop.night,
        weather=backdrop.weather,
        orb=backdrop.orb,
        without=backdrop.without,
        rng=Generator(PCG64(backdrop.variant)),
    )


def sky(light: Light, horizon: float) -> str:
    """Gradient, sun or moon, stars and clouds, down to `horizon` (a share of the height)."""
    bottom = light.y(min(1.0, horizon + 0.12))  # no ridge dips below it
    out = brush.gradient("sky", light.sky)
    out += brush.box(0, 0, light.width, bottom, "url(#sky)")
    reach = light.y(horizon)
    if light.night or light.weather == "stars":
        area = light.width * reach / 1e6
        stars = brush.stars(light.rng, light.width, reach * 0.9, round(55 * area) + 12)
        out += light.unless("stars", stars)
    if light.orb and light.weather not in ("rain", "snow"):
        out += _orb(light, reach)
    return out + light.unless("clouds", _clouds(light, reach))


def _sky_colours(backdrop: Backdrop, asked: Sequence[str]) -> tuple[str, ...]:
    if asked and len(asked) > 1:
        colours = tuple(asked)
    elif asked:
        colours = (shade(asked[0], -0.06), asked[0], mix(asked[0], "#ffffff", 0.45))
    elif backdrop.night:
        return NIGHT
    else:
        colours = OVERCAST if backdrop.weather in ("rain", "snow") else DAY
    if backdrop.night:
        return tuple(mix(c, NIGHT_TINT, 0.6) if lightness(c) > 0.45 else c for c in colours)
    return colours


def _orb(light: Light, reach: float) -> str:
    side = light.some(0.76, 0.86) if light.rng.uniform() < 0.7 else light.some(0.14, 0.24)
    x = light.x(side)
    if light.night:
        return _moon(light, x, min(reach * 0.3, 230))
    if light.warm:
        y = reach * 0.86
        core = mix(light.sky[-1], "#fff3bf", 0.75)
        return brush.glow("dusk", core, x, y, 330, 0.75) + brush.disc(x, y, 82, core)
    y = min(reach * 0.28, 200)
    return brush.glow("sun", "#fff3bf", x, y, 210, 0.9) + brush.disc(x, y, 66, "#ffe066")


def _moon(light: Light, x: float, y: float) -> str:
    out = brush.glow("moonlight", "#dbe4ff", x, y, 230, 0.5) + brush.disc(x, y, 62, "#fdf6d8")
    for dx, dy, r in ((-20, -14, 13), (18, 10, 17), (-8, 26, 9)):
        out += brush.disc(x + dx, y + dy, r, "#eadfb4", opacity=0.75)
    return out


def _clouds(light: Light, reach: float) -> str:
    bad = light.weather in ("rain", "snow")
    fill = mix("#ffffff", light.sky[0], 0.75 if light.night else 0.45 if light.warm else 0.04)
    if bad:
        fill = mix(light.sky[0], "#ffffff", 0.25)
    opacity = 0.5 if light.night else 0.6 if light.warm else 0.88
    count = max(2, round(light.width / 420)) + (2 if bad else 0)
    out = ""
    for i in range(count):
        x = light.width * (i + light.some(0.25, 0.75)) / count
        y = reach * light.some(0.16, 0.62)
        width = light.some(150, 270) * (0.75 + 0.5 * y / reach)
        out += brush.cloud(light.rng, x, y, width, fill, opacity)
    return out
