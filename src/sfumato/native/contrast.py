"""How well one colour reads on another, by WCAG 2.2. Knows nothing about letters or holders."""

from collections.abc import Sequence

from sfumato.native.palette import shade, to_rgb

ENOUGH = 4.5  # WCAG 2.2, 1.4.3, level AA for text
_SHADES = (0.02, 0.04, 0.06)  # of lightness: still the same colour to the eye


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two hex colours, 1 (equal) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pair(ink: str, grounds: Sequence[str]) -> tuple[str, str]:
    """(ink, ground): the first ground on which the ink reads well, a shade apart if it must be.

    Grounds in order of preference; one of them has to be near white and one near black, between
    which every ink finds enough contrast.
    """
    for ground in grounds:
        for step in (0.0, *_SHADES):
            away = step if contrast(ink, "#000000") > contrast(ground, "#000000") else -step
            tried = shade(ink, away) if step else ink
            if contrast(tried, ground) >= ENOUGH:
                return tried, ground
    best = max(grounds, key=lambda ground: contrast(ink, ground))
    return ink, best


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(c / 255) for c in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(c: float) -> float:
    return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)
