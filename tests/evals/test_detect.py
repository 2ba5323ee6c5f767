"""From the finder's planes to things, and the shipped judge on drawings of memory."""

from pathlib import Path

import numpy as np
import pytest

from sfumato.evals.categories_suites import read_categories
from sfumato.evals.detect import NAMED, SceneJudge, cut, distinct, on_white, peaks
from sfumato.native.draft import draft
from sfumato.native.memory import Memory
from sfumato.native.scene import Backdrop, Scene, Thing
from sfumato.registry.snapshot import read_snapshot
from tests.evals.scene_toys import NOUNS, seen, write_judge

REPOSITORY = Path(__file__).parents[2]
EMPTY = -9.0


def planes() -> np.ndarray:
    """Nothing anywhere, and a thing of 4 by 2 cells about (5.5, 8.25) in a 16-cell picture."""
    made = np.zeros((5, 16, 16), np.float32)
    made[0] = EMPTY
    made[:, 8, 5] = (3.0, 0.5, 0.25, np.log(4), np.log(2))
    return made


def test_a_middle_becomes_a_box() -> None:
    ((box, score),) = peaks(planes())
    assert box == pytest.approx((3.5 / 16, 7.25 / 16, 7.5 / 16, 9.25 / 16), abs=1e-5)
    assert score == pytest.approx(1 / (1 + np.exp(-3)), abs=1e-5)


def test_of_neighbouring_cells_the_surest_counts() -> None:
    made = planes()
    made[:, 8, 6] = (2.0, 0.5, 0.25, np.log(4), np.log(2))
    assert len(peaks(made)) == 1


def test_a_box_in_another_is_no_second_thing() -> None:
    whole, part, beside = (0.1, 0.1, 0.5, 0.5), (0.15, 0.15, 0.3, 0.3), (0.6, 0.1, 0.9, 0.5)
    found = distinct([(whole, 0.9), (part, 0.8), (beside, 0.7)])
    assert [box for box, _ in found] == [whole, beside]


def test_a_crop_goes_on_beyond_the_edge() -> None:
    flat = np.full((50, 80, 3), 7, np.uint8)
    crop = cut(flat, np.array([0.9, 0.8, 1.0, 1.0]))
    assert crop.shape == (NAMED, NAMED, 3)
    assert (crop == 7).all()


def test_transparency_is_seen_on_white() -> None:
    assert (on_white(np.zeros((4, 4, 4), np.uint8)) == 255).all()


def test_an_untrained_judge_looks_at_any_size(tmp_path: Path) -> None:
    write_judge(tmp_path)
    judge = SceneJudge(tmp_path / "judge")
    for shape in ((40, 90, 4), (64, 64, 4)):
        assert isinstance(judge.look(np.full(shape, 200, np.uint8)), tuple)


def test_nothing_can_be_likelier_than_every_noun(tmp_path: Path) -> None:
    write_judge(tmp_path)
    judge = SceneJudge(tmp_path / "judge")
    assert judge.noun_of(seen("dog"), NOUNS) == "dog"
    assert judge.noun_of(seen(None), NOUNS) is None
    assert judge.colour_of(seen("dog", colour="blue"), ("red", "blue")) == "blue"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"finder\.onnx is missing"):
        SceneJudge(tmp_path)


def test_the_shipped_judge_sees_what_memory_draws() -> None:
    """Most things of three plain pairs: the files, the crops and the card belong together."""
    judge = SceneJudge(REPOSITORY / "evals" / "judge")
    snapshots = sorted((REPOSITORY / "src" / "sfumato" / "snapshots").glob("*.json"))
    memory = Memory.open(read_snapshot(snapshots[-1]).path("memory"))
    nouns = next(c for c in read_categories(REPOSITORY / "evals") if c.name == "two_objects").nouns
    pairs = [("apple", "dog"), ("carrot", "bus"), ("tree", "cup")]
    right = 0
    for pair in pairs:
        things = tuple(
            Thing(concept=name, asset=_drawn(memory, name), x=x, size=0.4)
            for name, x in zip(pair, (0.27, 0.73), strict=True)
        )
        picture = draft(Scene(backdrop=Backdrop(), things=things), memory, 256, 256)
        named = {judge.noun_of(thing, nouns) for thing in judge.look(picture)}
        right += sum(name in named for name in pair)
    assert right >= 4


def _drawn(memory: Memory, name: str) -> str:
    found = memory.find(name)
    assert found is not None
    return found.id
