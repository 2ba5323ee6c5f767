"""The light worker's work: a prompt is moderated, pixels become a stamped file.

Knows nothing about jobs or the store.
"""

from sfumato.codec.check import check
from sfumato.codec.credentials import Credentials
from sfumato.codec.decode import decode
from sfumato.codec.finish import finish, finish_preview
from sfumato.codec.inspect import inspect
from sfumato.codec.mask import decode_markup, decode_mask
from sfumato.jobs.messages import (
    CheckProvenance,
    Done,
    Finish,
    FinishPreview,
    Inspect,
    InspectMask,
    JudgePicture,
    JudgeText,
    Message,
    Moderate,
    ModeratePicture,
    Reply,
)
from sfumato.safety.moderator import Moderator


class Finisher:
    """Handles every message to a light worker."""

    def __init__(self, credentials: Credentials, moderator: Moderator) -> None:
        self._credentials = credentials
        self._moderator = moderator

    def __call__(self, message: Message) -> Reply:
        match message:
            case Moderate(prompt=prompt, level=level):
                self._moderator.check_text(prompt, level)
                return Done()
            case ModeratePicture(path=path, level=level):
                if self._moderator.sees:
                    self._moderator.check_picture(decode(path.read_bytes()), level, "input")
                return Done()
            case JudgeText(text=text):
                return self._moderator.judge_text(text)
            case JudgePicture(path=path, param=param):
                return self._moderator.judge_picture(decode(path.read_bytes(), param=param))
            case Finish():
                self._moderator.check_picture(message.picture.pixels, message.level, "output")
                return finish(
                    message.picture,
                    message.params,
                    message.snapshot_id,
                    message.snapshot_digest,
                    self._credentials,
                    message.index,
                )
            case CheckProvenance(path=path, param=param):
                return check(path.read_bytes(), self._credentials, param=param)
            case Inspect(path=path, param=param):
                return inspect(path.read_bytes(), self._credentials, param=param)
            case InspectMask(path=path, kind=kind, size=size):
                read = decode_mask if kind == "mask" else decode_markup
                read(path.read_bytes(), size)
                return Done()
            case FinishPreview():
                self._moderator.check_picture(message.preview.pixels, message.level, "output")
                return finish_preview(
                    message.preview,
                    message.params,
                    self._credentials,
                    message.index,
                    message.partial_index,
                )
        raise TypeError(f"not a message to a light worker: {type(message).__name__}")
