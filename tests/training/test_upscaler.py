from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from sfumato.training.assets import SourceAsset
from sfumato.training.upscaler import UpscalerRun, train
from sfumato.training.upscaler_batches import batches, blur, painted, shrink
from sfumato.training.upscaler_data import render_scenes
from sfumato.training.upscaler_network import (
    Upscaler,
    UpscalerConfig,
    bilinear_kernel,
    valid,
)

TINY = UpscalerConfig(first_width=8, first_depth=1, next_width=8, next_depth=1)
ASSET = SourceAsset(
    id="toy/disc",
    title="disc",
    keywords=(),
    emoji=None,
    category="",
    style="toy",
    source="toy",
    licence="CC0-1.0",
    svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
    '<circle cx="4" cy="4" r="3" fill="#c33"/></svg>',
)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Toy sizes gain nothing from threads, and lose much where cores are shared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def scenes() -> Tensor:
    return torch.from_numpy(np.stack(list(render_scenes([ASSET], 3, seed=1))))


@pytest.mark.parametrize("factor", [2, 4])
def test_the_fixed_kernel_enlarges_bilinearly(factor: int) -> None:
    picture = torch.rand(1, 4, 9, 7)
    wanted = functional.interpolate(picture, scale_factor=factor, mode="bilinear")
    made = functional.pixel_shuffle(
        functional.conv2d(picture, bilinear_kernel(factor), padding=1), factor
    )
    inner = slice(factor, -factor)
    assert torch.allclose(made[..., inner, inner], wanted[..., inner, inner], atol=1e-6)


def test_an_untrained_network_is_bilinear_and_premultiplied() -> None:
    canvas = torch.rand(1, 4, 8, 8)
    first, doubled = Upscaler(TINY)(canvas, canvas)
    assert first.shape == (1, 4, 32, 32)
    assert doubled.shape == (1, 4, 16, 16)
    assert (first[:, :3] <= first[:, 3:]).all()
    assert torch.equal(valid(first), first)


def test_scenes_are_the_same_for_the_same_seed_and_premultiplied(scenes: Tensor) -> None:
    again = torch.from_numpy(np.stack(list(render_scenes([ASSET], 3, seed=1))))
    assert torch.equal(scenes, again)
    assert (scenes[..., :3] <= scenes[..., 3:]).all()


def test_a_batch_holds_the_same_crop_at_each_size(scenes: Tensor) -> None:
    batch = next(batches(scenes, size=2, canvas=32, drawn=16, seed=0))
    assert batch.canvas.shape == (2, 4, 32, 32)
    assert batch.clean.shape == (2, 4, 256, 256)
    assert batch.finer.shape == (2, 4, 64, 64)
    assert (batch.drawn - shrink(batch.finer, 4)).abs().mean() < 0.02
    assert (batch.canvas - shrink(batch.clean, 8)).abs().mean() < 0.06


def test_painting_leaves_flat_colour_flat_but_for_noise() -> None:
    flat = torch.full((8, 4, 16, 16), 0.5)
    worse = painted(flat, torch.Generator().manual_seed(0))
    assert (worse != flat).any()
    assert abs(worse.mean().item() - 0.5) < 0.02
    assert torch.allclose(blur(flat, torch.full((8,), 1.0)), flat, atol=1e-6)


@pytest.mark.usefixtures("one_thread")
def test_training_moves_the_weights_and_repeats_itself(scenes: Tensor) -> None:
    run = UpscalerRun(steps=8, batch=2, canvas=32, drawn=16, network=TINY)

    def losses() -> tuple[list[float], Tensor]:
        torch.manual_seed(0)
        model = Upscaler(TINY)
        return [r.loss for r in train(run, scenes, model, every=4)], model.first.head.weight

    (curve, weights), (curve_again, weights_again) = losses(), losses()
    assert curve == curve_again
    assert torch.equal(weights, weights_again)
    assert weights.abs().max() > 0
