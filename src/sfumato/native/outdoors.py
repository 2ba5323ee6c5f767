"""Landscapes: each kind of outdoor backdrop as a function from its light to an SVG body.

Knows nothing about the things that will stand in them, except where their ground is.
"""

from sfumato.native import brush
from sfumato.native.light import Light, sky
from sfumato.native.palette import mix, shade


def open_sky(light: Light) -> str:
    """Nothing but air, with a bank of clouds along the lower edge."""
    out = sky(light, 1.0)
    fill = light.on("#ffffff") if light.night else mix("#ffffff", light.sky[-1], 0.15)
    count = round(light.width / 200) + 2
    for i in range(count):
        x = light.width * (i + 0.5 * light.some(0, 1)) / (count - 1)
        out += brush.oval(x, light.height + 10, light.some(130, 200), light.some(60, 120), fill)
    return out


def meadow(light: Light) -> str:
    out = sky(light, 0.66)
    out += _layers(light, ((0.60, 22, 1.3, "#7bc47f", 0.55), (0.655, 26, 0.9, "#69b96d", 0.25)))
    top = light.y(0.715)
    out += brush.gradient("grass", (light.on("#7ccb6b"), light.on("#4ea556")))
    out += brush.hills(light.rng, light.width, top, light.height, 16, "url(#grass)", 0.7)
    return out + _flora(light, 0.76, flowers=True)


def forest(light: Light) -> str:
    out = sky(light, 0.6)
    for foot, size, count, colour, depth in (
        (0.64, 330, 11, "#5d9c68", 0.5),
        (0.68, 420, 8, "#437f53", 0.18),
    ):
        out += brush.box(0, light.y(foot) - 4, light.width, light.height, light.on(colour, depth))
        out += _trees(light, foot, size, round(count * light.width / 1000), light.on(colour, depth))
    out += brush.gradient("moss", (light.on("#6fae5f"), light.on("#3f7d45")))
    out += brush.hills(light.rng, light.width, light.y(0.72), light.height, 12, "url(#moss)", 0.8)
    return out + _flora(light, 0.77, flowers=False)


def mountains(light: Light) -> str:
    out = sky(light, 0.62)
    out += _peaks(light, 0.66, (0.28, 0.44), "#8fa6c6", 0.45, snow=True)
    out += _peaks(light, 0.69, (0.42, 0.54), "#6d86ab", 0.12, snow=True)
    out += _layers(light, ((0.655, 14, 1.4, "#6aa873", 0.2),))
    out += _fir_line(light, 0.665, "#4d8a5b")
    out += _water(light, 0.69, 0.8)
    out += brush.gradient("alp", (light.on("#86c56f"), light.on("#55a158")))
    out += brush.hills(light.rng, light.width, light.y(0.785), light.height, 10, "url(#alp)", 0.6)
    return out + _flora(light, 0.82, flowers=True)


def sea(light: Light) -> str:
    horizon = 0.56
    out = sky(light, horizon) + _water(light, horizon, 1.0)
    return out


def sea_front(light: Light) -> str:
    """The nearest waves: they cover the feet of what floats or stands in the water."""
    near, deep = light.on("#2e93c9"), light.on("#1b6fa8")
    out = brush.gradient("near", (near, deep))
    out += _wave_band(light, 0.815, 17, "url(#near)", crest=light.on("#d9f1fb"))
    return out + _wave_band(light, 0.915, 15, light.on("#1a689f"), crest=light.on("#8fcbe8"))


def beach(light: Light) -> str:
    out = sky(light, 0.46) + _water(light, 0.46, 0.66)
    sand, wet = light.on("#f6dca4"), light.on("#e3c083")
    foam = light.on("#ffffff")
    for top, fill, swing in ((0.628, foam, 12), (0.642, wet, 12), (0.672, "url(#sand)", 12)):
        if fill.startswith("url"):
            out += brush.gradient("sand", (sand, light.on("#eecb88")))
        out += brush.hills(light.rng, light.width, light.y(top), light.height, swing, fill, 0.6)
    for _ in range(round(26 * light.width / 1000)):
        x, y = light.x(light.some(0, 1)), light.y(light.some(0.72, 0.99))
        out += brush.oval(
            x, y, light.some(3, 7), light.some(2, 3), light.on("#d3ac6b"), opacity=0.7
        )
    return out + _shells(light)


