"""The light worker as the server sees it: prompts and pixels in, verdicts and stamped files out.

Knows nothing about jobs or the store.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from sfumato.codec.credentials import Credentials
from sfumato.core import EncodedImage, EncodedPreview, ImageParams, Picture, Preview
from sfumato.jobs.messages import (
    Finish,
    FinishPreview,
    Inspect,
    InspectMask,
    LightRole,
    Message,
    Moderate,
    Reply,
)
from sfumato.jobs.worker_process import WorkerProcess
from sfumato.registry.snapshot import Snapshot
from sfumato.safety.moderation import Level

if TYPE_CHECKING:
    from sfumato.codec.inspect import InputFacts


class LightWorker:
    """One process, one message at a time. It is replaced when it dies; its work then fails."""

    def __init__(self, credentials: Credentials, threads: int) -> None:
        role = LightRole(credentials=credentials)
        self.process = WorkerProcess("light", role, threads, on_exit=lambda: None)
        self._free = asyncio.Lock()

    async def moderate(self, prompt: str, level: Level) -> None:
        """ModerationBlocked when the word list refuses the prompt."""
        await self._ask(Moderate(prompt=prompt, level=level))

    async def inspect(self, path: Path, param: str) -> "InputFacts":
        """What is in a picture that somebody sent; refused, naming `param`, when it is none."""
        return cast("InputFacts", await self._ask(Inspect(path=path, param=param)))

    async def inspect_mask(
        self, path: Path, kind: Literal["mask", "markup"], size: tuple[int, int]
    ) -> None:
        """Refused when the file is no mask (or markup) of a picture of `size` (width, height)."""
        await self._ask(InspectMask(path=path, kind=kind, size=size))

    async def finish(
        self, picture: Picture, params: ImageParams, snapshot: Snapshot, index: int
    ) -> EncodedImage:
        """The file of picture `index` of n."""
        message = Finish(
            picture=picture,
            params=params,
            snapshot_id=snapshot.id,
            snapshot_digest=snapshot.digest,
            index=index,
        )
        return cast(EncodedImage, await self._ask(message))

    async def finish_preview(
        self, preview: Preview, params: ImageParams, index: int, partial_index: int
    ) -> EncodedPreview:
        """The file of a partial image."""
        message = FinishPreview(
            preview=preview, params=params, index=index, partial_index=partial_index
        )
        return cast(EncodedPreview, await self._ask(message))

    async def _ask(self, message: Message) -> Reply:
        async with self._free:  # so that a death ends the one job it worked for
            return await self.process.ask(message)
