"""Hostile SVG in, harmless `Art` out: the only door by which a drawing reaches the renderer.

resvg reads local files through `<image href>`, so everything that points outside the document goes,
and so does what would cost without bound. Knows nothing about scenes, colours or memory.
"""

import base64
import binascii
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from PIL import Image, UnidentifiedImageError

from sfumato.errors import InvalidRequest

MAX_CHARACTERS = 1_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 100
MAX_FILTER_PRIMITIVES = 16
MAX_RASTER_EDGE = 4096
FORBIDDEN = frozenset(
    "script foreignobject iframe object embed audio video canvas set animate animatetransform "
    "animatemotion a text tspan textpath style handler listener feimage metadata".split()
)
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
REMOTE_URL = re.compile(r"url\(\s*['\"]?(?!#)[^)]*\)", re.IGNORECASE)
FRAGMENT = re.compile(r"#[\w.:-]+")
RASTER = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+)")
ROOT_ATTRIBUTES = frozenset(("fill", "stroke", "stroke-width", "fill-rule", "clip-rule", "style"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Art:
    """A clean drawing: `box` is its view box (x, y, width, height), `body` what stands inside."""

    box: tuple[float, float, float, float]
    attributes: str
    body: str

    def nested(self) -> str:
        """An `<svg>` element that draws this art in its own units, to be put inside another one."""
        x, y, width, height = (f"{n:g}" for n in self.box)
        return (
            f'<svg x="{x}" y="{y}" width="{width}" height="{height}"'
            f' viewBox="{x} {y} {width} {height}"{self.attributes}>{self.body}</svg>'
        )


@lru_cache(maxsize=512)
def sanitise(svg: str) -> Art:
    """Parse untrusted SVG and keep only what draws. InvalidRequest when nothing can be kept."""
    if len(svg) > MAX_CHARACTERS:
        raise InvalidRequest(f"An SVG of memory may have at most {MAX_CHARACTERS} characters.")
    if "<!" in re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL):
        raise InvalidRequest("An SVG of memory may not carry a document type or entities.")
    try:
        root = ET.fromstring(svg)
    except (ET.ParseError, ValueError) as error:
        raise InvalidRequest(f"An SVG of memory is malformed: {error}") from error
    if _name(root) != "svg":
        raise InvalidRequest("An SVG of memory must have <svg> as its root.")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise InvalidRequest(f"An SVG of memory may have at most {MAX_ELEMENTS} elements.")
    box = _view_box(root)
    _clean(root, limit=2 * max(box[2], box[3]), depth=0)
    _cut_runaway_uses(root)
    kept = "".join(f" {k}={quoteattr(v)}" for k, v in root.attrib.items() if k in ROOT_ATTRIBUTES)
    return Art(box=box, attributes=kept, body="".join(_serialise(child) for child in root))


def _name(element: ET.Element) -> str:
    tag = element.tag
    if not isinstance(tag, str):
        return "script"  # comments and processing instructions
    namespace, _, name = tag.rpartition("}")
    return name if namespace in ("", "{http://www.w3.org/2000/svg") else "script"


def _view_box(root: ET.Element) -> tuple[float, float, float, float]:
    numbers = [float(n) for n in NUMBER.findall(root.get("viewBox", ""))]
    if len(numbers) != 4:
        size = [NUMBER.match(root.get(edge, "").strip()) for edge in ("width", "height")]
        numbers = [0.0, 0.0, *(float(n.group()) if n else 0.0 for n in size)]
    x, y, width, height = numbers
    if not (0.01 < width < 1e6 and 0.01 < height < 1e6 and abs(x) < 1e6 and abs(y) < 1e6):
        raise InvalidRequest("An SVG of memory needs a viewBox of sane size.")
    return x, y, width, height


def _clean(element: ET.Element, *, limit: float, depth: int) -> None:
    for key, value in list(element.attrib.items()):
        del element.attrib[key]
        name = key.rpartition("}")[2]
        cleaned = _attribute(_name(element), name, value)
        if cleaned is not None:
            element.attrib[name] = cleaned
    for child in list(element):
        name = _name(child)
        dropped = name.lower() in FORBIDDEN or depth >= MAX_DEPTH
        if dropped or (name == "filter" and not _is_modest(child, limit)):
            element.remove(child)
            continue
        _clean(child, limit=limit, depth=depth + 1)
        if name == "image" and "href" not in child.attrib:
            element.remove(child)


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The harmless form of an attribute, None to drop it."""
    if name.lower().startswith("on") or name in ("class", "base", "space"):
        return None
    if name != "href":
        return REMOTE_URL.sub("none", value)
    if tag == "image":
        return value if _is_small_raster(value) else None
    return value if FRAGMENT.fullmatch(value.strip()) else None


def _is_small_raster(value: str) -> bool:
    found = RASTER.fullmatch(value.strip())
    if not found:
        return False
    try:
        with Image.open(io.BytesIO(base64.b64decode(found[1]))) as picture:
            return max(picture.size) <= MAX_RASTER_EDGE
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError):
        return False
    except Image.DecompressionBombError:
        return False


def _is_modest(filter_: ET.Element, limit: float) -> bool:
    """Whether a filter is of bounded cost: few steps, a small region and small radii."""
    steps = list(filter_)
    region = [filter_.get(edge, "0") for edge in ("x", "y", "width", "height")]
    spans = [float(n.group()) for n in map(NUMBER.match, region) if n]
    radii = [
        float(n)
        for s in steps
        for k in ("stdDeviation", "radius")
        for n in NUMBER.findall(s.get(k, ""))
    ]
    return (
        len(steps) <= MAX_FILTER_PRIMITIVES
        and all(abs(span) <= limit for span in spans)
        and all(abs(radius) <= limit / 4 for radius in radii)
        and not any(_name(s) in ("feTurbulence", "feConvolveMatrix", "feTile") for s in steps)
    )


def _cut_runaway_uses(root: ET.Element) -> None:
    """Drop every `<use>` and pattern when, expanded, they would draw without bound."""
    by_id = {e.get("id"): e for e in root.iter() if e.get("id")}
    costs: dict[int, float] = {}

    def cost(element: ET.Element, above: frozenset[int]) -> float:
        if id(element) in above or len(above) > MAX_DEPTH:
            return float("inf")
        if id(element) not in costs:
            inside = above | {id(element)}
            costs[id(element)] = 1 + sum(cost(next_, inside) for next_ in _reached(element, by_id))
        return costs[id(element)]

    if cost(root, frozenset()) > MAX_ELEMENTS:
        _remove_all(root, ("use", "pattern"))


def _reached(element: ET.Element, by_id: dict[str | None, ET.Element]) -> Iterator[ET.Element]:
    yield from element
    if _name(element) == "use" and element.get("href", "#")[1:] in by_id:
        yield by_id[element.get("href", "#")[1:]]


def _remove_all(element: ET.Element, names: tuple[str, ...]) -> None:
    for child in list(element):
        if _name(child) in names:
            element.remove(child)
        else:
            _remove_all(child, names)


def _serialise(element: ET.Element) -> str:
    name = _name(element)
    attributes = "".join(f" {k}={quoteattr(v)}" for k, v in element.attrib.items())
    inside = "".join(_serialise(child) for child in element)
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"
