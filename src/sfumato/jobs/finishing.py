"""The light worker's work: a prompt is moderated, pixels become a stamped file.

Knows nothing about jobs or the store.
"""

from sfumato.codec.credentials import Credentials
from sfumato.codec.finish import finish, finish_preview
from sfumato.jobs.messages import Done, Finish, FinishPreview, Message, Moderate, Reply
from sfumato.safety import moderation


class Finisher:
    """Handles Moderate, Finish and FinishPreview."""

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
            case FinishPreview():
                return finish_preview(
                    message.preview,
                    message.params,
                    self._credentials,
                    message.index,
                    message.partial_index,
                )
        raise TypeError(f"not a message to a light worker: {type(message).__name__}")
