"""The light worker as the server sees it: prompts and pixels in, verdicts and stamped files out.

Knows nothing about jobs or the store.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from sfumato.codec.credentials import Credentials
from sfumato.core import EncodedImage, EncodedPreview, ImageParams, Picture, Preview
from sfumato.jobs.messages import (
    CheckProvenance,
    Finish,
    FinishPreview,
    Inspect,
    InspectMask,
    JudgePicture,
    JudgeText,
    LightRole,
    Message,
    Moderate,
    ModeratePicture,
    Reply,
)
from sfumato.jobs.worker_process import WorkerProcess
from sfumato.registry.snapshot import Snapshot
from sfumato.safety.classifiers import NONE
from sfumato.safety.moderation import Level

if TYPE_CHECKING:
    from sfumato.codec.check import Finding
    from sfumato.codec.inspect import InputFacts
    from sfumato.safety.verdict import Verdict


class LightWorker:
    """One process, one message at a time. It is replaced when it dies; its work then fails."""

    def __init__(
        self,
        credentials: Credentials,
        threads: int,
        *,
        text_classifier: str = NONE,
        picture_classifier: str = NONE,
    ) -> None:
        role = LightRole(
            credentials=credentials,
            text_classifier=text_classifier,
            picture_classifier=picture_classifier,
        )
        self._sees = picture_classifier != NONE
        self.process = WorkerProcess("light", role, threads, on_exit=lambda: None)
        self._free = asyncio.Lock()

    async def moderate(self, prompt: str, level: Level) -> None:
        """ModerationBlocked when the word list refuses the prompt."""
        await self._ask(Moderate(prompt=prompt, level=level))

    async def moderate_picture(self, path: Path, level: Level) -> None:
        """ModerationBlocked when the classifier refuses it; without one every picture passes."""
        if self._sees:
            await self._ask(ModeratePicture(path=path, level=level))

    async def judge_text(self, text: str) -> "Verdict":
        """What the word list and the classifier find in a text."""
        return cast("Verdict", await self._ask(JudgeText(text=text)))

    async def judge_picture(self, path: Path, param: str) -> "Verdict":
        """What the classifier finds in a picture; refused, naming `param`, when it is none."""
        return cast("Verdict", await self._ask(JudgePicture(path=path, param=param)))

    async def inspect(self, path: Path, param: str) -> "InputFacts":
        """What is in a picture that somebody sent; refused, naming `param`, when it is none."""
        return cast("InputFacts", await self._ask(Inspect(path=path, param=param)))

    async def inspect_mask(
        self, path: Path, kind: Literal["mask", "markup"], size: tuple[int, int]
    ) -> None:
        """Refused when the file is no mask (or markup) of a picture of `size` (width, height)."""
        await self._ask(InspectMask(path=path, kind=kind, size=size))

    async def check_provenance(self, path: Path, param: str) -> "tuple[Finding, ...]":
        """What a file says of what made it; refused, naming `param`, when it cannot say such."""
        return cast("tuple[Finding, ...]", await self._ask(CheckProvenance(path=path, param=param)))

    async def finish(
        self,
        picture: Picture,
        params: ImageParams,
        snapshot: Snapshot,
        index: int,
        level: Level = "auto",
    ) -> EncodedImage:
        """The file of picture `index` of n. ModerationBlocked when the classifier refuses it."""
        message = Finish(
            picture=picture,
            params=params,
            snapshot_id=snapshot.id,
            snapshot_digest=snapshot.digest,
            index=index,
            level=level,
        )
        return cast(EncodedImage, await self._ask(message))

    async def finish_preview(
        self,
        preview: Preview,
        params: ImageParams,
        index: int,
        partial_index: int,
        level: Level = "auto",
    ) -> EncodedPreview:
        """The file of a partial image. ModerationBlocked as for the finished one."""
        message = FinishPreview(
            preview=preview, params=params, index=index, partial_index=partial_index, level=level
        )
        return cast(EncodedPreview, await self._ask(message))

    async def _ask(self, message: Message) -> Reply:
        async with self._free:  # so that a death ends the one job it worked for
            return await self.process.ask(message)
