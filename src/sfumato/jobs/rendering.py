"""The engine worker's work: one loaded snapshot, and the pictures begun on it, a frame at a time.

Lock-step: `Next` is the only message that computes, and it computes up to one frame. Knows nothing
about jobs, turns or files.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from sfumato.core import Frame, ImageParams, Picture
from sfumato.engines.inputs import read_inputs
from sfumato.engines.protocol import Engine
from sfumato.errors import ServerError, SnapshotDamaged
from sfumato.jobs.messages import Cancel, Done, Load, Message, Next, Reply, Run
from sfumato.registry.snapshot import Snapshot


class Renderer:
    """Handles Load, Run, Next and Cancel. Several runs may be begun; each moves when asked to."""

    def __init__(self, engines: Mapping[str, str], threads: int, objects: Path) -> None:
        self._engines = engines
        self._threads = threads
        self._objects = objects
        self._engine: Engine | None = None
        self._digest: str | None = None
        self._runs: dict[int, Iterator[Frame]] = {}

    def __call__(self, message: Message) -> Reply:
        match message:
            case Load(snapshot=snapshot):
                return self._load(snapshot)
            case Run(run=run, params=params):
                return self._begin(run, params)
            case Next(run=run):
                return self._next(run)
            case Cancel(run=run):
                self._runs.pop(run, None)
                return Done()
        raise TypeError(f"not a message to an engine worker: {type(message).__name__}")

    def _load(self, snapshot: Snapshot) -> Done:
        if self._digest == snapshot.digest:
            return Done()
        self._unload()
        engine = make_engine(self._engines, snapshot, self._threads)
        engine.load(snapshot)
        self._engine, self._digest = engine, snapshot.digest
        return Done()

    def _unload(self) -> None:
        self._runs.clear()
        engine, self._engine, self._digest = self._engine, None, None
        if engine is not None:
            engine.unload()

    def _begin(self, run: int, params: ImageParams) -> Done:
        if self._engine is None:
            raise ServerError("No snapshot is loaded.")
        if params.inputs:
            inputs = read_inputs(params, self._objects)
            self._runs[run] = iter(self._engine.edit(params, inputs))
        else:
            self._runs[run] = iter(self._engine.generate(params))
        return Done()

    def _next(self, run: int) -> Frame:
        frames = self._runs.pop(run)  # put back only if there is more to come
        frame = next(frames, None)
        if frame is None:
            raise RuntimeError("the engine ended without a Picture")
        if not isinstance(frame, Picture):
            self._runs[run] = frames
        return frame


def make_engine(engines: Mapping[str, str], snapshot: Snapshot, threads: int) -> Engine:
    """The engine that a manifest names; SnapshotDamaged when there is none of that name."""
    spec = engines.get(snapshot.engine)
    if spec is None:
        known = ", ".join(sorted(engines))
        raise SnapshotDamaged(
            f"Snapshot {snapshot.id} asks for the engine '{snapshot.engine}'; known: {known}."
        )
    module, _, name = spec.partition(":")
    engine: Engine = getattr(import_module(module), name)(threads)
    return engine
