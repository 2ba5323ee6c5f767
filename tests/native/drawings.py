"""A shelf of tiny drawings and a font of boxes: real inputs for layout, drafting and lettering."""

import json
import zipfile
from pathlib import Path

from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # no types
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]  # no types

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
SVGS = {
    "set/ball": HEAD + '<circle cx="16" cy="16" r="12" fill="#e5383b"/></svg>',
    "set/post": HEAD + '<rect x="12" y="2" width="8" height="28" fill="#8d5524"/></svg>',
    "set/bar": HEAD + '<rect x="2" y="13" width="28" height="6" fill="#2f9e44"/></svg>',
    "set/cat": HEAD
    + '<path d="M6 28V8l5 4h10l5-4v20z" fill="#f3722c"/>'
    + '<circle cx="12" cy="18" r="2" fill="#111111"/>'
    + '<circle cx="20" cy="18" r="2" fill="#111"/></svg>',
    "set/bough": HEAD
    + '<rect x="2" y="23" width="28" height="4" fill="#8d5524"/>'
    + '<path d="M27 23V11h3v12z" fill="#2f9e44"/></svg>',
    "noto/droplet": HEAD + '<circle cx="16" cy="20" r="8" fill="#1c7ed6"/></svg>',
}


class Drawings:
    """Drawings by id, as layout and drafting need them of memory."""

    def svg(self, asset_id: str, /) -> str:
        return SVGS[asset_id]

    def __contains__(self, asset_id: object, /) -> bool:
        return asset_id in SVGS


def box_font(path: Path, characters: str, advance: int = 600) -> None:
    """A font whose every glyph is one box on the baseline, `advance` thousandths of an em wide."""
    names = [".notdef", *(f"u{ord(c):04x}" for c in characters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): f"u{ord(c):04x}" for c in characters})
    builder.setupGlyf({name: _box(advance, blank=name == "u0020") for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (advance, 50)))
    builder.setupHorizontalHeader(ascent=900, descent=-250)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular", "psName": "Boxes"})
    builder.setupOS2(sTypoAscender=900, sTypoDescender=-250, usWeightClass=400)
    builder.setupPost()
    builder.save(path)


def box_fonts(folder: Path, characters: str) -> Path:
    """A font pack of one face that writes exactly these characters."""
    box_font(folder / "boxes.ttf", characters)
    entry = {
        "key": "sans",
        "family": "Boxes",
        "weight": 400,
        "file": "boxes.ttf",
        "ranges": [(ord(c), ord(c)) for c in characters],
    }
    with zipfile.ZipFile(folder / "fonts.zip", "w") as packed:
        packed.write(folder / "boxes.ttf", "boxes.ttf")
        packed.writestr("index.json", json.dumps([entry]))
    return folder / "fonts.zip"


def _box(advance: int, *, blank: bool) -> object:
    pen = TTGlyphPen(None)
    if not blank:
        pen.moveTo((50, 0))
        for corner in ((50, 700), (advance - 50, 700), (advance - 50, 0)):
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()
