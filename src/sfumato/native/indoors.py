"""Backdrops without a sky: plain, gradient, room, table, under water, space.

Knows nothing about the things that will stand there.
"""

from itertools import pairwise

from sfumato.native import brush
from sfumato.native.light import NIGHT_TINT, Light
from sfumato.native.palette import lightness, mix, shade

WALL, FLOOR, WOOD = "#f4e6d3", "#c9935f", "#c98a4b"


def plain(light: Light) -> str:
    """The asked colour, a breath lighter in the middle."""
    colour = light.asked[0] if light.asked else "#f1f3f5"
    if light.night:
        colour = mix(colour, NIGHT_TINT, 0.55) if lightness(colour) > 0.45 else colour
    out = brush.gradient("plain", (mix(colour, "#ffffff", 0.07), colour), radial=True)
    return out + _full(light, "url(#plain)") + _night_stars(light)


def gradient(light: Light) -> str:
    """Two or more colours from top to bottom, and a large pale disc that holds the subject."""
    colours = light.asked or ("#dbe9ff", "#f7ecff")
    if len(colours) == 1:
        colours = (mix(colours[0], "#ffffff", 0.35), colours[0])
    if light.night:
        colours = tuple(mix(c, NIGHT_TINT, 0.55) if lightness(c) > 0.45 else c for c in colours)
    out = brush.gradient("wash", colours) + _full(light, "url(#wash)")
    bright = lightness(colours[0])
    pale = 0.1 if light.night or bright < 0.5 else 0.16 if bright < 0.83 else 0.42
    out += brush.disc(light.x(0.5), light.y(0.5), 430, "#ffffff", opacity=pale)
    return out + _night_stars(light)


def room(light: Light) -> str:
    wall = _in_room(light, light.asked[0] if light.asked else WALL)
    floor = _in_room(light, light.asked[1] if len(light.asked) > 1 else FLOOR)
    out = brush.gradient("wall", (shade(wall, 0.015), shade(wall, -0.025)))
    out += _full(light, "url(#wall)")
    out += _window(
        light, min(light.x(0.24), light.x(0.5) - 230), light.y(0.3), _in_room(light, "#ffffff")
    )
    out += _frames(light, light.x(0.78), light.y(0.26))
    out += brush.box(0, light.y(0.735) - 22, light.width, 24, _in_room(light, "#fffaf2"))
    out += brush.gradient("floor", (shade(floor, -0.02), shade(floor, 0.03)))
    out += brush.box(0, light.y(0.735), light.width, light.height, "url(#floor)")
    out += _boards(light, shade(floor, -0.07))
    rug = _in_room(light, "#e6a4a4")
    middle, rx = light.x(0.5), min(light.width * 0.42, 620)
    out += brush.oval(middle, light.y(0.875), rx, light.y(0.085), rug)
    return out + brush.oval(middle, light.y(0.875), rx - 26, light.y(0.085) - 14, shade(rug, 0.05))


def table(light: Light) -> str:
    top = _in_room(light, light.asked[0] if light.asked else WOOD)
    wall = _in_room(light, light.asked[1] if len(light.asked) > 1 else _wall_for(top))
    out = brush.gradient("wall", (shade(wall, 0.02), shade(wall, -0.03))) + _full(
        light, "url(#wall)"
    )
    out += brush.glow("lamp", "#ffffff", light.x(0.5), light.y(0.3), light.height * 0.6, 0.35)
    skirt = shade(wall, -0.1, chroma=0.8)
    out += brush.box(0, light.y(0.86), light.width, light.height, skirt)
    return out + _table_top(light, top)


