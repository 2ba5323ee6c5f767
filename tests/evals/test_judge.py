"""A recogniser as ONNX: parity with torch, top-1, what it looks at."""

from pathlib import Path

import numpy as np
import pytest
import torch

from sfumato.core import Pixels
from sfumato.evals.judge import Recogniser, to_input
from sfumato.training.judge_nets import NETS
from sfumato.training.judge_train import load_weights


def plain(value: int, alpha: int = 255, size: int = 64) -> Pixels:
    pixels = np.full((size, size, 4), value, np.uint8)
    pixels[..., 3] = alpha
    return pixels


@pytest.mark.parametrize("name", ["judge", "critic"])
def test_the_exported_network_sees_what_torch_sees(evals: Path, name: str) -> None:
    net = NETS[name]()
    load_weights(net, evals / f"{name}.safetensors")
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (64, 64, 4)).astype(np.uint8) for _ in range(3)]
    with torch.no_grad():
        wanted = net.eval()(torch.from_numpy(np.stack([to_input(p) for p in pictures])))
    seen = Recogniser(evals / "judge", name).see(pictures)  # type: ignore[arg-type]  # a literal
    np.testing.assert_allclose(seen.concept, wanted[0].numpy(), atol=1e-5)
    np.testing.assert_allclose(seen.colour, wanted[1].numpy(), atol=1e-5)


def test_judge_and_critic_are_different_networks_with_different_seeds(evals: Path) -> None:
    judge, critic = Recogniser(evals / "judge"), Recogniser(evals / "judge", "critic")
    assert judge.card["seed"] != critic.card["seed"]
    assert {type(m).__name__ for m in NETS["judge"]().modules()} != {
        type(m).__name__ for m in NETS["critic"]().modules()
    }


def test_the_likeliest_label_is_the_nearest_vector(evals: Path) -> None:
    judge = Recogniser(evals / "judge")
    sight = judge.see([plain(10), plain(200)])
    for kind, labels, seen in (
        ("concept", ("cat", "dog"), sight.concept),
        ("colour", ("red", "blue"), sight.colour),
    ):
        nearest = (seen @ judge.vectors(kind, labels).T).argmax(axis=1)
        assert judge.top(sight, kind, labels) == [labels[i] for i in nearest]
        odds = judge.likelihoods(sight, kind, labels)
        np.testing.assert_allclose(odds.sum(axis=1), 1, atol=1e-5)


def test_a_label_that_was_never_embedded_is_an_error(evals: Path) -> None:
    judge = Recogniser(evals / "judge")
    with pytest.raises(KeyError, match="concept:unicorn"):
        judge.vectors("concept", ["unicorn"])


def test_transparent_pixels_are_seen_white() -> None:
    np.testing.assert_array_equal(to_input(plain(0, alpha=0)), np.ones((3, 64, 64), np.float32))


def test_large_pictures_are_averaged_down() -> None:
    pixels = plain(0, size=128)
    pixels[::2, :, :3] = 200
    np.testing.assert_allclose(to_input(pixels), 100 / 255, atol=1e-6)


def test_a_missing_judge_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"judge\.onnx is missing"):
        Recogniser(tmp_path)