def desert(light: Light) -> str:
    if not light.asked and not light.night:
        out = brush.gradient("heat", ("#63b8ec", "#c9e6f2", "#fdeccb"))
        out += brush.box(0, 0, light.width, light.y(0.72), "url(#heat)")
        out += brush.glow("sun", "#fff3bf", light.x(0.8), 190, 230, 0.95)
        out += brush.disc(light.x(0.8), 190, 70, "#ffd43b") if light.orb else ""
    else:
        out = sky(light, 0.66)
    out += _layers(light, ((0.60, 34, 0.8, "#e9b872", 0.45), (0.66, 30, 0.6, "#e3a857", 0.12)))
    for share, size in ((0.08, 170), (0.93, 130)):
        out += _cactus(light.x(share), light.y(0.70), size, light.on("#5b9a63", 0.15))
    out += brush.gradient("dune", (light.on("#f2c879"), light.on("#d9984a")))
    out += brush.hills(light.rng, light.width, light.y(0.725), light.height, 20, "url(#dune)", 0.5)
    for share in (0.82, 0.88, 0.94):
        curve = brush.ridge(light.rng, light.width, light.y(share), 7, 1.2)
        out += brush.line(curve, light.on("#c98a41"), 4, opacity=0.35)
    return out


def snow(light: Light) -> str:
    out = sky(light, 0.66)
    out += _layers(light, ((0.58, 30, 1.1, "#d3e2f2", 0.3), (0.64, 24, 0.8, "#e3eef9", 0.1)))
    for share, foot, size in (
        (0.07, 0.70, 300),
        (0.19, 0.675, 210),
        (0.9, 0.70, 270),
        (0.8, 0.67, 180),
    ):
        x = light.x(share + light.some(-0.02, 0.02))
        fir = brush.fir(x, light.y(foot), size, light.on("#4f8a78", 0.12), cap=light.on("#ffffff"))
        out += light.unless("trees", fir)
    out += brush.gradient("drift", (light.on("#ffffff"), light.on("#cfe0f3")))
    out += brush.hills(light.rng, light.width, light.y(0.715), light.height, 18, "url(#drift)", 0.6)
    for share in (0.84, 0.93):
        curve = brush.ridge(light.rng, light.width, light.y(share), 9, 0.9)
        out += brush.line(curve, light.on("#b4cdE8".lower()), 5, opacity=0.4)
    return out


def city(light: Light) -> str:
    out = sky(light, 0.74)
    out += _skyline(light, 0.75, (0.25, 0.46), 90, "#a9bcd4", 0.35)
    out += _skyline(light, 0.75, (0.42, 0.6), 120, "#7890b3", 0.0)
    walk, street = light.on("#c9cfd6"), light.on("#5f6b7a")
    out += brush.box(0, light.y(0.745), light.width, light.height, walk)
    out += brush.box(0, light.y(0.745), light.width, 9, light.on("#e3e7eb"))
    for i in range(round(light.width / 130) + 1):
        x = 130.0 * i
        out += brush.line(
            f"M{x:.1f},{light.y(0.755):.1f} l-40,{light.y(0.09):.1f}", street, 3, opacity=0.3
        )
    out += brush.box(0, light.y(0.865), light.width, light.height, street)
    out += brush.box(0, light.y(0.865), light.width, 14, light.on("#aab2bb"))
    return out + _dashes(light, 0.94)


def road(light: Light) -> str:
    out = sky(light, 0.6)
    out += _layers(light, ((0.55, 24, 1.2, "#8ccf8a", 0.5), (0.605, 20, 0.8, "#76c07a", 0.2)))
    for share, size in ((0.06, 210), (0.17, 160), (0.86, 190), (0.95, 150)):
        x = light.x(share + light.some(-0.02, 0.02))
        leaves, trunk = light.on("#5aa763", 0.1), light.on("#8a6342")
        out += light.unless("trees", brush.round_tree(x, light.y(0.665), size, leaves, trunk))
    out += brush.box(0, light.y(0.655), light.width, light.height, light.on("#7cc576"))
    out += brush.box(0, light.y(0.705), light.width, light.y(0.215), light.on("#5c6773"))
    for top in (0.705, 0.908):
        out += brush.box(0, light.y(top), light.width, 11, light.on("#e9ecef"))
    out += _dashes(light, 0.868)
    out += brush.box(0, light.y(0.92), light.width, light.height, light.on("#63b266"))
    return out + _flora(light, 0.945, flowers=False)


