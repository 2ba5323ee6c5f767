"""The light worker's work: a prompt is moderated, pixels become a stamped file.

Knows nothing about jobs or the store.
"""

from sfumato.codec.credentials import Credentials
from sfumato.codec.finish import finish, finish_preview
from sfumato.codec.inspect import inspect
from sfumato.codec.mask import decode_markup, decode_mask
from sfumato.jobs.messages import (
    Done,
    Finish,
    FinishPreview,
    Inspect,
    InspectMask,
    Message,
    Moderate,
    Reply,
)
from sfumato.safety import moderation


class Finisher:
    """Handles Moderate, Inspect, InspectMask, Finish and FinishPreview."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __call__(self, message: Message) -> Reply:
        match message:
            case Moderate(prompt=prompt, level=level):
                moderation.check(prompt, level)
                return Done()
            case Finish():
                return finish(
                    message.picture,
                    message.params,
                    message.snapshot_id,
                    message.snapshot_digest,
                    self._credentials,
                    message.index,
                )
            case Inspect(path=path, param=param):
                return inspect(path.read_bytes(), self._credentials, param=param)
            case InspectMask(path=path, kind=kind, size=size):
                decode = decode_mask if kind == "mask" else decode_markup
                decode(path.read_bytes(), size)
                return Done()
            case FinishPreview():
                return finish_preview(
                    message.preview,
                    message.params,
                    self._credentials,
                    message.index,
                    message.partial_index,
                )
        raise TypeError(f"not a message to a light worker: {type(message).__name__}")
