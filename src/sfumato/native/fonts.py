"""The fonts of a snapshot: one zip of whole font files and an index of what each can write.

Knows which faces can write a text. Knows nothing about scenes or holders.
"""

import json
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sfumato.errors import ImageUserError, SnapshotDamaged
from sfumato.native.fount import Face, Fount, fount
from sfumato.native.scripts import is_blank

INDEX = "index.json"


class Fonts:
    """The faces of a snapshot, their files in a private folder for as long as this lives."""

    def __init__(self, folder: Path, faces: Sequence[Face]) -> None:
        self.faces = tuple(faces)
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    @classmethod
    def open(cls, path: Path) -> "Fonts":
        """Read a zip written by `training.fonts.pack_fonts`. SnapshotDamaged when it is not one."""
        folder = Path(tempfile.mkdtemp(prefix="sfumato-fonts-"))
        try:
            with zipfile.ZipFile(path) as packed:
                faces = [_face(packed, entry, folder) for entry in json.loads(packed.read(INDEX))]
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise SnapshotDamaged(f"The fonts of the snapshot cannot be read: {error}") from error
        return cls(folder, faces)

    def fount(self, key: str, text: str) -> Fount:
        """What writes the text: the face named `key`, else one that can write it all, else several.

        ImageUserError names the characters that no face has: nothing is drawn as empty boxes.
        """
        asked = [face for face in self.faces if face.key == key]
        offered = list(dict.fromkeys((*asked, *self.faces)))
        absent = _unwritable(offered, text)
        if absent:
            raise ImageUserError(
                f"No font of this snapshot can write {absent}. {self._writes()}change the quoted"
                " words.",
                param="prompt",
            )
        whole = next((face for face in offered if not missing(face, text)), None)
        return fount(_together(offered, text) if whole is None else (whole,), text)

    def _writes(self) -> str:
        scripts = list(dict.fromkeys(name for face in self.faces for name in face.writes))
        if not scripts:
            return "Please "
        listed = ", ".join(scripts[:-1]) + " and " * (len(scripts) > 1) + scripts[-1]
        return f"It writes {listed}, no emoji; please "


def missing(face: Face, text: str) -> str:
    """The characters of the text that the face has no glyph for."""
    return "".join(c for c in text if not is_blank(c) and not face.has(c))


def _unwritable(faces: Sequence[Face], text: str) -> str:
    return "".join(
        dict.fromkeys(c for c in text if not is_blank(c) and not any(f.has(c) for f in faces))
    )


def _together(faces: Sequence[Face], text: str) -> tuple[Face, ...]:
    """The fewest faces that can write the text, by taking whichever writes most of what is left."""
    chosen: list[Face] = []
    left = {c for c in text if not is_blank(c)}
    while left:
        best = max(faces, key=lambda face: sum(face.has(c) for c in left))
        chosen.append(best)
        left = {c for c in left if not best.has(c)}
    return tuple(chosen)


def _face(packed: zipfile.ZipFile, entry: dict[str, object], folder: Path) -> Face:
    name = str(entry["file"])
    target = folder / Path(name).name
    target.write_bytes(packed.read(name))
    ranges = _list(entry["ranges"])
    return Face(
        key=str(entry["key"]),
        family=str(entry["family"]),
        weight=int(str(entry["weight"])),
        file=str(target),
        ranges=tuple(sorted((int(low), int(high)) for low, high in ranges)),
        writes=tuple(str(name) for name in _list(entry.get("writes", []))),
    )


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("ranges and scripts of a face must be lists")
    return value
