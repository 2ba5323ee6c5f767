from math import erf

import numpy as np
import pytest

from sfumato.core import Pixels
from sfumato.evals.edge_width import edge_widths
from sfumato.evals.enlargers import CLASSIC
from sfumato.evals.halos import halo, is_clean
from sfumato.evals.reconstruction import psnr, reconstruction, ssim
from sfumato.native.raster import rasterise

SIDE = 256


def _disc(sigma: float) -> Pixels:
    """A light disc on dark ground whose rim is a step blurred by a Gaussian of `sigma` pixels."""
    y, x = np.mgrid[:SIDE, :SIDE]
    distance = np.hypot(x - SIDE / 2, y - SIDE / 2) - SIDE / 4
    ramp = np.linspace(-40, 40, 2001)
    step = [0.5 + 0.5 * erf(r / sigma / 2**0.5) for r in ramp]
    pixels = np.full((SIDE, SIDE, 4), 255, np.uint8)
    pixels[..., :3] = np.rint(30 + 200 * np.interp(-distance, ramp, step))[..., None]
    return pixels


def _cut_out() -> Pixels:
    circle = '<circle cx="64" cy="64" r="40" fill="#e0a020"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128">{circle}</svg>'
    return np.array(rasterise(svg, SIDE, SIDE))


@pytest.mark.parametrize("sigma", [1.0, 2.0, 4.0])
def test_the_edge_width_of_a_known_blur_is_the_one_of_theory(sigma: float) -> None:
    ten_to_ninety = 2 * 1.2816 * sigma  # of the normal distribution
    assert edge_widths(_disc(sigma)).median == pytest.approx(ten_to_ninety, rel=0.12)


def test_a_wider_blur_gives_a_wider_number() -> None:
    widths = [edge_widths(_disc(sigma)).median for sigma in (0.3, 0.7, 1.5, 3.0, 6.0)]
    assert widths == sorted(widths)
    assert widths[0] < 1.6


def test_a_picture_without_strong_edges_has_no_width() -> None:
    assert np.isnan(edge_widths(np.full((64, 64, 4), 128, np.uint8)).median)


def test_a_vector_cut_out_has_no_halo() -> None:
    measured = halo(_cut_out())
    assert measured["rim"] > 100
    assert is_clean(measured)


@pytest.mark.parametrize(
    ("colour", "ground", "other"), [(255, "on_black", "on_white"), (0, "on_white", "on_black")]
)
def test_a_planted_halo_is_caught_on_the_ground_where_it_shows(
    colour: int, ground: str, other: str
) -> None:
    pixels = _cut_out()
    rim = (pixels[..., 3] > 0) & (pixels[..., 3] < 255)
    pixels[rim, :3] = colour
    measured = halo(pixels)
    assert not is_clean(measured)
    assert measured[ground]["worst"] > 0.1 > measured[other]["worst"]


def test_alpha_left_far_from_the_shape_is_a_haze() -> None:
    pixels = _cut_out()
    pixels[pixels[..., 3] == 0] = (200, 200, 200, 4)
    measured = halo(pixels)
    assert measured["haze"] == pytest.approx(4 / 255, abs=1e-3)
    assert not is_clean(measured)


def test_a_picture_is_perfectly_like_itself_and_less_like_a_blurred_one() -> None:
    sharp, soft = _disc(0.5), _disc(4.0)
    assert psnr(sharp, sharp) == 99
    assert ssim(sharp, sharp) == pytest.approx(1, abs=1e-4)
    assert psnr(sharp, soft) < 40
    assert ssim(sharp, soft) < 0.99


def test_tracing_is_crisper_than_interpolation_and_further_from_the_drawing() -> None:
    table = reconstruction([_cut_out()], CLASSIC)
    assert table["tracing"]["edge_ratio"] < 1.5 < table["lanczos"]["edge_ratio"]
    assert table["lanczos"]["edge_ratio"] <= table["bicubic"]["edge_ratio"]
    assert table["lanczos"]["psnr"] > table["bicubic"]["psnr"] > table["tracing"]["psnr"] > 15
