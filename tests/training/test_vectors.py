"""Scenes drawn by tensor operations against the vector renderer, which they stand in for."""

import io

import numpy as np
import pytest
import resvg_py
import torch
from numpy.typing import NDArray
from PIL import Image

from sfumato.native.memory import Memory
from sfumato.registry.snapshot import read_snapshot
from sfumato.training.assets import SourceAsset
from sfumato.training.raster import pack
from sfumato.training.sketches import Sketch, SynthesisConfig
from sfumato.training.synthesis import Synthesiser
from tests.training.toy import SHIPPED

SIDE = 64
MEAN, WORST = 0.02, 0.2  # of full scale: of all values, and the 99th percentile
NAMES = ("red apple", "cat", "pizza", "tiger", "carrot", "penguin")


@pytest.fixture(scope="module")
def drawings() -> list[SourceAsset]:
    memory = Memory.open(read_snapshot(max(SHIPPED.glob("*.json"))).path("memory"))
    found = [asset for name in NAMES if (asset := memory.find(name, "flat"))]
    assert len(found) >= 4
    return [
        SourceAsset(
            id=a.id,
            title=a.title,
            keywords=(),
            emoji=None,
            category="",
            style="flat",
            source=a.source,
            licence=a.licence,
            svg=memory.svg(a.id),
        )
        for a in found
    ]


def _vector(svg: str, x: float, y: float, size: float) -> NDArray[np.float32]:
    """The drawing centred at (x, y), `size` of the edge wide: premultiplied, (4, 64, 64)."""
    edge = size * SIDE
    inner = svg[svg.index("<svg") :].replace("<svg", "<svg overflow='visible'", 1)
    for attribute in ("width", "height"):
        inner = _resized(inner, attribute, edge)
    outer = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}">'
        f'<g transform="translate({x * SIDE - edge / 2} {y * SIDE - edge / 2})">{inner}</g></svg>'
    )
    png = bytes(resvg_py.svg_to_bytes(svg_string=outer, width=SIDE, height=SIDE))
    straight = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), np.float32)
    unit = straight / np.float32(255)
    unit[..., :3] *= unit[..., 3:]
    planes: NDArray[np.float32] = unit.transpose(2, 0, 1)
    return planes


def _resized(svg: str, attribute: str, edge: float) -> str:
    start = svg.index(f' {attribute}="') + len(attribute) + 3
    return f"{svg[:start]}{edge}{svg[svg.index(chr(34), start) :]}"


@pytest.mark.parametrize(("x", "y", "size"), [(0.5, 0.5, 0.95), (0.4, 0.55, 0.7), (0.3, 0.5, 0.4)])
def test_tensor_drawn_scenes_match_the_vector_renderer(
    drawings: list[SourceAsset], x: float, y: float, size: float
) -> None:
    config = SynthesisConfig(canvases=((SIDE, SIDE),), square_share=1.0)
    synthesiser = Synthesiser(pack(drawings, SIDE), config, torch.device("cpu"))
    sketches = [
        Sketch(
            rows=(row,),
            colours=(None,),
            places=((x, y, size),),
            flips=(False,),
            backdrop=None,
            words=None,
            caption="",
        )
        for row in range(len(drawings))
    ]
    drawn = synthesiser.draw(sketches, (SIDE, SIDE)).numpy()
    vectors = np.stack([_vector(each.svg, x, y, size) for each in drawings])
    difference = np.abs(drawn - vectors)
    assert difference.mean() < MEAN
    assert np.quantile(difference, 0.99) < WORST
