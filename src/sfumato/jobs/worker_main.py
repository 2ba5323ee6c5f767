"""The worker process: reads a message, does it, writes the reply, until the pipe closes.

Its first message is its role. Knows nothing about jobs, HTTP or the store.
"""

import os
import pickle
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from sfumato.jobs.lifeline import die_with_parent

if TYPE_CHECKING:
    from sfumato.errors import SfumatoError
    from sfumato.jobs.messages import Message, Reply, Role

POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def main(connection: "Connection[Any, Any]", threads: int) -> None:
    """Entry point of the child. `threads` bounds compute: it is part of the machine class."""
    die_with_parent()
    for pool in POOLS:  # read by C code when NumPy is first imported: so before the first message
        os.putenv(pool, str(threads))
    try:
        handle = _handler(connection.recv())
        while True:
            _send(connection, _reply(handle, connection.recv()))
    except (EOFError, ConnectionError):
        return  # the server hung up


def _handler(role: "Role") -> "Callable[[Message], Reply]":
    from sfumato.jobs.messages import EngineRole

    if isinstance(role, EngineRole):
        from sfumato.jobs.rendering import Renderer

        return Renderer(role.engines, role.threads, role.objects)
    from sfumato.jobs.finishing import Finisher
    from sfumato.safety.moderator import Moderator

    moderator = Moderator(role.text_classifier, role.picture_classifier)
    return Finisher(role.credentials, moderator)


def _reply(handle: "Callable[[Message], Reply]", message: "Message") -> "Reply":
    try:
        return handle(message)
    except Exception as error:
        return _failure(error)


def _send(connection: "Connection[Any, Any]", reply: "Reply") -> None:
    try:
        connection.send(reply)
    except (pickle.PicklingError, TypeError, AttributeError) as error:  # nothing was sent yet
        connection.send(_failure(error))


def _failure(error: Exception) -> "Reply":
    from sfumato.errors import ServerError, SfumatoError
    from sfumato.jobs.messages import Failed

    if isinstance(error, SfumatoError) and _travels(error):
        return Failed(error=error)
    told = (
        "The picture needed more main memory than this machine has left. Ask for a smaller one."
        if isinstance(error, MemoryError)
        else "The picture could not be made because of an error in the server. Its log says more."
    )
    return Failed(error=ServerError(told), details="".join(traceback.format_exception(error)))


def _travels(error: "SfumatoError") -> bool:
    """Whether `error` survives the pipe: a class that cannot be rebuilt would break the reader."""
    try:
        return type(pickle.loads(pickle.dumps(error))) is type(error)
    except Exception:
        return False
