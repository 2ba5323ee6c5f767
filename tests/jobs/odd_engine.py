"""An engine that goes wrong in the way its prompt names."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sfumato.core import Frame, ImageParams, Preview, Progress
from sfumato.engines.fake import FakeEngine
from sfumato.errors import ImageUserError
from sfumato.registry.snapshot import Snapshot


class OddEngine:
    def __init__(self, threads: int) -> None:
        self._fake = FakeEngine(threads)

    def load(self, snapshot: Snapshot) -> None:
        if snapshot.recipe.get("die_at_load"):
            os._exit(3)
        self._recipe = snapshot.recipe
        self._fake.load(snapshot)

    def generate(self, params: ImageParams) -> Iterator[Frame]:
        yield Progress(step=1, steps=4)
        match params.prompt:
            case "refuse":
                raise ImageUserError("The model cannot do this.", param="prompt", code="odd")
            case "modules":
                raise ImageUserError(" ".join(sys.modules))
            case "break":
                raise ZeroDivisionError("a secret of the machine")
            case "missing file":
                raise FileNotFoundError("a secret path")
            case "memory":
                raise MemoryError
            case "exit":
                os._exit(3)
            case "unpicklable":
                yield lambda: None  # type: ignore[misc]  # the point: not a frame, not picklable
            case "no picture":
                return
            case "hang":
                time.sleep(3600)
            case "exit once" | "sleep once":
                yield from self._wrong_once(params)
                return
        yield from self._fake.generate(params)

    def _wrong_once(self, params: ImageParams) -> Iterator[Frame]:
        """Go wrong behind the second preview of all that are ever made."""
        made = Path(self._recipe["previews"])
        for frame in self._fake.generate(params):
            yield frame
            if isinstance(frame, Preview):
                with made.open("a") as log:
                    log.write(".")
                if made.stat().st_size == 2:
                    if params.prompt == "exit once":
                        os._exit(3)
                    time.sleep(7)

    def unload(self) -> None:
        self._fake.unload()
