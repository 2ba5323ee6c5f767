"""A job that outlives its request, while it waits or is worked on: its events, for any reader.

Bytes lie on the disk, so that neither many pictures nor slow readers fill the memory. Knows nothing
about who works on it.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from sfumato.core import EncodedImage, EncodedPreview, ImageParams, Progress
from sfumato.jobs.broadcast import Broadcast
from sfumato.jobs.job import Job, JobEvent
from sfumato.store.jobs import StoredJob


class LiveJob:
    """`publish` what happens, `close` it; `events()` tells all of it to whoever comes."""

    def __init__(
        self, record: StoredJob, params: ImageParams, on_end: Callable[[int], None]
    ) -> None:
        self.record = record
        self.params = params
        self.job: Job | None = None  # once it has a place in the scheduler
        self.progress: Progress | None = None
        self.cancelled = False
        self._on_end = on_end
        self._log: Broadcast[JobEvent] = Broadcast()
        self._pictures = 0
        self._error: Exception | None = None
        self._previews: list[Path] = []
        self._shown: set[tuple[int, int]] = set()
        self._readers = 0

    @property
    def pictures(self) -> int:
        """How many are finished."""
        return self._pictures

    def has_told(self, preview: EncodedPreview) -> bool:
        """Whether an attempt before this one came as far: its pixels were the same."""
        return (preview.index, preview.partial_index) in self._shown

    def publish(self, event: JobEvent, preview: Path | None = None) -> None:
        """Tell the readers; the bytes of a preview lie at `preview` from now on."""
        match event:
            case Progress():
                self.progress = event  # for whoever asks; as an event it would only take room
                return
            case EncodedPreview():
                self._shown.add((event.index, event.partial_index))
                event = replace(event, data=b"", path=preview)
            case EncodedImage():
                event = replace(event, data=b"")
                self._pictures += 1
        if preview is not None:
            self._previews.append(preview)
        self._log.publish(event)

    def close(self, error: Exception | None = None) -> None:
        """Nothing more comes; with an error, every reader gets it at the end."""
        self._error = error
        self._on_end(self.params.n - self._pictures)
        self._log.close()
        self._tidy()

    async def events(self) -> AsyncGenerator[JobEvent]:
        """Everything from the beginning on, then the error if there was one."""
        self._readers += 1
        try:
            async with aclosing(self._log.read()) as entries:
                async for event in entries:
                    yield event
        finally:
            self._readers -= 1
            self._tidy()
        if self._error is not None:
            raise self._error

    def _tidy(self) -> None:
        if self._log.closed and self._readers == 0:
            for path in self._previews:
                path.unlink(missing_ok=True)
            self._previews.clear()
