"""The light worker's work: pixels become a stamped file. Knows nothing about jobs or the store."""

from sfumato.codec.credentials import Credentials
from sfumato.codec.finish import finish, finish_preview
from sfumato.jobs.messages import Finish, FinishPreview, Message, Reply


class Finisher:
    """Handles Finish and FinishPreview."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __call__(self, message: Message) -> Reply:
        match message:
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
