"""Small SVG shapes that backdrops are made of: hills, clouds, stars, trees, gradients.

Units: the canvas' short edge is 1000. Knows nothing about kinds of backdrop.
"""

from collections.abc import Sequence
from math import cos, pi, sin

from numpy.random import Generator

from sfumato.native.palette import mix, shade


def gradient(name: str, colours: Sequence[str], *, radial: bool = False) -> str:
    """A definition, top to bottom or centre to rim, to be filled with `url(#name)`."""
    last = max(1, len(colours) - 1)
    stops = "".join(
        f'<stop offset="{i / last:.3f}" stop-color="{c}"/>' for i, c in enumerate(colours)
    )
    if radial:
        return f'<defs><radialGradient id="{name}">{stops}</radialGradient></defs>'
    axis = 'x1="0" y1="0" x2="0" y2="1"'
    return f'<defs><linearGradient id="{name}" {axis}>{stops}</linearGradient></defs>'


def glow(name: str, colour: str, x: float, y: float, radius: float, strength: float) -> str:
    """A round light that fades to nothing."""
    return (
        f'<defs><radialGradient id="{name}"><stop offset="0" stop-color="{colour}"'
        f' stop-opacity="{strength:.2f}"/><stop offset="1" stop-color="{colour}"'
        f' stop-opacity="0"/></radialGradient></defs>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="url(#{name})"/>'
    )


def box(x: float, y: float, width: float, height: float, fill: str, *, round_: float = 0) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
        f' rx="{round_:.1f}" fill="{fill}"/>'
    )


def disc(x: float, y: float, radius: float, fill: str, *, opacity: float = 1) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}"'
        f' fill-opacity="{opacity:.2f}"/>'
    )


def oval(x: float, y: float, rx: float, ry: float, fill: str, *, opacity: float = 1) -> str:
    return (
        f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}"'
        f' fill-opacity="{opacity:.2f}"/>'
    )


def shape(points: Sequence[tuple[float, float]], fill: str, *, opacity: float = 1) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{path}" fill="{fill}" fill-opacity="{opacity:.2f}"/>'


def path(d: str, fill: str, *, opacity: float = 1) -> str:
    return f'<path d="{d}" fill="{fill}" fill-opacity="{opacity:.2f}"/>'


def line(d: str, colour: str, width: float, *, opacity: float = 1) -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:.1f}"'
        f' stroke-linecap="round" stroke-opacity="{opacity:.2f}"/>'
    )


def hills(
    rng: Generator, width: float, top: float, bottom: float, swing: float, fill: str, waves: float
) -> str:
    """A rolling ridge around `top`, `swing` high and low, filled down to `bottom`."""
    return path(ridge(rng, width, top, swing, waves) + f" L{width:.1f},{bottom:.1f} H0 Z", fill)


def ridge(rng: Generator, width: float, top: float, swing: float, waves: float) -> str:
    """The curve alone, from the left edge to the right one: smooth, without a visible period."""
    phases = rng.uniform(0, 2 * pi, 2)
    count = max(4, round(waves * 6))
    points = []
    for i in range(count + 1):
        turn = 2 * pi * waves * i / count
        y = top + swing * (0.7 * sin(turn + phases[0]) + 0.3 * sin(1.7 * turn + phases[1]))
        points.append((width * i / count, y))
    return smooth(points)


def smooth(points: Sequence[tuple[float, float]]) -> str:
    """A Catmull-Rom curve through the points as cubic Béziers."""
    out = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
    padded = [points[0], *points, points[-1]]
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        one = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        two = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        out.append(
            f"C{one[0]:.1f},{one[1]:.1f} {two[0]:.1f},{two[1]:.1f} {end[0]:.1f},{end[1]:.1f}"
        )
    return " ".join(out)


def cloud(rng: Generator, x: float, y: float, width: float, fill: str, opacity: float) -> str:
    """Flat below, round bumps above; one path, so that half-clear ones stay even."""
    r = width * 0.1
    d = f"M{x - width / 2 + r:.1f},{y - 2 * r:.1f} h{width - 2 * r:.1f}"
    d += f" a{r:.1f},{r:.1f} 0 0 1 0,{2 * r:.1f} h{2 * r - width:.1f}"
    d += f" a{r:.1f},{r:.1f} 0 0 1 0,{-2 * r:.1f} Z"
    lean = 0.06 * (1 if rng.uniform() < 0.5 else -1)
    for place, size in ((-0.2, 0.14), (lean, 0.2), (0.22, 0.13)):
        radius = width * size * float(rng.uniform(0.9, 1.1))
        middle = x + width * place
        d += (
            f" M{middle - radius:.1f},{y - r * 1.5:.1f} a{radius:.1f},{radius:.1f} 0 1 1"
            f" {2 * radius:.1f},0 a{radius:.1f},{radius * 0.7:.1f} 0 1 1 {-2 * radius:.1f},0 Z"
        )
    return path(d, fill, opacity=opacity)


