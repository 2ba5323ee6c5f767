"""The open fonts that we write with: from their packages into one zip that a snapshot carries.

Fonts travel whole as their makers released them; only the East Asian ones, too large to carry, are
cut down to their common characters, and then bear a name of ours. Knows nothing about text.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]  # no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fonttools has no types

from sfumato.native.fonts import INDEX
from sfumato.training.characters import CHINESE, DINGBATS, JAPANESE, KOREAN, SYMBOLS
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
    Source(
        name="font-noto-sans-arabic",
        package="@expo-google-fonts/noto-sans-arabic",
        version="0.4.3",
        sha256="29e966f9d48a4ce7dd3c2c4c016f29cd888089538217303fb2c87de9e7f048ed",
        licence="OFL-1.1",
    ),
    Source(
        name="font-noto-sans-hebrew",
        package="@expo-google-fonts/noto-sans-hebrew",
        version="0.4.1",
        sha256="f82f8e852e3355521c511f2762a0130216d208d108bf4739aa977eb6a6d3012c",
        licence="OFL-1.1",
    ),
    Source(
        name="font-noto-sans-thai",
        package="@expo-google-fonts/noto-sans-thai",
        version="0.4.2",
        sha256="44282ae7c24587e7e50f083e5db3aafa8011ac2eac1159ef62be4fc516a66165",
        licence="OFL-1.1",
    ),
    Source(
        name="font-noto-sans-armenian",
        package="@expo-google-fonts/noto-sans-armenian",
        version="0.4.2",
        sha256="2e25bf01929800ac7f61cb69750839a92555371f66d5d1fef515b2b2ad83b0fc",
        licence="OFL-1.1",
    ),
    Source(
        name="font-noto-sans-georgian",
        package="@expo-google-fonts/noto-sans-georgian",
        version="0.4.3",
        sha256="2dfa188c507dc5587fa05a2ffc474aba026ddbd4af1d7f6f42ff9cb039d7dc0d",
        licence="OFL-1.1",
    ),
    Source(
        name="font-noto-sans-tamil",
        package="@expo-google-fonts/noto-sans-tamil",
        version="0.4.3",
        sha256="e86c62e93d3e47ec8b93f71681e1ae2010b22a9f5e8bcd496b3e46c6ba70750e",
        licence="OFL-1.1",
    ),
    Source(
        name="font-noto-sans-sc",
        package="@expo-google-fonts/noto-sans-sc",
        version="0.4.3",
        sha256="0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59",
        licence="OFL-1.1",
    ),
    Source(
        name="font-noto-sans-jp",
        package="@expo-google-fonts/noto-sans-jp",
        version="0.4.3",
        sha256="563ee80509692e2b2f42ceae6a0b82afecb90daa1b3d025bcebdf3d9120f43a3",
        licence="OFL-1.1",
    ),
    Source(
        name="font-noto-sans-kr",
        package="@expo-google-fonts/noto-sans-kr",
        version="0.4.3",
        sha256="7614af529705ea48e8b76cb3b056b92db66b7625ef3fc97ce76366063df94d3f",
        licence="OFL-1.1",
    ),
    Source(
        name="font-noto-sans-symbols-2",
        package="@expo-google-fonts/noto-sans-symbols-2",
        version="0.4.1",
        sha256="3bf3d6333487df36e88d146e032a9ed8246617ca2dfe1513a8a382c3fad12ac4",
        licence="OFL-1.1",
    ),
)
_PACKAGES = {source.name: source for source in FONT_PACKAGES}


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFile:
    """One face of a package; `key` is the name that a scene's lettering uses for it.

    `characters` are those that are kept of it, None for the whole file as it is. `writes` names
    its scripts, for people. `family` is the name inside the file that is packed.
    """

    key: str
    source: Source
    file: str
    family: str
    weight: int
    writes: tuple[str, ...] = ()
    characters: frozenset[int] | None = None


def _noto(
    key: str,
    package: str,
    name: str,
    *writes: str,
    family: str | None = None,
    characters: frozenset[int] | None = None,
) -> FontFile:
    """The bold face of Noto Sans for a script."""
    return FontFile(
        key=key,
        source=_PACKAGES[f"font-noto-sans-{package}"],
        file=f"700Bold/NotoSans{name}_700Bold.ttf",
        family=family or f"Noto Sans {name}",
        weight=700,
        writes=writes,
        characters=characters,
    )


# Bengali is left out: resvg does not join its conjuncts, and misspelt words are worse than none.
# In order of preference: a text goes to the first face that can write all of it. Chinese stands
# before Japanese: words without kana get the shapes that more people read.
FONTS = (
    FontFile(
        key="sans",
        source=_PACKAGES["font-baloo-2"],
        file="800ExtraBold/Baloo2_800ExtraBold.ttf",
        family="Baloo 2",
        weight=800,
        writes=("Latin", "Devanagari"),
    ),
    FontFile(
        key="serif",
        source=_PACKAGES["font-playfair-display"],
        file="800ExtraBold/PlayfairDisplay_800ExtraBold.ttf",
        family="Playfair Display",
        weight=800,
        writes=("Cyrillic",),
    ),
    FontFile(
        key="script",
        source=_PACKAGES["font-pacifico"],
        file="400Regular/Pacifico_400Regular.ttf",
        family="Pacifico",
        weight=400,
    ),
    FontFile(
        key="universal",
        source=_PACKAGES["font-noto-sans"],
        file="700Bold/NotoSans_700Bold.ttf",
        family="Noto Sans",
        weight=700,
        writes=("Greek",),
    ),
    _noto("arabic", "arabic", "Arabic", "Arabic"),
    _noto("hebrew", "hebrew", "Hebrew", "Hebrew"),
    _noto("thai", "thai", "Thai", "Thai"),
    _noto("armenian", "armenian", "Armenian", "Armenian"),
    _noto("georgian", "georgian", "Georgian", "Georgian"),
    _noto("tamil", "tamil", "Tamil", "Tamil"),
    _noto("chinese", "sc", "SC", "common Chinese", family="Sfumato Chinese", characters=CHINESE),
    _noto(
        "japanese", "jp", "JP", "common Japanese", family="Sfumato Japanese", characters=JAPANESE
    ),
    _noto("korean", "kr", "KR", "Korean", family="Sfumato Korean", characters=KOREAN),
    _noto("symbols", "sc", "SC", family="Sfumato Symbols", characters=SYMBOLS),
    FontFile(
        key="dingbats",
        source=_PACKAGES["font-noto-sans-symbols-2"],
        file="400Regular/NotoSansSymbols2_400Regular.ttf",
        family="Sfumato Dingbats",
        weight=400,
        characters=DINGBATS,
    ),
)


def pack_fonts(root: Path, path: Path, fonts: tuple[FontFile, ...] = FONTS) -> None:
    """Write the zip from packages unpacked to `root/<name>/package`; same input, same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        index = []
        for font in fonts:
            package = root / font.source.name / "package"
            data = (package / font.file).read_bytes()
            if font.characters is not None:
                data = cut(data, font.characters, font.family)
            name = f"{font.key}.ttf" if font.characters is not None else Path(font.file).name
            _add(packed, name, data)
            licence = f"{font.source.name}-OFL.txt"
            if licence not in packed.namelist():
                _add(packed, licence, (package / "LICENSE_FONT").read_bytes())
            index.append(_entry(font, name, data))
        _add(packed, INDEX, json.dumps(index, ensure_ascii=False).encode())


