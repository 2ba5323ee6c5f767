import numpy as np
import onnxruntime as ort
import pytest
import torch

from sfumato.training.denoiser import Denoiser, DenoiserConfig
from sfumato.training.export import export_denoiser


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Denoiser, ort.InferenceSession]:
    torch.manual_seed(0)
    model = Denoiser(DenoiserConfig(depth=1, width=64, stem=8)).eval()
    for parameter in model.parameters():  # adaLN starts at zero and would hide its wiring
        torch.nn.init.normal_(parameter, std=0.05)
    path = tmp_path_factory.mktemp("export") / "denoiser.onnx"
    export_denoiser(model, path)
    return model, ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])


@pytest.mark.filterwarnings("ignore")  # the exporter's own deprecations
@pytest.mark.parametrize("size", [(64, 64), (48, 88), (80, 56)])
@pytest.mark.parametrize(("words", "letters"), [(24, 0), (24, 16), (77, 0)])
def test_onnx_says_what_torch_says(
    exported: tuple[Denoiser, ort.InferenceSession],
    size: tuple[int, int],
    words: int,
    letters: int,
) -> None:
    model, session = exported
    canvas, t = torch.randn(1, 5, *size), torch.tensor([0.4])
    text = torch.randn(1, words, 384)
    text[:, -3:] = 0
    bytes_ = torch.randint(0, 257, (1, letters))
    with torch.no_grad():
        expected = model(canvas, t, text, bytes_, torch.zeros(1, 0, 4, 64, 64))
    inputs = {"canvas": canvas, "t": t, "text": text, "letters": bytes_}
    (x_0,) = session.run(["x_0"], {name: value.numpy() for name, value in inputs.items()})
    assert np.abs(x_0 - expected.numpy()).max() < 1e-4
