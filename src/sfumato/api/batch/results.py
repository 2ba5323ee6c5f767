"""The output and error files of a batch, written to disk line by line with pictures in pieces.

Both have ids that follow from the batch's: writing them again after a kill adds nothing. Everything
blocks: use a thread from async code.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from sfumato.api.base64_json import BLOCK, Base64, LargeJson, base64_pieces
from sfumato.api.batch.lines import derived
from sfumato.api.batch.objects import usage_sum
from sfumato.errors import NotFound
from sfumato.store import Store
from sfumato.store.batch_lines import BEGUN, COMPLETED, FAILED, WAITING, Line
from sfumato.store.batches import StoredBatch
from sfumato.store.full_disk import full_disk_is_told

STATES = (COMPLETED, FAILED, WAITING, BEGUN)
PURPOSE = "batch_output"
UNFINISHED: Mapping[str, Mapping[str, str]] = {
    "expired": {
        "code": "batch_expired",
        "message": "This request could not be executed before the completion window expired.",
    },
    "cancelled": {
        "code": "batch_cancelled",
        "message": "The batch was cancelled before this request was executed.",
    },
}


@dataclass(slots=True, kw_only=True)
class Told:
    """What was written: counts for the batch's object, and what the pictures cost."""

    total: int = 0
    completed: int = 0
    failed: int = 0
    usages: list[Mapping[str, Any]] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """Members of the batch's object."""
        counts = {"total": self.total, "completed": self.completed, "failed": self.failed}
        return {"request_counts": counts, "usage": usage_sum(self.usages)}


def write_results(batch: StoredBatch, end: str, store: Store, *, strict: bool) -> dict[str, Any]:
    """Write and keep both files, if they have lines; members of the batch that is `end` now."""
    told = Told()
    with _JsonLines(store) as output, _JsonLines(store) as errors:
        for line in store.batch_lines.of(batch.id, STATES):
            told.total += 1
            if line.state in (WAITING, BEGUN):
                errors.write(_shown(batch, line, None, UNFINISHED[end]))
            elif line.state == COMPLETED and (paths := _paths(batch, line, store)) is not None:
                told.completed += 1
                told.usages.append(_result(line)["body"]["usage"])
                output.write(_completed(batch, line, paths, strict=strict))
            else:
                told.failed += 1
                errors.write(_failed(batch, line))
        kept = {
            "output_file_id": output.keep(batch, "output"),
            "error_file_id": errors.keep(batch, "error"),
        }
    return {**told.facts(), **{name: file for name, file in kept.items() if file is not None}}


class _JsonLines:
    """A spooled file of JSON lines; gone when it is left, unless it was kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._path = store.inputs.spool()
        self._file: BinaryIO = self._path.open("wb")
        self._hash = hashlib.sha256()
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, value: Mapping[str, Any]) -> None:
        """Add a line. StorageFull."""
        with full_disk_is_told():
            for piece in _pieces(LargeJson.of(value)):
                self._hash.update(piece)
                self._size += self._file.write(piece)

    def keep(self, batch: StoredBatch, what: str) -> str | None:
        """Make it a file of the batch's caller and return its id; None when it has no line."""
        if not self._size:
            return None
        with full_disk_is_told():
            self._file.close()
        seconds = batch.facts.get("output_expires_after")
        kept = self._store.files.add(
            batch.caller,
            self._path,
            filename=f"{batch.id}_{what}.jsonl",
            purpose=PURPOSE,
            expires_at=None if seconds is None else int(time.time()) + seconds,
            sha256=self._hash.hexdigest(),
            size=self._size,
            file_id=f"file-{derived(batch.id, what)}",
        )
        return kept.id


def _pieces(value: LargeJson) -> Iterator[bytes]:
    for segment in value.segments:
        if isinstance(segment, Base64):
            yield b'"'
            yield from _base64(segment)
            yield b'"'
        else:
            yield segment
    yield b"\n"


def _base64(picture: Base64) -> Iterator[bytes]:
    assert isinstance(picture.source, Path)
    with picture.source.open("rb") as file:
        while block := file.read(BLOCK):
            yield from base64_pieces(block)


def _paths(batch: StoredBatch, line: Line, store: Store) -> list[Path] | None:
    """Where the pictures of a line lie; None when somebody removed one of them."""
    try:
        kept = [store.pictures.get(batch.caller, one) for one in _result(line)["pictures"]]
    except NotFound:
        return None
    paths = [store.objects.path(picture.object_key) for picture in kept]
    return paths if all(path.exists() for path in paths) else None


def _completed(
    batch: StoredBatch, line: Line, paths: list[Path], *, strict: bool
) -> dict[str, Any]:
    result = _result(line)
    extension = {} if strict else {"sfumato": result["sfumato"]}
    data = [{"b64_json": Base64(source=path)} for path in paths]
    return _shown(batch, line, {**result["body"], "data": data, **extension}, None)


def _failed(batch: StoredBatch, line: Line) -> dict[str, Any]:
    if line.state == COMPLETED:
        gone = {"code": "picture_gone", "message": "A picture of this line was removed meanwhile."}
        return _shown(batch, line, None, gone)
    body = _result(line)["body"]
    error = {"code": body["error"]["code"], "message": body["error"]["message"]}
    return _shown(batch, line, body, error)


def _shown(
    batch: StoredBatch,
    line: Line,
    body: Mapping[str, Any] | None,
    error: Mapping[str, str] | None,
) -> dict[str, Any]:
    response = None
    if body is not None:
        response = {
            "status_code": _result(line)["status_code"],
            "request_id": f"req_{derived(batch.id, 'request', line.line)}",
            "body": body,
        }
    return {
        "id": f"batch_req_{derived(batch.id, 'line', line.line)}",
        "custom_id": line.custom_id,
        "response": response,
        "error": error,
    }


def _result(line: Line) -> Mapping[str, Any]:
    assert line.result is not None
    return line.result
