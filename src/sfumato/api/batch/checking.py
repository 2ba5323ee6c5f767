"""Whether a batch can run: its input file, and the model that its lines name.

Knows nothing about what becomes of it.
"""

import asyncio

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
    try:
        path = await asyncio.to_thread(backend.store.files.path, batch.caller, batch.input_file)
    except NotFound as error:
        return _failed("file_not_found", None, error.message, "input_file_id")
    checked = await asyncio.to_thread(check_input, path, batch.endpoint)
    if checked.faults:
        return checked
    try:
        await backend.names.resolve(checked.model)
    except ModelNotFound as error:
        return _failed("model_not_found", checked.lines[0][0], error.message, "body.model")
    return checked


def _failed(code: str, line: int | None, message: str, param: str) -> Checked:
    fault = {"code": code, "line": line, "message": message, "param": param}
    return Checked(lines=(), model=None, faults=(fault,))