def cut(data: bytes, characters: frozenset[int], family: str) -> bytes:
    """The font file with these characters alone, renamed to `family`.

    A changed font may not bear a reserved name, and should not pass for the original.
    ValueError when it has none of the characters.
    """
    options = Options(hinting=False, notdef_outline=True, glyph_names=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "STAT"]
    with TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False) as font:
        if not characters & font.getBestCmap().keys():
            raise ValueError(f"{family}: the font has none of the characters to keep")
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=characters)
        subsetter.subset(font)
        _rename(font, family)
        file = io.BytesIO()
        font.save(file)
    return file.getvalue()


def _rename(font: TTFont, family: str) -> None:
    names = {1: family, 3: family, 4: family, 6: family.replace(" ", ""), 16: family}
    for record in list(font["name"].names):
        if record.nameID in names:
            record.string = names[record.nameID]


def _entry(font: FontFile, name: str, data: bytes) -> dict[str, object]:
    return {
        "key": font.key,
        "family": font.family,
        "weight": font.weight,
        "file": name,
        "writes": list(font.writes),
        "ranges": _ranges(data),
        "source": f"{font.source.package}@{font.source.version}",
        "licence": font.source.licence,
    }


def _ranges(data: bytes) -> list[tuple[int, int]]:
    """The code points with a glyph, as inclusive runs."""
    with TTFont(io.BytesIO(data), lazy=True) as font:
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
