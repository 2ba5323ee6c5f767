"""The seam between a job and what renders it. Knows nothing about HTTP, queues or files."""

from collections.abc import Iterator
from typing import Protocol

from sfumato.core import EditInputs, Frame, ImageParams
from sfumato.registry.snapshot import Snapshot


class Engine(Protocol):
    """Something that renders one picture (`params.n == 1`) at a time for one loaded snapshot."""

    def load(self, snapshot: Snapshot) -> None:
        """Verify and load; SnapshotDamaged when a file's hash differs from the manifest's."""

    def generate(self, params: ImageParams) -> Iterator[Frame]:
        """Yield Progress per step, Preview at the asked partials, then one Picture.

        Lazy: nothing of step k+1 is computed before the frame of step k was pulled. Dropping the
        iterator cancels the picture.
        """

    def edit(self, params: ImageParams, inputs: EditInputs) -> Iterator[Frame]:
        """Like `generate`, from pictures: `params.prompt` is the instruction.

        With a mask and equal sizes, every pixel that the mask keeps is the input's, to the bit.
        InvalidRequest or ImageUserError before the first frame when the instruction cannot be
        followed, saying what can.
        """

    def unload(self) -> None:
        """Give back what `load` took."""
