from dataclasses import replace

import numpy as np
import pytest
import torch

from sfumato.native.denoiser import Conditioning, Region
from sfumato.native.denoiser import Denoiser as Runtime
from sfumato.training.denoiser import Denoiser, DenoiserConfig
from sfumato.training.export import export_denoiser

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Denoiser, Runtime]:
    """One network, in torch and as the runtime sees its exported file."""
    torch.manual_seed(0)
    model = Denoiser(DenoiserConfig(depth=2, width=64, levels=(8, 8))).eval()
    for parameter in model.parameters():  # adaLN starts at zero and would hide its wiring
        torch.nn.init.normal_(parameter, std=0.15)
    path = tmp_path_factory.mktemp("export") / "denoiser.onnx"
    export_denoiser(model, path)
    return model, Runtime(path, threads=1)


def conditioning(words: int = 24, letters: int = 0, references: int = 0) -> Conditioning:
    text = RNG.standard_normal((words, 384), np.float32)
    text[-3:] = 0
    return Conditioning(
        text=text,
        letters=RNG.integers(0, 257, letters),
        references=RNG.uniform(-1, 1, (references, 4, 64, 64)).astype(np.float32),
    )


def by_torch(
    model: Denoiser, x: np.ndarray, t: float, told: Conditioning, mask: np.ndarray
) -> np.ndarray:
    parts = (np.concatenate([x, mask]), np.float32([t])[0:1], told.text, told.letters)
    canvas, time, text, letters = (torch.from_numpy(np.asarray(part)) for part in parts)
    with torch.no_grad():
        x_0 = model(
            canvas[None], time, text[None], letters[None], torch.from_numpy(told.references)[None]
        )
    return np.asarray(x_0[0].numpy())


@pytest.mark.filterwarnings("ignore")  # the exporter's own deprecations
@pytest.mark.parametrize("size", [(64, 64), (48, 88), (80, 56)])
@pytest.mark.parametrize(
    ("words", "letters", "references"),
    [(24, 0, 0), (24, 16, 1), (77, 0, 2), (24, 16, 4), (77, 16, 0)],
)
def test_the_runtime_says_what_torch_says(
    pair: tuple[Denoiser, Runtime],
    size: tuple[int, int],
    words: int,
    letters: int,
    references: int,
) -> None:
    model, runtime = pair
    x, told = RNG.standard_normal((4, *size), np.float32), conditioning(words, letters, references)
    mask = (RNG.random((1, *size)) < 0.5).astype(np.float32)
    for given in (None, mask):
        expected = by_torch(model, x, 0.4, told, np.ones_like(mask) if given is None else mask)
        assert np.abs(expected).mean() > 0.1
        assert np.abs(runtime.x_0(x, 0.4, told, given) - expected).max() < 2e-5


@pytest.mark.filterwarnings("ignore")
def test_references_their_order_and_the_mask_are_all_heard(
    pair: tuple[Denoiser, Runtime],
) -> None:
    x, told = RNG.standard_normal((4, 64, 64), np.float32), conditioning(references=2)
    said = pair[1].x_0(x, 0.4, told)
    swapped = replace(told, references=told.references[::-1])
    for other in (swapped, replace(told, references=told.references[:1])):
        assert np.abs(pair[1].x_0(x, 0.4, other) - said).max() > 1e-4
    masked = pair[1].x_0(x, 0.4, told, np.zeros((1, 64, 64), np.float32))
    assert np.abs(masked - said).max() > 1e-4


@pytest.mark.filterwarnings("ignore")
def test_outside_its_region_the_velocity_leads_to_the_original(
    pair: tuple[Denoiser, Runtime],
) -> None:
    x, original = RNG.standard_normal((2, 4, 64, 64), np.float32)
    mask = np.zeros((1, 64, 64), np.float32)
    mask[:, 20:40, 20:40] = 1
    region = Region(mask=mask, original=np.tanh(original))
    velocity = pair[1].velocity(conditioning(), 2.0, region)
    arrived = x - np.float32(0.4) * velocity(x, 0.4)
    outside = np.broadcast_to(mask == 0, arrived.shape)
    assert np.allclose(arrived[outside], region.original[outside], atol=1e-6)
    assert np.abs(arrived - region.original)[~outside].mean() > 0.1