def _layers(light: Light, ridges: tuple[tuple[float, float, float, str, float], ...]) -> str:
    """Ridges from far to near: (top, swing, waves, daylight colour, depth)."""
    return "".join(
        brush.hills(
            light.rng,
            light.width,
            light.y(top),
            light.height,
            swing,
            light.on(colour, depth),
            waves * light.width / 1000,
        )
        for top, swing, waves, colour, depth in ridges
    )


def _flora(light: Light, top: float, *, flowers: bool) -> str:
    """Tufts and flowers, larger towards the viewer, so that the ground recedes."""
    out, rng = "", light.rng
    rows = sorted(float(y) for y in rng.uniform(top, 1.0, round(26 * light.width / 1000)))
    petals = ("#ffffff", "#ffd6e7", "#fff3a3", "#e5b8f4", "#ffb8b8")
    for i, row in enumerate(rows):
        x, y, size = light.x(light.some(0.0, 1.0)), light.y(row), 14 + 44 * (row - top)
        if flowers and i % 2:
            petal = light.on(petals[int(rng.integers(len(petals)))])
            flower = brush.flower(x, y, size * 1.5, petal, light.on("#3f9149"))
            out += light.unless("flowers", flower)
        else:
            out += light.unless("grass", brush.tuft(x, y, size * 1.5, light.on("#3d8f49")))
    return out


def _trees(light: Light, foot: float, size: float, count: int, fill: str) -> str:
    out = ""
    for i in range(count):
        x = light.width * (i + light.some(0.2, 0.8)) / count
        height = size * light.some(0.75, 1.15)
        if light.rng.uniform() < 0.55:
            out += brush.fir(x, light.y(foot) + 8, height, fill)
        else:
            trunk = mix(fill, "#4a3222", 0.5)
            out += brush.round_tree(x, light.y(foot) + 8, height * 0.9, fill, trunk)
    return light.unless("trees", out)


def _fir_line(light: Light, foot: float, colour: str) -> str:
    out = ""
    for share in (0.03, 0.1, 0.16, 0.84, 0.9, 0.97):
        size = light.some(110, 190)
        x = light.x(share + light.some(-0.02, 0.02))
        out += brush.fir(x, light.y(foot + 0.025), size, light.on(colour, 0.1))
    return light.unless("trees", out)


def _peaks(
    light: Light, foot: float, tops: tuple[float, float], colour: str, depth: float, *, snow: bool
) -> str:
    out, fill = "", light.on(colour, depth)
    count = max(2, round(2.4 * light.width / 1000)) + (depth < 0.3)
    for i in range(count):
        x = light.width * (i + light.some(0.3, 0.7)) / count
        top, bottom = light.y(light.some(*tops)), light.y(foot)
        half = (bottom - top) * light.some(0.9, 1.15)
        out += brush.shape(((x - half, bottom), (x, top), (x + half, bottom)), fill)
        out += brush.shape(
            ((x, top), (x + half, bottom), (x + half * 0.25, bottom)), shade(fill, -0.035)
        )
        if snow:
            out += _snow_cap(light, x, top, half, bottom - top)
    return out


def _snow_cap(light: Light, x: float, top: float, half: float, height: float) -> str:
    white = light.on("#fbfdff", 0.1)
    w, h = half * 0.3, height * 0.3
    points = (
        (x, top),
        (x + w, top + h),
        (x + w * 0.5, top + h * 0.82),
        (x + w * 0.12, top + h * 1.15),
    )
    more = ((x - w * 0.32, top + h * 0.8), (x - w * 0.62, top + h * 1.05), (x - w, top + h))
    return brush.shape((*points, *more), white)


