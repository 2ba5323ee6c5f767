"""Whole figures: a set's own head on a body of ours, for emoji that are a head alone.

Knows the file that the bodies stand in. Knows nothing about memory packs.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any

from sfumato.training.assets import SourceAsset

SIZE = 32  # of a head's own box, and of a figure's width


def with_bodies(assets: Iterable[SourceAsset]) -> list[SourceAsset]:
    """The assets, with a whole figure for each known head, which is then called "… face".

    The figure takes the name and the emoji over. A head that is not among the assets has none.
    """
    raw, offered = _read(), list(assets)
    by_id = {asset.id: asset for asset in offered}
    figures = {entry.get("of", entry["head"]): title for title, entry in raw["figures"].items()}
    out: list[SourceAsset] = []
    for asset in offered:
        title = figures.get(asset.id)
        head = by_id.get(raw["figures"][title]["head"]) if title else None
        if title is None or head is None:
            out.append(asset)
            continue
        whole = _whole(head.svg, raw["figures"][title], raw)
        out.append(replace(asset, id=f"{asset.id}-whole", title=title, svg=whole))
        out.append(replace(asset, title=f"{title} face", keywords=(f"{title} head",), emoji=None))
    return out


def _whole(head: str, entry: Mapping[str, Any], raw: Mapping[str, Any]) -> str:
    template = raw["templates"][entry["template"]]
    body = template["body"].replace("{tail}", raw["tails"][entry.get("tail", "none")])
    for name, colour in entry.get("paints", {}).items():
        body = body.replace("{" + name + "}", colour)
    for old, new in entry.get("repaint", {}).items():
        head = head.replace(old, new)
    x, y, edge = template["head"]
    tall = template["tall"]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{tall}"'
        f' viewBox="0 0 {SIZE} {tall}">{body}'
        f'<g transform="translate({x:g} {y:g}) scale({edge / SIZE:g})">{_inside(head)}</g></svg>'
    )


def _inside(svg: str) -> str:
    start, end = svg.index(">", svg.index("<svg")) + 1, svg.rindex("</svg>")
    return svg[start:end]


def _read() -> Mapping[str, Any]:
    text = files("sfumato.training").joinpath("data/bodies.toml").read_text("utf-8")
    return tomllib.loads(text)
