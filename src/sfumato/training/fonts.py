"""The open fonts that we write with: from their packages into one zip that a snapshot carries.

Whole files as their makers released them, because some reserve their names. Knows nothing about
text.
"""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fonttools has no types

from sfumato.native.fonts import INDEX
from sfumato.training.sources import Source

EPOCH = (1980, 1, 1, 0, 0, 0)


FONT_PACKAGES = (
    Source(
        name="font-baloo-2",
        package="@expo-google-fonts/baloo-2",
        version="0.4.2",
        sha256="8a091c14b3ae3e476e49e389fa0087326519b15d35fe2c1cf0827c88bba23519",
        licence="OFL-1.1",
    ),
    Source(
        name="font-playfair-display",
        package="@expo-google-fonts/playfair-display",
        version="0.4.2",
        sha256="32881439ce695ae85d7d949d4645825a5cb6bac0d464d0ffa09126c922e44e52",
        licence="OFL-1.1",
    ),
    Source(
        name="font-pacifico",
        package="@expo-google-fonts/pacifico",
        version="0.4.1",
        sha256="0db305f7c2a715a876071a53dc42b847e73d5072ca0853e1e4991164ab06d83f",
        licence="OFL-1.1",
    ),
    Source(
        name="font-noto-sans",
        package="@expo-google-fonts/noto-sans",
        version="0.4.2",
        sha256="98cf14a19b8e67a0e76bfd4d5df98937b9734e6dde570bd750f2259042042548",
        licence="OFL-1.1",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFile:
    """One face of a package; `key` is the name that a scene's lettering uses for it."""

    key: str
    source: Source
    file: str
    family: str
    weight: int


# In order of preference: a text goes to the first face that can write all of it.
FONTS = (
    FontFile(
        key="sans",
        source=FONT_PACKAGES[0],
        file="800ExtraBold/Baloo2_800ExtraBold.ttf",
        family="Baloo 2",
        weight=800,
    ),
    FontFile(
        key="serif",
        source=FONT_PACKAGES[1],
        file="800ExtraBold/PlayfairDisplay_800ExtraBold.ttf",
        family="Playfair Display",
        weight=800,
    ),
    FontFile(
        key="script",
        source=FONT_PACKAGES[2],
        file="400Regular/Pacifico_400Regular.ttf",
        family="Pacifico",
        weight=400,
    ),
    FontFile(
        key="universal",
        source=FONT_PACKAGES[3],
        file="700Bold/NotoSans_700Bold.ttf",
        family="Noto Sans",
        weight=700,
    ),
)


def pack_fonts(root: Path, path: Path, fonts: tuple[FontFile, ...] = FONTS) -> None:
    """Write the zip from packages unpacked to `root/<name>/package`; same input, same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        index = []
        for font in fonts:
            package = root / font.source.name / "package"
            name = Path(font.file).name
            _add(packed, name, (package / font.file).read_bytes())
            _add(packed, f"{font.source.name}-OFL.txt", (package / "LICENSE_FONT").read_bytes())
            index.append(_entry(font, name, package / font.file))
        _add(packed, INDEX, json.dumps(index, indent=1, ensure_ascii=False).encode())


def _entry(font: FontFile, name: str, file: Path) -> dict[str, object]:
    return {
        "key": font.key,
        "family": font.family,
        "weight": font.weight,
        "file": name,
        "ranges": _ranges(file),
        "source": f"{font.source.package}@{font.source.version}",
        "licence": font.source.licence,
    }


def _ranges(file: Path) -> list[tuple[int, int]]:
    """The code points with a glyph, as inclusive runs."""
    with TTFont(file, lazy=True) as font:
        points = sorted(font.getBestCmap())
    runs: list[tuple[int, int]] = []
    for point in points:
        if runs and runs[-1][1] == point - 1:
            runs[-1] = (runs[-1][0], point)
        else:
            runs.append((point, point))
    return runs


def _add(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    packed.writestr(info, data)
