"""Clip art → assets: the picks of Debian's `openclipart-svg`, cleaned and cropped to their ink.

Knows which files were picked and how 2005's editors wrote SVG. Knows nothing about memory packs.
"""

import io
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import resvg_py
from PIL import Image

from sfumato.training.assets import SourceAsset

LICENCE = "CC-PDDC"  # the public-domain dedication that every file of the package carries
SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
DROPPED = {"metadata", "title", "desc", "script", "foreignObject", "image", "style", "text"}
PIXELS_PER = {
    "": 1.0,
    "px": 1.0,
    "pt": 1.25,
    "pc": 15.0,
    "mm": 3.543307,
    "cm": 35.43307,
    "in": 90.0,
}
_LENGTH = re.compile(r"\s*([\d.]+)\s*(px|pt|pc|mm|cm|in)?\s*$")
_DECIMALS = re.compile(r"\d*\.\d{3,}(?![\d.]*e)")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_INK_PIXELS = 512

ET.register_namespace("", SVG.strip("{}"))
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def read_picks() -> Mapping[str, tuple[str, ...]]:
    """File below the package's svg folder → names of what it shows, the title first."""
    text = files("sfumato.training").joinpath("data/openclipart_picks.toml").read_text("utf-8")
    return {path: tuple(names) for path, names in tomllib.loads(text)["picks"].items()}


def read_openclipart(root: Path, picks: Mapping[str, tuple[str, ...]]) -> list[SourceAsset]:
    """The `picks` of the svg folder `root` in id order; FileNotFoundError if one is missing."""
    found = [_read(root / path, path.split("/")[0], names) for path, names in picks.items()]
    return sorted(found, key=lambda asset: asset.id)


def _read(path: Path, folder: str, names: tuple[str, ...]) -> SourceAsset:
    title, *others = names
    return SourceAsset(
        id=f"openclipart/{re.sub('[^a-z0-9]+', '-', title.lower()).strip('-')}",
        title=title,
        keywords=tuple(others),
        emoji=None,
        category=folder.replace("_", " "),
        style="clipart",
        source="openclipart",
        licence=LICENCE,
        svg=clean(path.read_text("utf-8", errors="replace")),
    )


def clean(svg: str) -> str:
    """Drawing elements only, short numbers, no outside reference, cropped to the ink."""
    root = ET.fromstring(svg)
    box = _view_box(root)
    _strip(root)
    _drop_unused_ids(root)
    _shorten(root, decimals=2 if max(box[2:]) > 60 else 4)
    _set_box(root, box)
    ink = _ink(ET.tostring(root, encoding="unicode"), box)
    _set_box(root, ink)
    return re.sub(r">\s+<", "><", ET.tostring(root, encoding="unicode"))


def _view_box(root: ET.Element) -> tuple[float, float, float, float]:
    if "viewBox" in root.attrib:
        x, y, width, height = (
            float(n) for n in re.split(r"[\s,]+", root.attrib["viewBox"].strip())
        )
        return x, y, width, height
    return 0.0, 0.0, _pixels(root.get("width", "")), _pixels(root.get("height", ""))


def _pixels(length: str) -> float:
    match = _LENGTH.match(length)
    if match is None:
        raise ValueError(f"not a length: {length!r}")
    return float(match[1]) * PIXELS_PER[match[2] or ""]


def _strip(element: ET.Element) -> None:
    for name in list(element.attrib):
        reference = name == HREF and element.attrib[name].startswith("#")
        if not reference and (name.startswith(("{", "on"))):
            del element.attrib[name]
    for child in list(element):
        tag = str(child.tag)
        if not tag.startswith(SVG) or tag.removeprefix(SVG) in DROPPED:
            element.remove(child)
        else:
            _strip(child)


def _drop_unused_ids(root: ET.Element) -> None:
    values = [value for element in root.iter() for value in element.attrib.values()]
    used = {name for value in values for name in _REFERENCE.findall(value)}
    used |= {value[1:] for value in values if value.startswith("#")}
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
    for parent in root.iter(f"{SVG}defs"):
        for child in list(parent):
            if "id" not in child.attrib and child.tag != f"{SVG}g":
                parent.remove(child)


def _shorten(root: ET.Element, decimals: int) -> None:
    for element in root.iter():
        for name in ("d", "points"):
            if name in element.attrib:
                short = _DECIMALS.sub(
                    lambda m: f"{float(m[0]):.{decimals}f}".rstrip("0").rstrip("."),
                    element.attrib[name],
                )
                element.set(name, " ".join(short.split()))


def _set_box(root: ET.Element, box: tuple[float, float, float, float]) -> None:
    for name in ("x", "y", "enable-background", "xml:space"):
        root.attrib.pop(name, None)
    x, y, width, height = (round(n, 2) for n in box)
    root.set("viewBox", f"{x:g} {y:g} {width:g} {height:g}")
    root.set("width", f"{width:g}")
    root.set("height", f"{height:g}")


def _ink(svg: str, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    png = resvg_py.svg_to_bytes(svg_string=svg, width=_INK_PIXELS, skip_system_fonts=True)
    picture = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    bounds = picture.getchannel("A").point(lambda a: 255 if a > 8 else 0).getbbox()
    if bounds is None:
        raise ValueError("the drawing is empty")
    scale = box[2] / picture.width
    left, top, right, bottom = (n * scale for n in bounds)
    return box[0] + left, box[1] + top, right - left, bottom - top
