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
