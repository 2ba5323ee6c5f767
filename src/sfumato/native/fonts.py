"""The fonts of a snapshot: one zip of whole font files and an index of what each can write.

Knows which face can write a text and how wide it becomes. Knows nothing about scenes or holders.
"""

import json
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from sfumato.errors import ImageUserError, SnapshotDamaged

EM = 200  # pixels at which widths are measured
INDEX = "index.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One font file. `key` is what `Lettering.font` names; `ranges` are the code points it has."""

    key: str
    family: str
    weight: int
    file: str
    ranges: tuple[tuple[int, int], ...]

    def has(self, character: str) -> bool:
        return any(low <= ord(character) <= high for low, high in self.ranges)

    def length(self, text: str) -> float:
        """Advance width in ems, without kerning: a little more than what will be drawn."""
        return _measure(self.file).getlength(text) / EM

    @property
    def leading(self) -> float:
        """Distance between lines in ems: scripts have long tails that must not meet."""
        return 1.36 if self.key == "script" else 1.12

    @property
    def ascent(self) -> float:
        """Height of capitals above the baseline, in ems."""
        return -float(_measure(self.file).getbbox("H", anchor="ls")[1]) / EM


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

    def face(self, key: str, text: str) -> Face:
        """The face named `key` if it can write the text, else the first that can.

        ImageUserError names the characters that no face has: nothing is drawn as empty boxes.
        """
        first = [face for face in self.faces if face.key == key]
        for face in (*first, *self.faces):
            if not missing(face, text):
                return face
        absent = "".join(dict.fromkeys(c for c in text if not any(f.has(c) for f in self.faces)))
        raise ImageUserError(
            f"No font of this snapshot can write {absent or text!r}. It writes Latin, Greek and "
            "Cyrillic text; change the quoted words.",
            param="prompt",
        )


def missing(face: Face, text: str) -> str:
    """The characters of the text that the face has no glyph for."""
    return "".join(c for c in text if not c.isspace() and not face.has(c))


def _face(packed: zipfile.ZipFile, entry: dict[str, object], folder: Path) -> Face:
    name = str(entry["file"])
    target = folder / Path(name).name
    target.write_bytes(packed.read(name))
    ranges = entry["ranges"]
    if not isinstance(ranges, list):
        raise ValueError("ranges of a face must be a list")
    return Face(
        key=str(entry["key"]),
        family=str(entry["family"]),
        weight=int(str(entry["weight"])),
        file=str(target),
        ranges=tuple((int(low), int(high)) for low, high in ranges),
    )


@lru_cache(maxsize=16)
def _measure(file: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, EM, layout_engine=ImageFont.Layout.BASIC)
