"""What is being measured and how far it is, on stderr: one live line, or a line per part.

Knows nothing about parts.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

EVERY = 60.0  # seconds between lines where there is no terminal


class Progress:
    """Hears (part, what of it); counts renderings and seconds of the part."""

    def __init__(self, parts: Sequence[str], console: Console) -> None:
        self._parts, self._console = list(parts), console
        self._part, self._began, self._heard, self._told = "", 0.0, 0, 0.0
        self._status = console.status("opening the snapshot")

    @contextmanager
    def shown(self) -> Iterator["Progress"]:
        """Live while the block runs, when the console is a terminal."""
        with self._status:
            yield self
        self._finish()

    def __call__(self, part: str, line: str) -> None:
        """`line` is what is rendered next."""
        now = time.monotonic()
        if part != self._part:
            self._finish()
            self._part, self._began, self._heard, self._told = part, now, 0, now - EVERY
        self._heard += bool(line)
        text = f"{self._where()} · {self._heard} · {now - self._began:.0f} s · {line}"
        self._status.update(escape(text))
        if not self._console.is_terminal and now - self._told >= EVERY:
            self._told = now
            self._console.print(text, markup=False, highlight=False)

    def _where(self) -> str:
        return f"{self._part} ({self._parts.index(self._part) + 1} of {len(self._parts)})"

    def _finish(self) -> None:
        if self._part:
            line = f"{self._part}: {time.monotonic() - self._began:.0f} s"
            self._console.print(line, markup=False, highlight=False)