def _table_top(light: Light, colour: str) -> str:
    far, near, thick = light.y(0.64), light.y(0.86), max(34.0, light.y(0.04))
    left, right, inset = light.x(0.04), light.x(0.96), light.x(0.07)
    front, leg = shade(colour, -0.09), shade(colour, -0.13)
    out = ""
    for x in (left + 46, right - 46 - 58):
        out += brush.box(x, near, 58, light.height - near + 10, leg)
    out += brush.box(left + 40, near, right - left - 80, thick * 1.7, leg)
    out += brush.gradient("top", (shade(colour, -0.015), shade(colour, 0.035)))
    corners = ((left + inset, far), (right - inset, far), (right, near), (left, near))
    out += brush.shape(corners, "url(#top)")
    out += brush.box(left, near - 1, right - left, thick, front, round_=10)
    for share in (0.28, 0.52, 0.76):
        y = far + (near - far) * share
        margin = inset * (1 - share)
        grain = f"M{left + margin + 30:.1f},{y:.1f} H{right - margin - 30:.1f}"
        out += brush.line(grain, shade(colour, -0.04), 3, opacity=0.45)
    return out


def underwater(light: Light) -> str:
    water = light.asked or ("#5fd0e0", "#2591c8", "#14508f")
    if len(water) == 1:
        water = (mix(water[0], "#ffffff", 0.35), water[0], shade(water[0], -0.18))
    if light.night:
        water = tuple(mix(c, NIGHT_TINT, 0.6) for c in water)
    out = brush.gradient("deep", water) + _full(light, "url(#deep)") + _rays(light)
    sand = mix("#f0d9a0", water[-1], 0.35)
    out += brush.hills(
        light.rng, light.width, light.y(0.83), light.height, 26, mix(sand, water[-1], 0.45), 0.9
    )
    out += _weeds(light, water[-1])
    out += brush.hills(light.rng, light.width, light.y(0.885), light.height, 16, sand, 0.7)
    for _ in range(round(24 * light.width / 1000)):
        x, y, r = light.x(light.some(0, 1)), light.y(light.some(0.05, 0.8)), light.some(5, 17)
        out += brush.disc(x, y, r, "#ffffff", opacity=0.16)
        out += brush.disc(x - r * 0.3, y - r * 0.35, r * 0.28, "#ffffff", opacity=0.5)
    return out


def space(light: Light) -> str:
    deep = light.asked or ("#0b0b2b", "#1c1450", "#33206b")
    if len(deep) == 1:
        deep = (shade(deep[0], -0.08), deep[0])
    out = brush.gradient("deep", deep) + _full(light, "url(#deep)")
    out += brush.glow("nebula", "#7048e8", light.x(0.2), light.y(0.75), 480, 0.5)
    out += brush.glow("mist", "#1098ad", light.x(0.85), light.y(0.2), 420, 0.35)
    area = light.width * light.height / 1e6
    out += brush.stars(light.rng, light.width, light.height / 1.0, round(95 * area) + 10)
    return out + (_planet(light) if light.orb else "")


def _full(light: Light, fill: str) -> str:
    return brush.box(0, 0, light.width, light.height, fill)


def _night_stars(light: Light) -> str:
    if not light.night and light.weather != "stars":
        return ""
    return brush.stars(
        light.rng, light.width, light.height, round(light.width * light.height / 2e4)
    )


def _in_room(light: Light, colour: str) -> str:
    return mix(colour, "#1a2148", 0.5) if light.night else colour


def _wall_for(top: str) -> str:
    """A wall that lets the table stand out: warm cream, or pale blue behind warm wood."""
    return "#dcebf2" if top == WOOD else "#f8ecd9"


def _window(light: Light, x: float, y: float, frame: str) -> str:
    half_w, half_h = 130.0, min(165.0, light.y(0.2))
    pane = ("#0e1747", "#33448c") if light.night else ("#8fcdf7", "#e3f4ff")
    out = brush.box(
        x - half_w - 16, y - half_h - 16, 2 * half_w + 32, 2 * half_h + 32, frame, round_=10
    )
    out += brush.gradient("pane", pane)
    out += brush.box(x - half_w, y - half_h, 2 * half_w, 2 * half_h, "url(#pane)")
    if light.night:
        for dx, dy in ((-70, -60), (40, -90), (-20, 30), (80, 10)):
            out += brush.sparkle(x + dx, y + dy * half_h / 165, 9, "#fff8e1")
        out += brush.disc(x + 66, y - half_h * 0.5, 28, "#fdf6d8")
    else:
        out += brush.cloud(light.rng, x - 20, y + half_h * 0.2, 150, "#ffffff", 0.9)
    out += brush.box(x - 6, y - half_h, 12, 2 * half_h, frame)
    out += brush.box(x - half_w, y - 6, 2 * half_w, 12, frame)
    return out + brush.box(x - half_w - 34, y + half_h + 12, 2 * half_w + 68, 20, frame, round_=6)