def stars(rng: Generator, width: float, height: float, count: int, colour: str = "#fff8e1") -> str:
    """Points of several sizes, the largest as four-pointed sparkles, denser towards the top."""
    out = []
    for i in range(count):
        x, y = float(rng.uniform(0.02, 0.98)) * width, float(rng.uniform(0.02, 1)) ** 1.3 * height
        bright = float(rng.uniform(0.45, 1))
        if i % 9 == 0:
            out.append(sparkle(x, y, float(rng.uniform(9, 15)), colour, bright))
        else:
            out.append(disc(x, y, float(rng.uniform(1.5, 4)), colour, opacity=bright))
    return "".join(out)


def sparkle(x: float, y: float, r: float, colour: str, opacity: float = 1) -> str:
    n = r * 0.16
    d = (
        f"M{x:.1f},{y - r:.1f} Q{x + n:.1f},{y - n:.1f} {x + r:.1f},{y:.1f}"
        f" Q{x + n:.1f},{y + n:.1f} {x:.1f},{y + r:.1f} Q{x - n:.1f},{y + n:.1f}"
        f" {x - r:.1f},{y:.1f} Q{x - n:.1f},{y - n:.1f} {x:.1f},{y - r:.1f} Z"
    )
    return path(d, colour, opacity=opacity)


def fir(x: float, foot: float, height: float, fill: str, *, cap: str | None = None) -> str:
    """A conifer of three tiers; `cap` puts snow on them."""
    out = box(
        x - height * 0.035,
        foot - height * 0.14,
        height * 0.07,
        height * 0.15,
        mix(fill, "#3b2a1e", 0.6),
    )
    for tier, (top, spread) in enumerate(((0.12, 0.3), (0.38, 0.25), (0.62, 0.18))):
        base, tip = foot - height * top, foot - height * min(1.0, top + 0.42)
        half = height * spread
        tone = shade(fill, 0.025 * tier)
        out += path(
            f"M{x:.1f},{tip:.1f} L{x + half:.1f},{base:.1f} Q{x:.1f},{base + height * 0.05:.1f}"
            f" {x - half:.1f},{base:.1f} Z",
            tone,
        )
        if cap:
            part, drop = half * 0.45, (base - tip) * 0.45
            out += path(
                f"M{x:.1f},{tip:.1f} L{x + part:.1f},{tip + drop:.1f} L{x + part * 0.3:.1f},"
                f"{tip + drop * 0.8:.1f} L{x:.1f},{tip + drop * 1.15:.1f} L{x - part * 0.4:.1f},"
                f"{tip + drop * 0.8:.1f} L{x - part:.1f},{tip + drop:.1f} Z",
                cap,
            )
    return out


def round_tree(x: float, foot: float, height: float, fill: str, trunk: str) -> str:
    r = height * 0.3
    return (
        box(x - height * 0.035, foot - height * 0.5, height * 0.07, height * 0.5, trunk)
        + oval(x, foot - height * 0.64, r, height * 0.36, fill)
        + oval(x - r * 0.25, foot - height * 0.72, r * 0.55, height * 0.2, shade(fill, 0.04))
    )


def tuft(x: float, y: float, size: float, colour: str) -> str:
    """Three blades of grass."""
    blades = "".join(
        f" M{x + 0.12 * lean * size:.1f},{y:.1f} q{lean * size * 0.08:.1f},{-size * 0.5:.1f}"
        f" {lean * size * 0.34:.1f},{-size * (0.95 - 0.22 * abs(lean)):.1f}"
        for lean in (-1, 0, 1)
    )
    return line(blades, colour, size * 0.16)


def flower(x: float, y: float, size: float, petal: str, stem: str) -> str:
    r = size * 0.2
    petals = "".join(
        disc(x + r * cos(k * 2 * pi / 5), y - size + r * sin(k * 2 * pi / 5), r * 0.72, petal)
        for k in range(5)
    )
    return (
        line(f"M{x:.1f},{y:.1f} V{y - size:.1f}", stem, size * 0.09)
        + petals
        + disc(x, y - size, r * 0.6, "#ffd43b")
    )
