"""Arithmetic on hex colours, perceptual where it matters (OKLCH). Knows nothing about pictures.

OKLab: Björn Ottosson, "A perceptual color space for image processing", 2020.
"""

from math import atan2, cos, degrees, hypot, radians, sin

from sfumato.native.scene import COLOURS

WHITE = "#ffffff"


def to_rgb(colour: str) -> tuple[int, int, int]:
    """'#rgb' or '#rrggbb' (alpha digits ignored) → three bytes."""
    digits = colour.lstrip("#")
    if len(digits) in (3, 4):
        digits = "".join(2 * d for d in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def to_hex(red: float, green: float, blue: float) -> str:
    """Bytes, rounded and kept within the gamut."""
    return "#" + "".join(f"{min(255, max(0, round(c))):02x}" for c in (red, green, blue))


def named(colour: str) -> str:
    """A name of `scene.COLOURS`, or hex already, as hex."""
    return COLOURS.get(colour, colour)


def mix(one: str, other: str, share: float) -> str:
    """`one` with `share` (0…1) of `other`, in sRGB as the eye expects of paint on a screen."""
    a, b = to_rgb(one), to_rgb(other)
    return to_hex(*(p + (q - p) * share for p, q in zip(a, b, strict=True)))


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0…1, chroma 0…about 0.3, hue in degrees."""
    r, g, b = (_linear(c / 255) for c in to_rgb(colour))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b_ = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, hypot(a, b_), degrees(atan2(b_, a)) % 360


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The nearest hex: chroma gives way before hue and lightness do."""
    for _ in range(24):
        rgb = _from_oklab(lightness, chroma * cos(radians(hue)), chroma * sin(radians(hue)))
        if all(-0.002 <= c <= 1.002 for c in rgb):
            break
        chroma *= 0.92
    return to_hex(*(255 * _gamma(c) for c in rgb))


def lightness(colour: str) -> float:
    """Perceived lightness, 0 black to 1 white."""
    return to_oklch(colour)[0]


def shade(colour: str, by: float, *, chroma: float = 1.0) -> str:
    """The colour lighter (`by` > 0) or darker (< 0), its chroma multiplied by `chroma`."""
    light, own_chroma, hue = to_oklch(colour)
    return from_oklch(min(1.0, max(0.0, light + by)), own_chroma * chroma, hue)


def hue_distance(one: float, other: float) -> float:
    """Degrees between two hues, 0…180."""
    return abs((one - other + 180) % 360 - 180)


def _from_oklab(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _linear(c: float) -> float:
    return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)


def _gamma(c: float) -> float:
    c = min(1.0, max(0.0, c))
    return 12.92 * c if c <= 0.0031308 else float(1.055 * c ** (1 / 2.4) - 0.055)
