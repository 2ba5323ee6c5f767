"""The native engine: a snapshot's files → the native model. The one bridge between the two.

Knows no jobs.
"""

from collections.abc import Iterator

from sfumato.core import EditInputs, Frame, ImageParams
from sfumato.errors import SnapshotDamaged
from sfumato.native.denoiser import Denoiser
from sfumato.native.detail import Upscaler
from sfumato.native.fonts import Fonts
from sfumato.native.memory import Memory
from sfumato.native.pipeline import PIPELINE_REVISION, NativeModel, Sampling
from sfumato.native.text import TextEncoder
from sfumato.registry.snapshot import Snapshot


class NativeEngine:
    """Renders with the native model on `threads` threads."""

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._snapshot: Snapshot | None = None
        self._model: NativeModel | None = None

    def load(self, snapshot: Snapshot) -> None:
        """Verify every file, then open it; refuses a snapshot of another pipeline revision."""
        snapshot.verify()
        if snapshot.pipeline_revision != PIPELINE_REVISION:
            raise SnapshotDamaged(
                f"Snapshot {snapshot.id} was released for pipeline {snapshot.pipeline_revision};"
                f" this version of Sfumato runs {PIPELINE_REVISION} and would make other pictures."
                " Install the version that released it, or use a newer snapshot."
            )
        self._model = NativeModel(
            denoiser=Denoiser(snapshot.path("denoiser"), self._threads),
            encoder=TextEncoder(snapshot.path("text"), snapshot.path("tokenizer"), self._threads),
            memory=Memory.open(snapshot.path("memory")),
            fonts=Fonts.open(snapshot.path("fonts")),
            threads=self._threads,
            upscaler=self._upscaler(snapshot),
        )
        self._snapshot = snapshot

    @property
    def model(self) -> NativeModel:
        """The loaded model; RuntimeError before `load`."""
        if self._model is None:
            raise RuntimeError("no snapshot is loaded")
        return self._model

    def generate(self, params: ImageParams) -> Iterator[Frame]:
        """One picture, frame by frame; see `engines.protocol.Engine`."""
        return self.model.generate(params, self.sampling(params))

    def edit(self, params: ImageParams, inputs: EditInputs) -> Iterator[Frame]:
        """One edited picture, frame by frame; see `engines.protocol.Engine`."""
        return self.model.edit(params, inputs, self.sampling(params))

    def unload(self) -> None:
        """Give the memory back."""
        self._model = None
        self._snapshot = None

    def _upscaler(self, snapshot: Snapshot) -> Upscaler | None:
        """None for a snapshot that was released without one."""
        if all(file.role != "upscaler" for file in snapshot.files):
            return None
        return Upscaler(snapshot.path("upscaler"), self._threads)

    def sampling(self, params: ImageParams) -> Sampling:
        """What the snapshot's preset of the asked quality says; RuntimeError before `load`."""
        if self._snapshot is None:
            raise RuntimeError("no snapshot is loaded")
        preset = self._snapshot.presets[params.quality]
        return Sampling(
            steps=preset.steps,
            guidance=preset.guidance,
            t0=preset.t0,
            draft_guidance=preset.draft_guidance,
        )
