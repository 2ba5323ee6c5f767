"""Where finished files go: names, numbers, and nothing overwritten unasked. Knows no pixels."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from sfumato.core import OutputFormat
from sfumato.errors import InvalidRequest

SUFFIXES: Mapping[str, OutputFormat] = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".gif": "gif",
    ".svg": "svg",
}


def format_of(output: Path, asked: str | None) -> str:
    """The format that the name of `output` means; InvalidRequest when `asked` is another one."""
    meant = SUFFIXES.get(output.suffix.lower())
    if meant is None and asked is None:
        listing = ", ".join(SUFFIXES)
        raise InvalidRequest(
            f"The name '{output.name}' does not say which format is meant. End it in one of"
            f" {listing}, or give --format.",
            param="output",
        )
    if asked is not None and meant not in (None, asked):
        raise InvalidRequest(
            f"--format is {asked}, but the name '{output.name}' says {meant}. Change one of them.",
            param="output",
        )
    return asked or str(meant)


def paths_for(output: Path, n: int) -> tuple[Path, ...]:
    """`output` itself, or for several pictures fox-1.png, fox-2.png …"""
    if n == 1:
        return (output,)
    return tuple(output.with_name(f"{output.stem}-{i}{output.suffix}") for i in range(1, n + 1))


def refuse_to_overwrite(paths: Sequence[Path], *, force: bool) -> None:
    """InvalidRequest before any work, when a file is there or its folder is not."""
    folder = paths[0].parent
    if not folder.is_dir():
        raise InvalidRequest(f"The folder {folder} does not exist. Make it first.", param="output")
    if not os.access(folder, os.W_OK):
        raise InvalidRequest(f"The folder {folder} cannot be written to.", param="output")
    if folders := [path.name for path in paths if path.is_dir()]:
        raise InvalidRequest(f"{folders[0]} is a folder; give the name of a file.", param="output")
    there = [path.name for path in paths if path.exists()]
    if there and not force:
        raise InvalidRequest(
            f"{', '.join(there)} would be overwritten. Give --force if you want that, or another"
            " name.",
            param="output",
        )


def save(path: Path, data: bytes) -> None:
    """Write beside and rename: the file is whole or not there."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
