"""The light worker as the server sees it: prompts and pixels in, verdicts and stamped files out.

Knows nothing about jobs or the store.
"""

import asyncio
from typing import cast

from sfumato.codec.credentials import Credentials
from sfumato.core import EncodedImage, EncodedPreview, ImageParams, Picture, Preview
from sfumato.jobs.messages import Finish, FinishPreview, LightRole, Message, Moderate, Reply
from sfumato.jobs.worker_process import WorkerProcess
from sfumato.registry.snapshot import Snapshot
from sfumato.safety.moderation import Level


class LightWorker:
    """One process, one message at a time. It is replaced when it dies; its work then fails."""

    def __init__(self, credentials: Credentials, threads: int) -> None:
        role = LightRole(credentials=credentials)
        self.process = WorkerProcess("light", role, threads, on_exit=lambda: None)
        self._free = asyncio.Lock()

    async def moderate(self, prompt: str, level: Level) -> None:
        """ModerationBlocked when the word list refuses the prompt."""
        await self._ask(Moderate(prompt=prompt, level=level))

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
