import numpy as np
import pytest

from sfumato.native.palette import hue_distance, to_hex, to_oklch
from sfumato.native.raster import probe
from sfumato.native.recolour import recolour
from sfumato.native.scene import COLOURS
from sfumato.native.svg import sanitise
from tests.native.drawings import SVGS

HUES = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "turquoise")


def main_colour(svg: str, colour: str) -> tuple[float, float, float]:
    pixels, _ = probe(recolour(sanitise(svg), colour))
    solid = pixels[pixels[:, :, 3] > 200][:, :3]
    return to_oklch(to_hex(*np.median(solid, axis=0)))


@pytest.mark.parametrize("colour", HUES)
@pytest.mark.parametrize("name", ["set/ball", "set/cat", "set/post"])
def test_a_thing_takes_the_hue_that_is_asked(name: str, colour: str) -> None:
    _, chroma, hue = main_colour(SVGS[name], colour)
    assert chroma > 0.08
    assert hue_distance(hue, to_oklch(COLOURS[colour])[2]) < 12


def test_black_is_dark_white_is_light_and_grey_lies_between() -> None:
    black, grey, white = (main_colour(SVGS["set/cat"], c) for c in ("black", "grey", "white"))
    assert black[0] < 0.4 < grey[0] < 0.8 < white[0]
    assert max(black[1], grey[1], white[1]) < 0.03


def test_black_eyes_stay_black() -> None:
    pixels, _ = probe(recolour(sanitise(SVGS["set/cat"]), "yellow"))
    eye = pixels[(18 * 4), (12 * 4)]
    assert eye[:3].max() < 30


def test_a_grey_thing_becomes_colourful() -> None:
    svg = SVGS["set/ball"].replace("#e5383b", "#9e9e9e")
    assert main_colour(svg, "pink")[1] > 0.1


def test_a_drawing_in_the_default_black_takes_the_colour_too() -> None:
    svg = SVGS["set/ball"].replace(' fill="#e5383b"', "")
    assert hue_distance(main_colour(svg, "blue")[2], to_oklch(COLOURS["blue"])[2]) < 5


def test_shading_keeps_its_order() -> None:
    svg = SVGS["set/ball"].replace(
        "</svg>", '<rect x="8" y="20" width="16" height="4" fill="#a01c20"/></svg>'
    )
    pixels, _ = probe(recolour(sanitise(svg), "blue"))
    light, dark = pixels[10 * 4, 16 * 4, :3], pixels[22 * 4, 16 * 4, :3]
    assert int(light.sum()) > int(dark.sum()) + 40


CUP = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<circle cx="16" cy="16" r="14" fill="#e6e6e6"/>'
    '<circle cx="16" cy="16" r="9" fill="#7d4533"/></svg>'
)
BUS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect x="2" y="6" width="28" height="20" fill="#ffb02e"/>'
    '<rect x="5" y="9" width="22" height="9" fill="#26c9fc"/></svg>'
)
GIRL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<circle cx="16" cy="9" r="8" fill="#ffc83d"/><rect x="8" y="17" width="16" height="14"'
    ' fill="#f06595"/></svg>'
)


def colour_at(svg: str, colour: str, x: int, y: int) -> tuple[float, float, float]:
    pixels, _ = probe(recolour(sanitise(svg), colour))
    return to_oklch(to_hex(*pixels[y * 4, x * 4, :3]))


def test_the_cup_is_painted_and_not_the_coffee() -> None:
    assert hue_distance(colour_at(CUP, "blue", 4, 16)[2], to_oklch(COLOURS["blue"])[2]) < 15
    assert hue_distance(colour_at(CUP, "blue", 16, 16)[2], to_oklch("#7d4533")[2]) < 5


def test_panes_stay_glass() -> None:
    assert hue_distance(colour_at(BUS, "red", 4, 22)[2], to_oklch(COLOURS["red"])[2]) < 15
    assert hue_distance(colour_at(BUS, "red", 16, 13)[2], to_oklch("#26c9fc")[2]) < 5


def test_a_green_girl_has_a_green_dress_and_her_own_skin() -> None:
    assert hue_distance(colour_at(GIRL, "green", 16, 24)[2], to_oklch(COLOURS["green"])[2]) < 15
    assert hue_distance(colour_at(GIRL, "green", 16, 9)[2], to_oklch("#ffc83d")[2]) < 5
