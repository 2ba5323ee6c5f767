"""The scene judge's training at toy size: truths are right, it learns, resumes and exports."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch.nn import functional as F

from sfumato.evals.categories_suites import CategoryCase, Noun, Wanted
from sfumato.evals.detect import distinct, peaks
from sfumato.training.assets import SourceAsset
from sfumato.training.judge_data import HELD_OUT
from sfumato.training.judge_export import export as export_judge
from sfumato.training.judge_finder import CELLS, Finder, targets, to_tensor
from sfumato.training.judge_namer import Crops, from_judge
from sfumato.training.judge_nets import contrasted, judge_net
from sfumato.training.judge_scene_ceiling import Drawings, stage
from sfumato.training.judge_scene_train import finder_step, load, namer_step, train
from sfumato.training.judge_stage import CANVAS, Pool, Stage, Staged, mirrored
from sfumato.training.judge_stock import gather
from tests.evals.scene_toys import NOUNS, toy_stock

GREY = np.full((CANVAS, CANVAS, 3), 200, np.uint8)


@pytest.fixture(scope="module")
def pool() -> Pool:
    stage = Stage(toy_stock(), [GREY], seed=3, made=4)
    return Pool(scenes=tuple(stage.scene() for _ in range(24)))


def test_a_stock_keeps_held_out_styles_out() -> None:
    assets = [_asset(source) for source in ("noto", *HELD_OUT)]
    stock = gather(assets, {"cat": _noun("cat")})
    assert len(stock.nouns) == 1
    assert stock.nouns.tolist() == [0]


def test_a_pool_survives_a_file(tmp_path: Path, pool: Pool) -> None:
    pool.save(tmp_path / "p.npz")
    again = Pool.load(tmp_path / "p.npz")
    for one, two in zip(pool.scenes, again.scenes, strict=True):
        np.testing.assert_array_equal(one.pixels, two.pixels)
        np.testing.assert_array_equal(one.boxes, two.boxes)
        np.testing.assert_array_equal(one.nouns, two.nouns)


def test_boxes_lie_in_the_picture(pool: Pool) -> None:
    assert any(len(scene.boxes) > 1 for scene in pool.scenes)
    for scene in pool.scenes:
        assert len(scene.boxes) == len(scene.nouns) == len(scene.colours) <= 5
        assert (scene.boxes >= 0).all()
        assert (scene.boxes <= 1).all()
        assert (scene.boxes[:, 2:] > scene.boxes[:, :2]).all()


def test_mirroring_twice_changes_nothing(pool: Pool) -> None:
    scene = pool.scenes[0]
    again = mirrored(mirrored(scene))
    np.testing.assert_array_equal(again.pixels, scene.pixels)
    np.testing.assert_allclose(again.boxes, scene.boxes, atol=1e-6)


def test_the_targets_decode_to_the_boxes_they_came_from() -> None:
    boxes = np.array([[0.1, 0.2, 0.4, 0.6], [0.55, 0.5, 0.9, 0.95]], np.float32)
    scene = Staged(pixels=GREY, boxes=boxes, nouns=np.zeros(2, int), colours=np.zeros(2, int))
    _, geometry, holds = targets([scene])
    planes = torch.cat([holds * 20 - 10, geometry], 1)[0].numpy()
    found = sorted(box for box, _ in distinct(peaks(planes)))
    np.testing.assert_allclose(found, boxes, atol=1e-4)


def test_the_finder_and_the_namer_learn_a_toy_world(pool: Pool) -> None:
    torch.manual_seed(0)
    finder, namer = Finder(8), from_judge(None, len(NOUNS))
    steps = {
        finder: finder_step(finder, pool, 4, seed=1),
        namer: namer_step(namer, Crops(pool, len(NOUNS), seed=1), 12),
    }
    for net, step in steps.items():
        optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3)
        losses = []
        for _ in range(25):
            loss, _ = step()
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            losses.append(loss.item())
        assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


def test_training_goes_on_where_it_stopped(tmp_path: Path, pool: Pool) -> None:
    net = Finder(8)
    step = finder_step(net, pool, 4, seed=1)
    for _ in range(2):
        list(train(net, step, tmp_path / "f.safetensors", minutes=1e-6, rate=1e-3, batch=4))
    assert load(Finder(8), tmp_path / "f.safetensors") == 8


def test_the_namer_starts_with_the_judges_own_eyes(tmp_path: Path) -> None:
    torch.manual_seed(1)
    judge = judge_net()
    judge.train()(torch.rand(8, 3, 64, 64))  # batch norms with statistics worth folding
    export_judge(judge, tmp_path / "judge.onnx")
    pixels = torch.rand(2, 3, 64, 64)
    namer = from_judge(tmp_path / "judge.onnx", len(NOUNS)).train()
    ours = F.normalize(judge.concept(namer.trunk(contrasted(pixels))), dim=-1)
    (theirs,) = ort.InferenceSession(tmp_path / "judge.onnx").run(
        ["concept"], {"pixels": pixels.numpy()}
    )
    np.testing.assert_allclose(ours.detach().numpy(), theirs, atol=1e-4)


def test_a_finder_sees_its_own_size(pool: Pool) -> None:
    assert Finder(8)(to_tensor(pool.scenes[:2])).shape == (2, 5, CELLS, CELLS)


def test_a_ceilings_scene_shows_what_its_case_asks() -> None:
    nouns = {name: _noun(name) for name in ("cat", "dog")}
    drawings = Drawings([_asset("emojione"), _asset("emojione", "dog")], nouns)
    rng = np.random.default_rng(0)
    things = (Wanted(noun="cat", colour="blue"), Wanted(noun="dog", count=2))
    case = CategoryCase(prompt="", things=(*things[:1], Wanted(noun="dog")), relation="below")
    below = stage(case, drawings, rng).things
    assert below[0].y > below[1].y
    assert below[0].asset == "emojione/cat#blue"
    assert "data:image/png" in drawings.svg("emojione/cat#blue")
    counted = stage(CategoryCase(prompt="", things=things[1:]), drawings, rng)
    assert [thing.concept for thing in counted.things] == ["dog", "dog"]
    with pytest.raises(KeyError, match="no drawing of yeti"):
        nouns |= {"yeti": _noun("yeti")}
        stage(
            CategoryCase(prompt="", things=(Wanted(noun="yeti"),)),
            Drawings([_asset("emojione")], nouns),
            rng,
        )


def _noun(name: str) -> Noun:
    return Noun(name=name, group="Animals & Nature", depicted_by=(name,))


def _asset(source: str, title: str = "cat") -> SourceAsset:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
        '<circle cx="4" cy="4" r="3" fill="#c33"/></svg>'
    )
    return SourceAsset(
        id=f"{source}/{title}",
        title=title,
        keywords=(),
        emoji="🐈",
        category="Animals & Nature",
        style=source,
        source=source,
        licence="MIT",
        svg=svg,
    )