def _frames(light: Light, x: float, y: float) -> str:
    mat, rim = _in_room(light, "#fffdf8"), _in_room(light, "#b98a5e")
    out = brush.box(x - 86, y - 70, 172, 140, rim, round_=6) + brush.box(
        x - 72, y - 56, 144, 112, mat
    )
    hill, sun = _in_room(light, "#8cc5a2"), _in_room(light, "#ffb870")
    out += brush.disc(x + 26, y - 12, 20, sun)
    return out + brush.path(
        f"M{x - 72:.1f},{y + 56:.1f} V{y + 22:.1f}"
        f" Q{x - 30:.1f},{y - 22:.1f} {x + 8:.1f},{y + 20:.1f}"
        f" Q{x + 40:.1f},{y:.1f} {x + 72:.1f},{y + 26:.1f} V{y + 56:.1f} Z",
        hill,
    )


def _boards(light: Light, colour: str) -> str:
    out, top = "", light.y(0.735)
    rows = (0.0, 0.16, 0.36, 0.62, 1.0)
    for i, (a, b) in enumerate(pairwise(rows)):
        y0, y1 = top + (light.height - top) * a, top + (light.height - top) * b
        out += brush.line(f"M0,{y1:.1f} H{light.width:.1f}", colour, 3, opacity=0.6)
        x = 90.0 + 130 * (i % 2)
        while x < light.width:
            out += brush.line(f"M{x:.1f},{y0:.1f} V{y1:.1f}", colour, 3, opacity=0.6)
            x += 260
    return out


def _rays(light: Light) -> str:
    out = ""
    for share in (0.12, 0.34, 0.55, 0.8):
        x, w = light.x(share + light.some(-0.04, 0.04)), light.some(50, 120)
        foot = light.y(0.8)
        points = ((x, 0.0), (x + w, 0.0), (x + w * 0.4 - 120, foot), (x - w * 1.2 - 120, foot))
        out += brush.shape(points, "#ffffff", opacity=0.07)
    return out


def _weeds(light: Light, deep: str) -> str:
    out = ""
    for share in (0.03, 0.08, 0.13, 0.86, 0.92, 0.97):
        x, foot, tall = light.x(share), light.y(0.9), light.some(130, 290)
        tone = mix("#2f9e6e", deep, light.some(0.1, 0.4))
        sway = 26 if light.rng.uniform() < 0.5 else -26
        d = f"M{x:.1f},{foot:.1f} q{sway},{-tall / 4:.1f} 0,{-tall / 2:.1f} t0,{-tall / 2:.1f}"
        out += brush.line(d, tone, 20)
    for share, colour in ((0.19, "#ff8787"), (0.8, "#f783ac")):
        x, foot = light.x(share), light.y(0.9)
        fill = mix(colour, deep, 0.25)
        for dx, h in ((-34, 74), (0, 112), (34, 84)):
            out += brush.line(
                f"M{x:.1f},{foot:.1f} q{dx * 0.4:.1f},{-h * 0.5:.1f} {dx},{-h}", fill, 19
            )
    return out


def _planet(light: Light) -> str:
    x, y, r = light.x(0.14), light.y(0.16), 78.0
    out = brush.disc(x, y, r, "#f4a261")
    out += brush.path(
        f"M{x - r:.1f},{y:.1f} a{r},{r} 0 0 0 {2 * r:.1f},0 Z", "#e07a5f", opacity=0.55
    )
    ring = f"M{x - r * 1.55:.1f},{y + 22:.1f} Q{x:.1f},{y + 66:.1f} {x + r * 1.55:.1f},{y - 22:.1f}"
    return out + brush.line(ring, "#ffe8cc", 11, opacity=0.9)
