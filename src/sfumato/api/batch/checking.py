"""Whether a batch can run: its input file, and the model that its lines name.

Knows nothing about what becomes of it.
"""

import asyncio
from dataclasses import replace

from sfumato.api.backend import Backend
from sfumato.api.batch.input import Checked, check_input
from sfumato.errors import InvalidRequest, ModelNotFound, NotFound
from sfumato.store.batches import StoredBatch
from sfumato.store.files import Files

PURPOSE = "batch"


def require_input(files: Files, caller: str, file_id: str) -> None:
    """NotFound when there is no such file, InvalidRequest when it is for something else. Blocks."""
    try:
        file = files.get(caller, file_id)
    except NotFound as error:
        raise NotFound(error.message, param="input_file_id") from error
    if file.purpose != PURPOSE:
        raise InvalidRequest(
            f"The purpose of file '{file_id}' is '{file.purpose}', not '{PURPOSE}'.",
            param="input_file_id",
        )


async def check_batch(batch: StoredBatch, backend: Backend) -> Checked:
    """All lines, or the faults for which the batch fails."""
    path = await asyncio.to_thread(backend.store.files.path, batch.caller, batch.input_file)
    checked = await asyncio.to_thread(check_input, path, batch.endpoint)
    if checked.faults:
        return checked
    try:
        await backend.names.resolve(checked.model)
    except ModelNotFound as error:
        fault = {
            "code": error.code,
            "line": checked.lines[0][0],
            "message": error.message,
            "param": "body.model",
        }
        return replace(checked, faults=(fault,))
    return checked
