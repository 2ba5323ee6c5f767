"""The upscaler against a network that does nothing, and the trained one against bicubic."""

from pathlib import Path

import numpy as np
import pytest
import torch

from sfumato.core import Pixels
from sfumato.evals.edge_width import edge_widths
from sfumato.evals.reconstruction import psnr
from sfumato.native.canvas import enlarge, shrink
from sfumato.native.detail import NEXT, STRIP, Upscaler
from sfumato.native.raster import rasterise
from sfumato.native.sampler import Array
from sfumato.training.upscaler_export import export_upscaler, prepare_upscaler
from sfumato.training.upscaler_network import Upscaler as Network
from sfumato.training.upscaler_network import UpscalerConfig

CHECKPOINT = Path(__file__).parents[2] / "checkpoints/upscaler"
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    '<circle cx="30" cy="34" r="21" fill="#2a6fdb"/><path d="M8 9L44 15L20 40z" fill="#f3c623"/>'
    '<circle cx="38" cy="38" r="6" fill="#fff" stroke="#222" stroke-width="2"/></svg>'
)
pytestmark = pytest.mark.filterwarnings("ignore")  # the exporter's own deprecations


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Upscaler:
    """A network of random weights, so that its wiring shows."""
    torch.manual_seed(0)
    network = Network(UpscalerConfig(first_width=8, first_depth=2, next_width=8, next_depth=1))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    path = tmp_path_factory.mktemp("upscaler") / "upscaler.onnx"
    export_upscaler(network, path)
    return Upscaler(path, threads=1)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Upscaler:
    return Upscaler(prepare_upscaler(tmp_path_factory.mktemp("data"), CHECKPOINT), threads=1)


def _canvas(height: int = 64, width: int = 64) -> Array:
    return shrink(np.array(rasterise(PICTURE, 8 * width, 8 * height)), (height, width))


def _vector() -> tuple[Pixels, Array]:
    vector = np.array(rasterise(PICTURE, 512, 512))
    return vector, shrink(vector, (64, 64))


def _unit() -> Array:
    return np.asarray((_canvas() + 1) / 2, np.float32)


@pytest.mark.parametrize(("width", "height"), [(256, 256), (400, 272), (48, 32), (512, 192)])
def test_any_size_comes_out_as_asked(plain: Upscaler, width: int, height: int) -> None:
    assert plain.enlarge(_canvas(), width, height).shape == (height, width, 4)


def test_the_same_picture_gives_the_same_pixels(plain: Upscaler) -> None:
    one, two = (plain.enlarge(_canvas(56, 80), 320, 224) for _ in range(2))
    assert np.array_equal(one, two)


def test_strips_give_what_the_whole_picture_gives(
    plain: Upscaler, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = _unit()
    whole = plain._step(unit, NEXT)
    monkeypatch.setattr("sfumato.native.detail.STRIP", STRIP // 64)
    assert np.abs(plain._step(unit, NEXT) - whole).max() < 1e-5


def test_colours_never_exceed_alpha(plain: Upscaler) -> None:
    larger = plain._step(_unit(), NEXT)
    assert larger.min() >= 0
    assert larger.max() <= 1
    assert (larger[:3] <= larger[3:]).all()


def test_the_trained_upscaler_is_closer_to_the_drawing_than_bicubic(trained: Upscaler) -> None:
    vector, base = _vector()
    assert psnr(vector, trained.enlarge(base, 512, 512)) > psnr(vector, enlarge(base, 512, 512))


@pytest.mark.xfail(strict=True, reason="crisper than bicubic, not yet twice: docs/adr/0014")
def test_the_trained_upscaler_is_much_crisper_than_bicubic(trained: Upscaler) -> None:
    _, base = _vector()
    ours = edge_widths(trained.enlarge(base, 512, 512)).median
    assert ours < 0.5 * edge_widths(enlarge(base, 512, 512)).median


def test_a_smooth_wash_stays_smooth(trained: Upscaler) -> None:
    wash = np.ones((4, 64, 64), np.float32)
    wash[:3] = np.linspace(-0.6, 0.6, 64, dtype=np.float32)[None, None]
    larger = trained.enlarge(wash, 512, 512)[64:-64, 64:-64, 0].astype(int)
    assert np.abs(np.diff(larger, axis=1)).max() <= 3
    assert np.abs(larger - larger.mean(0)).max() <= 4
