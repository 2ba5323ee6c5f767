"""Rendering for evaluation: one engine, loaded here, asked for whole pictures one after the other.

The engine is named by a string, as worker processes do it, so that a fresh process can be told too.
Knows nothing about HTTP, jobs or scores.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Protocol

from sfumato.core import Frame, ImageParams, Memory, Picture, Quality
from sfumato.registry.snapshot import Snapshot

ENGINES: Mapping[str, str] = {
    "native": "sfumato.engines.native:NativeEngine",
    "fake": "sfumato.engines.fake:FakeEngine",
}


class Renderer(Protocol):
    """What is needed of an engine."""

    def load(self, snapshot: Snapshot) -> None: ...
    def generate(self, params: ImageParams) -> Iterator[Frame]: ...


def open_engine(snapshot: Snapshot, threads: int) -> Renderer:
    """The snapshot's engine, loaded. ValueError when its kind is unknown."""
    if snapshot.engine not in ENGINES:
        raise ValueError(f"Engine '{snapshot.engine}' cannot be evaluated; known: {list(ENGINES)}.")
    module, _, name = ENGINES[snapshot.engine].partition(":")
    engine: Renderer = getattr(import_module(module), name)(threads)
    engine.load(snapshot)
    return engine


def render(
    engine: Renderer,
    prompt: str,
    *,
    seed: int,
    size: int,
    quality: Quality,
    memory: Memory,
) -> Picture:
    """One square picture. RuntimeError when the engine ends without one."""
    return picture_of(
        engine,
        ImageParams(
            prompt=prompt, seed=seed, width=size, height=size, quality=quality, memory=memory
        ),
    )


def picture_of(engine: Renderer, params: ImageParams) -> Picture:
    """The picture of `params`. RuntimeError when the engine ends without one."""
    for frame in engine.generate(params):
        if isinstance(frame, Picture):
            return frame
    raise RuntimeError(f"The engine gave no picture for {params.prompt!r}.")
