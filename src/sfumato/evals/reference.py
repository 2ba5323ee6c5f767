"""What the weights learnt from, small enough to ship: 64-pixel renders with thing, style and set.

Fidelity and copying are measured against it, so that evaluation needs neither the raw sets nor
torch. Made by `python -m sfumato.evals.reference_pack`. Knows nothing about engines.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sfumato.core import Pixels

SIZE = 64
MAX_BYTES = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """`pixels` (N, 64, 64, 4) straight alpha; row i shows `titles[i]` in `styles[i]`.

    `held_out` (N,) marks the pairs that training never saw, though it saw the thing in another
    style; `prompts[i]` asks for row i, in the words of training's captions.
    """

    config: str
    pixels: NDArray[np.uint8]
    titles: tuple[str, ...]
    styles: tuple[str, ...]
    sources: tuple[str, ...]
    prompts: tuple[str, ...]
    held_out: NDArray[np.bool_]

    def rows(self, *, held_out: bool) -> list[int]:
        """The rows that are held out, or those that training saw."""
        return [int(row) for row in np.flatnonzero(self.held_out == held_out)]

    def pictures(self, rows: Sequence[int]) -> list[Pixels]:
        """The renders at these rows."""
        return [self.pixels[row] for row in rows]


def read_reference(folder: Path, config: str) -> Reference:
    """`<folder>/<config>.npz`; FileNotFoundError says how it is made."""
    path = folder / f"{config}.npz"
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: fidelity and copying of a snapshot trained with '{config}' need"
            f" it. Make it with: python -m sfumato.evals.reference_pack --config {config}"
        )
    with np.load(path, allow_pickle=False) as archive:
        words = json.loads(str(archive["words"]))
        held_out = np.asarray(archive["held_out"], dtype=np.bool_)
        pixels = np.asarray(archive["pixels"], dtype=np.uint8)
    columns = {name: tuple(values) for name, values in words.items()}
    return Reference(config=config, pixels=pixels, held_out=held_out, **columns)


def write_reference(reference: Reference, path: Path) -> int:
    """One compressed .npz; its size in bytes. ValueError when that is over 4 MB."""
    names = ("titles", "styles", "sources", "prompts")
    words = json.dumps({name: getattr(reference, name) for name in names}, ensure_ascii=False)
    packed = io.BytesIO()
    np.savez_compressed(
        packed, pixels=reference.pixels, words=np.array(words), held_out=reference.held_out
    )
    if len(packed.getvalue()) > MAX_BYTES:
        raise ValueError(
            f"{len(packed.getvalue())} bytes are too many for the tree (at most {MAX_BYTES})."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed.getvalue())
    return len(packed.getvalue())