def _water(light: Light, top: float, bottom: float) -> str:
    far = mix(light.on("#8fd0e8"), light.sky[-1], 0.45)
    out = brush.gradient("water", (far, light.on("#3fa3d1"), light.on("#2482b8")))
    out += brush.box(0, light.y(top), light.width, light.y(bottom - top) + 4, "url(#water)")
    gleam = light.on("#ffffff", 0.2)
    for _ in range(round(22 * light.width / 1000)):
        share = light.some(0.03, 0.95)
        x, y = light.x(light.some(0, 1)), light.y(top + share * (bottom - top))
        reach = 20 + 70 * share * light.some(0.5, 1)
        out += brush.line(
            f"M{x - reach:.1f},{y:.1f} h{2 * reach:.1f}", gleam, 3 + 3 * share, opacity=0.35
        )
    return out


def _wave_band(light: Light, top: float, swing: float, fill: str, *, crest: str) -> str:
    curve = brush.ridge(light.rng, light.width, light.y(top), swing, 2.6 * light.width / 1000)
    below = f" L{light.width:.1f},{light.height:.1f} H0 Z"
    return brush.path(curve + below, fill) + brush.line(curve, crest, 7, opacity=0.75)


def _shells(light: Light) -> str:
    out = ""
    for share, row, colour in (
        (0.06, 0.93, "#ffb3a7"),
        (0.94, 0.9, "#ffd8c2"),
        (0.86, 0.96, "#f7a8b8"),
    ):
        x, y, r = light.x(share), light.y(row), 19.0
        fill = light.on(colour)
        fan = (
            f"M{x - r:.1f},{y:.1f} A{r},{r} 0 0 1 {x + r:.1f},{y:.1f} L{x:.1f},{y + r * 0.7:.1f} Z"
        )
        out += brush.path(fan, fill)
        for lean in (-0.5, 0.0, 0.5):
            ray = f"M{x:.1f},{y + r * 0.6:.1f} L{x + lean * r * 1.4:.1f},{y - r * 0.72:.1f}"
            out += brush.line(ray, shade(fill, -0.1), 2.5)
    return out


def _cactus(x: float, foot: float, height: float, fill: str) -> str:
    w, left, right = height * 0.19, x - height * 0.26, x + height * 0.26
    trunk = f"M{x:.1f},{foot:.1f} V{foot - height:.1f}"
    arm = f"M{x:.1f},{foot - height * 0.35:.1f} H{left:.1f} V{foot - height * 0.66:.1f}"
    other = f"M{x:.1f},{foot - height * 0.48:.1f} H{right:.1f} V{foot - height * 0.8:.1f}"
    return (
        brush.line(trunk, fill, w)
        + brush.line(arm, fill, w * 0.7)
        + brush.line(other, fill, w * 0.7)
    )


def _skyline(
    light: Light, foot: float, tops: tuple[float, float], breadth: float, colour: str, depth: float
) -> str:
    out, x = "", -light.some(10, 60)
    while x < light.width:
        wide, top = breadth * light.some(0.8, 1.4), light.y(light.some(*tops))
        fill = shade(light.on(colour, depth), light.some(-0.03, 0.03))
        out += brush.box(x, top, wide, light.y(foot) - top + 2, fill)
        if depth < 0.2:
            out += _windows(light, x, top, wide, light.y(foot), fill)
        x += wide + light.some(0, 16)
    return out


def _windows(light: Light, x: float, top: float, wide: float, foot: float, wall: str) -> str:
    lit = "#ffd98a" if light.night or light.warm else "#eaf3fb"
    columns = max(2, round(wide / 42))
    gap = wide / columns
    out, y = "", top + 26
    while y < foot - 50:
        for column in range(columns):
            on = light.rng.uniform() < (0.55 if light.night else 0.8)
            fill = lit if on else shade(wall, -0.06)
            out += brush.box(x + gap * (column + 0.28), y, gap * 0.44, 26, fill, round_=3)
        y += 52
    return out


def _dashes(light: Light, share: float) -> str:
    out, x = "", 20.0
    while x < light.width:
        out += brush.box(x, light.y(share) - 6, 84, 12, light.on("#fff3bf"), round_=6)
        x += 160
    return out
