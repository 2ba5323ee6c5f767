"""The recognisers' training at toy size: it learns, resumes, and keeps held-out styles out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sfumato.evals.judge import Recogniser
from sfumato.evals.suites import Case, Suite, read_suite
from sfumato.training.judge_ceiling import ceiling
from sfumato.training.judge_data import HELD_OUT, JudgeData
from sfumato.training.judge_export import export, write_labels, write_recogniser
from sfumato.training.judge_nets import judge_net
from sfumato.training.judge_scenes import (
    COLOUR_NAMES,
    NO_COLOUR,
    PALETTE,
    batch,
    natural_colours,
    tint,
)
from sfumato.training.judge_train import (
    Budget,
    about,
    embed_words,
    load_weights,
    train,
    weights_of,
)
from tests.evals.toys import toy_data, toy_encode

FEW = Budget(samples=64, minutes=10, batch=16)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def assets(data: JudgeData) -> torch.Tensor:
    return torch.from_numpy(data.pixels).permute(0, 3, 1, 2).contiguous()


def test_held_out_styles_are_never_learnt_from() -> None:
    learn, held = toy_data().split()
    assert not set(learn.sources) & set(HELD_OUT)
    assert set(held.sources) == {"emojione"}
    assert len(learn.titles) + len(held.titles) == len(toy_data().titles)


def test_a_recogniser_learns_the_pictures_of_its_own_words_only() -> None:
    found = about(toy_data(), ("cat", "unicorn"))
    assert set(found.titles) == {"cat"}
    assert found.words == (("cat",), ("cat",))


def test_a_words_pictures_share_its_weight() -> None:
    data = toy_data().only([0, 0, 0, 2])
    torch.testing.assert_close(weights_of(data), torch.tensor([1, 1, 1, 3]) / 3)


def test_data_survive_a_file(tmp_path: Path) -> None:
    data = toy_data()
    data.save(tmp_path / "d.npz")
    again = JudgeData.load(tmp_path / "d.npz")
    np.testing.assert_array_equal(again.pixels, data.pixels)
    assert replace(again, pixels=data.pixels) == data


def test_the_same_generator_gives_the_same_batch() -> None:
    data = assets(toy_data())
    natural, chosen = natural_colours(data), torch.arange(8)
    one, two = (batch(data, chosen, natural, 0.5, generator()) for _ in range(2))
    assert torch.equal(one.pixels, two.pixels)
    assert one.pixels.min() >= 0
    assert one.pixels.max() <= 1


def test_a_pair_has_no_single_colour() -> None:
    data = assets(toy_data())
    found = batch(data, torch.arange(8), natural_colours(data), 1.0, generator())
    paired = found.second >= 0
    assert paired.any()
    assert (found.colours[paired] == NO_COLOUR).all()


def test_tinting_gives_the_asked_colour_and_keeps_the_shape() -> None:
    data = assets(toy_data()).float() / 255
    colours = torch.full((len(data),), COLOUR_NAMES.index("blue"))
    blue = tint(data, PALETTE[colours], generator())
    assert torch.equal(blue[:, 3], data[:, 3])
    found = natural_colours((blue * 255).round().to(torch.uint8))
    assert (found == COLOUR_NAMES.index("blue")).all()


def test_training_learns_a_toy_world_and_its_export_knows_it(tmp_path: Path) -> None:
    learn, _ = toy_data().split()
    words = embed_words(learn, toy_encode)
    budget = Budget(samples=1600, minutes=10, batch=16, pairs=0.0)
    weights = tmp_path / "judge.safetensors"
    for _ in train("judge", learn, words, budget, weights):
        pass
    suite = Suite(
        name="nouns",
        kind="concept",
        seeds=(0,),
        size=64,
        quality="low",
        cases=tuple(Case(prompt=word, label=word) for word in ("cat", "dog")),
    )
    write_labels([suite], toy_encode, tmp_path / "labels.npz")
    card = write_recogniser("judge", weights, toy_data(), [suite], tmp_path)
    assert card["samples"] == 1600
    assert card["ceiling"]["nouns"]["held_out"]["top1"] > 0.7
    assert {"labels": 2, "pictures": 6}.items() <= card["ceiling"]["nouns"]["held_out"].items()


def test_training_goes_on_where_it_stopped(tmp_path: Path) -> None:
    learn, _ = toy_data().split()
    words = embed_words(learn, toy_encode)
    weights = tmp_path / "critic.safetensors"
    list(train("critic", learn, words, FEW, weights, width=8))
    lines = list(train("critic", learn, words, replace(FEW, samples=128), weights, width=8))
    assert lines[-1].startswith("128 samples")


def test_the_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    learn, _ = toy_data().split()
    words = embed_words(learn, toy_encode)
    nets = []
    for name in ("a", "b"):
        list(train("judge", learn, words, FEW, tmp_path / name, width=6))
        net = judge_net(6)
        assert load_weights(net, tmp_path / name) == FEW.samples
        nets.append(net)
    for one, two in zip(nets[0].parameters(), nets[1].parameters(), strict=True):
        assert torch.equal(one, two)


def test_a_ceiling_without_drawings_is_none(evals: Path) -> None:
    suite = read_suite(evals / "suites" / "nouns.toml")
    strangers = replace(suite, cases=(Case(prompt="a cat", label="cat"),))
    data = toy_data().only([2, 3])  # dogs
    found = ceiling(Recogniser(evals / "judge"), data, [strangers])
    assert found["nouns"]["held_out"] == {"top1": None, "labels": 0, "pictures": 0}


def test_an_export_takes_any_number_of_pictures(tmp_path: Path, evals: Path) -> None:
    export(judge_net(), tmp_path / "net.onnx")
    judge = Recogniser(evals / "judge")
    pictures = [np.zeros((64, 64, 4), np.uint8)] * 5
    assert judge.see(pictures).concept.shape == (5, 384)
    assert judge.see(pictures[:1]).colour.shape == (1, 384)


@pytest.mark.parametrize("width", [6, 24])
def test_the_outputs_are_unit_vectors(width: int) -> None:
    concept, colour = judge_net(width).eval()(torch.rand(2, 3, 64, 64))
    for vectors in (concept, colour):
        torch.testing.assert_close(vectors.norm(dim=-1), torch.ones(2))
