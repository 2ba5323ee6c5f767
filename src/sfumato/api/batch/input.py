"""The input file of a batch: one request a line, read from disk and checked line by line.

A line that is no request of this batch fails all of it; what a request asks is not looked at here.
Memory is bounded by one line and the ids. Everything blocks: use a thread from async code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sfumato.api.body import parse_object
from sfumato.errors import MalformedBody

LONGEST_LINE = 32_000_000  # bytes: an edit with a picture of 20,971,520 characters in it
MOST_LINES = 50_000
LONGEST_ID = 512  # characters of a custom_id
MOST_FAULTS = 100  # that are told
MEMBERS = ("custom_id", "method", "url", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputLine:
    """A request: line `line` of the file, counted from 1."""

    line: int
    custom_id: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why the batch cannot run, as OpenAI lists it."""

    code: str
    line: int | None
    message: str
    param: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """All lines as (number, custom_id) and the model that all of them name; or faults."""

    lines: tuple[tuple[int, str], ...]
    model: str | None
    faults: tuple[Mapping[str, Any], ...]


class BadLine(Exception):
    """A line that is no request of its batch."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.param = code, message, param


def check_input(path: Path, endpoint: str) -> Checked:
    """Read the whole file."""
    ids: dict[str, int] = {}
    faults: list[Fault] = []
    models: list[Any] = []
    for number, text in numbered_lines(path):
        if len(ids) == MOST_LINES:
            faults = [_fault(number, BadLine("too_many_lines", f"{MOST_LINES:,} are the most."))]
            break
        try:
            found = read_line(number, text, endpoint)
            _check_unique(found.custom_id, ids)
            models = models or [found.body.get("model")]
            _check_model(found.body.get("model"), models[0])
            ids[found.custom_id] = number
        except BadLine as error:
            faults.append(_fault(number, error))
            if len(faults) == MOST_FAULTS:
                break
    if not ids and not faults:
        faults = [_fault(None, BadLine("empty_file", "The input file has no requests."))]
    return Checked(
        lines=tuple((number, custom_id) for custom_id, number in ids.items()),
        model=models[0] if models and isinstance(models[0], str) else None,
        faults=tuple(asdict(fault) for fault in faults),
    )


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """The lines that are not blank, by number; None for one that is too long."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                yield number, None
            elif line.strip():
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def read_line(number: int, text: bytes | None, endpoint: str) -> InputLine:
    """One request; BadLine says what is wrong with it."""
    if text is None:
        raise BadLine("line_too_long", f"The line has more than {LONGEST_LINE:,} bytes.")
    try:
        members = parse_object(text)
    except MalformedBody as error:
        raise BadLine("invalid_json_line", error.message.replace("body", "line")) from error
    for name in members:
        if name not in MEMBERS:
            shown = name.encode("utf-8", "replace").decode()[:100]
            raise BadLine("unknown_parameter", f"Unknown parameter: '{shown}'.", shown)
    for name in MEMBERS:
        if members.get(name) is None:
            raise BadLine(
                "missing_required_parameter", f"Missing required parameter: '{name}'.", name
            )
    _check_id(members["custom_id"])
    if members["method"] != "POST":
        raise BadLine("invalid_method", "'method' must be 'POST'.", "method")
    if members["url"] != endpoint:
        raise BadLine("mismatched_url", f"'url' must be the batch's endpoint, {endpoint}.", "url")
    if not isinstance(members["body"], dict):
        raise BadLine("invalid_type", "'body' must be an object.", "body")
    return InputLine(line=number, custom_id=members["custom_id"], body=members["body"])


def _check_id(given: object) -> None:
    if not isinstance(given, str):
        raise BadLine("invalid_type", "'custom_id' must be a string.", "custom_id")
    if not 0 < len(given) <= LONGEST_ID:
        raise BadLine(
            "invalid_value", f"'custom_id' must have 1 to {LONGEST_ID} characters.", "custom_id"
        )
    if given.encode("utf-8", "replace").decode() != given:
        raise BadLine("invalid_value", "'custom_id' has half of a surrogate pair.", "custom_id")


def _check_unique(custom_id: str, ids: Mapping[str, int]) -> None:
    if custom_id in ids:
        raise BadLine(
            "duplicate_custom_id",
            f"The custom_id {custom_id!r} stands in line {ids[custom_id]}, too.",
            "custom_id",
        )


def _check_model(model: object, first: object) -> None:
    if model != first or type(model) is not type(first):
        raise BadLine(
            "mismatched_model",
            f"The model {str(model)[:100]!r} is not that of the lines before,"
            f" {str(first)[:100]!r}: a batch has one.",
            "body.model",
        )


def _fault(line: int | None, error: BadLine) -> Fault:
    return Fault(code=error.code, line=line, message=error.message, param=error.param)
