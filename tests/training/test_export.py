from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from sfumato.evals.flops import denoiser_inputs, flops
from sfumato.native.denoiser import Conditioning, Region
from sfumato.native.denoiser import Denoiser as Runtime
from sfumato.native.sampler import Array
from sfumato.training.denoiser import Denoiser, DenoiserConfig
from sfumato.training.export import export_denoiser
from sfumato.training.onnx_file import SMALL

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def network() -> Denoiser:
    """A small one whose every part is heard in its answer."""
    torch.manual_seed(0)
    model = Denoiser(DenoiserConfig(depth=2, width=64, levels=(8, 8))).eval()
    for name, parameter in model.named_parameters():  # adaLN starts at zero and would hide wiring
        torch.nn.init.normal_(parameter, std=1.0 if name.endswith("_scale") else 0.15)
        parameter.data = parameter.data.half().float()  # as the file stores them
    return model


@pytest.fixture(scope="module")
def exported(network: Denoiser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "denoiser.onnx"
    export_denoiser(network, path)
    return path


@pytest.fixture(scope="module")
def pair(network: Denoiser, exported: Path) -> tuple[Denoiser, Runtime]:
    """One network, in torch and as the runtime sees its exported file."""
    return network, Runtime(exported, threads=1)


def conditioning(words: int = 24, letters: int = 0, references: int = 0) -> Conditioning:
    text = RNG.standard_normal((words, 384), np.float32)
    text[-3:] = 0
    return Conditioning(
        text=text,
        letters=RNG.integers(0, 257, letters),
        references=RNG.uniform(-1, 1, (references, 4, 64, 64)).astype(np.float32),
    )


def by_torch(model: Denoiser, x: Array, t: float, told: Conditioning, mask: Array) -> Array:
    parts = (np.concatenate([x, mask]), told.text, told.letters, told.references)
    canvas, text, letters, references = (torch.from_numpy(part)[None] for part in parts)
    with torch.no_grad():
        x_0 = model(canvas, torch.tensor([t]), text, letters, references)
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
        expected = by_torch(model, x, 0.4, told, np.ones_like(mask) if given is None else given)
        assert np.abs(expected).mean() > 0.1
        assert np.abs(runtime.x_0(x, 0.4, told, given) - expected).max() < 5e-5


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


@pytest.mark.filterwarnings("ignore")
def test_the_file_holds_large_weights_in_half_precision_and_no_path_of_this_machine(
    exported: Path,
) -> None:
    model = onnx.load(str(exported))
    sizes = {t.data_type: 0 for t in model.graph.initializer}
    for tensor in model.graph.initializer:
        sizes[tensor.data_type] = max(sizes[tensor.data_type], int(np.prod(tensor.dims)))
    assert sizes[onnx.TensorProto.FLOAT] < SMALL <= sizes[onnx.TensorProto.FLOAT16]
    assert str(Path(torch.__file__).parents[1]).encode() not in model.SerializeToString()
    assert b"export.py" not in model.SerializeToString()


@pytest.mark.filterwarnings("ignore")
def test_its_operations_are_counted_as_torch_counts_them(network: Denoiser, exported: Path) -> None:
    inputs = denoiser_inputs(48, 88)
    tensors = [torch.from_numpy(value) for value in inputs.values()]
    plain = sdpa_kernel(SDPBackend.MATH)  # PyTorch does not count its fused attention on the CPU
    with FlopCounterMode(display=False) as counter, plain, torch.no_grad():
        network(*tensors)
    assert flops(exported, inputs) == counter.get_total_flops()
