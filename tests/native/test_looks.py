"""The prompts by which layout was developed, composed from the shipped memory.

What they look like is judged by eye on contact sheets; here only what no picture may break.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sfumato.native.layout import compose
from sfumato.native.memory import Memory
from sfumato.native.plan import read
from sfumato.native.raster import outline
from sfumato.native.svg import sanitise
from sfumato.registry.snapshot import read_snapshot
from tests.native.shelf import LetterEncoder

PROMPTS = Path(__file__).with_name("looks.txt").read_text("utf-8").splitlines()
SIZES = ((1024, 1024), (1536, 1024), (1024, 1536))
SNAPSHOTS = Path(__file__).parents[2] / "src/sfumato/snapshots"


@pytest.fixture(scope="module")
def shipped() -> Iterator[Memory]:
    memory = Memory.open(read_snapshot(sorted(SNAPSHOTS.glob("*.json"))[-1]).path("memory"))
    yield memory
    memory.close()


@pytest.mark.parametrize("index", range(0, len(PROMPTS), 3))
def test_a_picture_has_something_in_it_and_nothing_beyond_its_edge(
    index: int, shipped: Memory
) -> None:
    width, height = SIZES[index // 3 % 3]
    reading = read(PROMPTS[index], shipped, LetterEncoder())
    scene = compose(reading, shipped, width=width, height=height, transparent=False, seed=index)
    assert scene.things
    for thing in scene.things:
        assert thing.asset is not None
        ink = outline(sanitise(shipped.svg(thing.asset)))
        scale = thing.size * min(width, height) / ink.longest
        assert ink.width * scale / 2 - 1 <= thing.x * width <= width - ink.width * scale / 2 + 1
        assert ink.height * scale / 2 - 1 <= thing.y * height <= height - ink.height * scale / 2 + 1
