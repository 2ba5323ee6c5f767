"""`python -m sfumato.evals.reference_pack`: a training config's assets → the shipped reference.

The only place of evaluation that reads the data folder of training. Knows nothing about scores.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from sfumato.evals.reference import SIZE, Reference, write_reference
from sfumato.training.captions import STYLE_WORDS
from sfumato.training.raster import AssetTensor


def reference_of(assets: AssetTensor, config: str) -> Reference:
    """The same rows with straight alpha at 64 pixels, each with the prompt that asks for it."""
    pairs = zip(assets.titles, assets.styles, strict=True)
    return Reference(
        config=config,
        pixels=np.stack([_small(premultiplied) for premultiplied in assets.pixels]),
        titles=assets.titles,
        styles=assets.styles,
        sources=assets.sources,
        prompts=tuple(prompt(*pair) for pair in pairs),
        held_out=assets.held_out,
    )


def prompt(title: str, style: str, words: Mapping[str, tuple[str, ...]] = STYLE_WORDS) -> str:
    """ "an ant, flat style": as training's captions say it."""
    return f"{'an' if title[0] in 'aeiou' else 'a'} {title}, {words[style][0]}"


def _small(premultiplied: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Area-averaged where colours add up, then straight."""
    planes = [Image.fromarray(np.ascontiguousarray(premultiplied[..., c])) for c in range(4)]
    small = np.stack([np.asarray(p.resize((SIZE, SIZE), Image.Resampling.BOX)) for p in planes], -1)
    alpha = np.maximum(small[..., 3:].astype(np.float32), 1)
    straight = np.where(small[..., 3:] > 0, small[..., :3] * (255 / alpha), 0)
    return np.concatenate([np.rint(straight).clip(0, 255), small[..., 3:]], -1).astype(np.uint8)


def main(
    config: Annotated[str, typer.Option(help="Training config whose assets to pack.")] = "cpu",
    data: Annotated[Path, typer.Option(help="Data folder of training.")] = Path("data"),
    output: Annotated[Path, typer.Option("-o", help="Folder to write into.")] = Path(
        "evals/reference"
    ),
) -> None:
    """Pack what a training config learns from, for fidelity and copying."""
    from sfumato.training.config import CONFIGS
    from sfumato.training.prepare import prepare_assets

    reference = reference_of(prepare_assets(CONFIGS[config], data), config)
    size = write_reference(reference, output / f"{config}.npz")
    held = int(reference.held_out.sum())
    print(f"{len(reference.titles)} renders, {held} held out, {size} bytes")


if __name__ == "__main__":
    typer.run(main)
