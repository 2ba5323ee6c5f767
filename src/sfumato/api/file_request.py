"""The form of POST /v1/files: which parts it has, and what they may say. Knows no store."""

import re
import time
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sfumato.api.multipart import FileRule, Form, FormFile, FormRules
from sfumato.api.refusing import unknown_parameter
from sfumato.errors import BodyTooLarge, InvalidRequest

PURPOSES = ("vision", "user_data", "batch")
UNUSABLE = ("assistants", "evals", "fine-tune")  # OpenAI's, for things that are not here
LARGEST = 512_000_000  # bytes of one file
LARGEST_BATCH = 200_000_000  # of a batch's input
ANCHOR, SECONDS = "expires_after[anchor]", "expires_after[seconds]"
SHORTEST, LONGEST = 3_600, 2_592_000  # seconds until a file expires
BATCH_SECONDS = 2_592_000  # of a batch's input that names none, as at OpenAI's
LONGEST_NAME = 255  # characters

_MISLEADING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they turn the direction of text


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRequest:
    """The file, and what to keep it as. `expires_at` is Unix seconds."""

    file: FormFile
    filename: str
    purpose: str
    expires_at: int | None


def file_rules(texts: Collection[str], largest: int) -> FormRules:
    """One `file` of at most that many bytes, and texts beside it."""
    rule = FileRule(
        most=1,
        largest=largest,
        one_too_many=_one_too_many,
        too_large=lambda name: too_large(name, largest),
    )
    return FormRules(files={"file": rule}, texts=texts)


def the_file(form: Form) -> FormFile:
    """The one file of the form; InvalidRequest without it."""
    if not form.files:
        raise missing("file")
    file = form.files[0]
    if file.suffix:
        raise unknown_parameter(file.name + file.suffix)
    return file


def read_file_request(form: Form) -> FileRequest:
    """InvalidRequest names the field that is missing, unknown or wrong."""
    for name in form.texts:
        if name not in ("purpose", ANCHOR, SECONDS):
            raise unknown_parameter(name)
    file, purpose = the_file(form), read_purpose(form.texts.get("purpose"))
    if purpose == "batch" and file.size > LARGEST_BATCH:
        raise too_large("file", LARGEST_BATCH)
    seconds = read_expiry(form.texts)
    if seconds is None and purpose == "batch":
        seconds = BATCH_SECONDS
    return FileRequest(
        file=file,
        filename=safe_name(file.filename),
        purpose=purpose,
        expires_at=None if seconds is None else int(time.time()) + seconds,
    )


def read_purpose(given: str | None) -> str:
    """One of those that something here can use."""
    if given is None:
        raise missing("purpose")
    if given in UNUSABLE:
        raise InvalidRequest(
            f"Nothing here uses files for '{given}'. Allowed: {', '.join(PURPOSES)}.",
            param="purpose",
        )
    if given not in PURPOSES:
        raise InvalidRequest(
            f"Invalid 'purpose': {given[:100]!r}. Allowed: {', '.join(PURPOSES)}.", param="purpose"
        )
    return given


def read_expiry(fields: Mapping[str, str]) -> int | None:
    """Seconds from now, None when nothing is said; both fields or neither."""
    anchor, seconds = fields.get(ANCHOR), fields.get(SECONDS)
    if anchor is None and seconds is None:
        return None
    if anchor != "created_at":
        raise InvalidRequest(f"'{ANCHOR}' must be 'created_at'.", param=ANCHOR)
    if seconds is None:
        raise missing(SECONDS)
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 9):
        raise InvalidRequest(
            f"'{SECONDS}' must be a whole number.", param=SECONDS, code="invalid_type"
        )
    return check_seconds(int(seconds), SECONDS)


def check_seconds(seconds: int, param: str) -> int:
    """Within an hour and 30 days."""
    if not SHORTEST <= seconds <= LONGEST:
        bound = "below_min" if seconds < SHORTEST else "above_max"
        raise InvalidRequest(
            f"Invalid '{param}': {seconds}. It must be from {SHORTEST:,} to {LONGEST:,} seconds.",
            param=param,
            code=f"integer_{bound}_value",
        )
    return seconds


def safe_name(given: str) -> str:
    """The name without the folders before it. It is shown and never used as a path.

    InvalidRequest for control characters, and when nothing is left of it.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in given) or _MISLEADING.search(given):
        raise InvalidRequest("The file's name has control characters.", param="file")
    if not name.strip(". "):
        raise InvalidRequest(f"{given[:100]!r} is no name for a file.", param="file")
    if len(name) > LONGEST_NAME:
        raise InvalidRequest(
            f"The file's name has {len(name)} characters; {LONGEST_NAME} are the most.",
            param="file",
        )
    return name


def missing(name: str) -> InvalidRequest:
    """The refusal of a form without the field `name`."""
    return InvalidRequest(
        f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter"
    )


def too_large(name: str, most: int) -> BodyTooLarge:
    """The refusal of a file above `most` bytes."""
    return BodyTooLarge(f"The file is too large; {most:,} bytes are the most.", param=name)


def _one_too_many(name: str) -> InvalidRequest:
    return InvalidRequest(f"'{name}' stands twice: one file at a time.", param=name)
