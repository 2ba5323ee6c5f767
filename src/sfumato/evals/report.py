"""A card for people: a table in the terminal, and one self-contained HTML page.

Knows nothing about how the numbers were made.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from rich.table import Table

from sfumato.evals.card import Evaluation
from sfumato.evals.sheet import to_webp

Row = tuple[str, ...]

ADHERENCE = (
    "top-1 by the judge",
    "from noise",
    "with memory",
    "ceiling",
    "learnt styles",
    "chance",
)
QUALITIES = ("quality", "t0", "steps", "painted", "first s", "warm s", "peak MB")
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .3rem .8rem; border-bottom: 1px solid #8884; text-align: right; }
th:first-child, td:first-child { text-align: left; }
img { max-width: 100%; height: auto; }
code, pre { font-size: .85rem; overflow-wrap: anywhere; white-space: pre-wrap; }
"""


def write(evaluation: Evaluation, folder: Path) -> list[Path]:
    """`card.json`, `card.html` and, when there is one, `sheet.webp`; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet = to_webp(evaluation.sheet) if evaluation.sheet else None
    files: dict[str, bytes] = {
        "card.json": (json.dumps(evaluation.card, indent=1, ensure_ascii=False) + "\n").encode(),
        "card.html": page(evaluation.card, sheet).encode(),
    }
    if sheet:
        files["sheet.webp"] = sheet
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def tables(card: Mapping[str, Any]) -> Iterator[Table]:
    """The card's numbers for a terminal."""
    for title, head, rows in _tables(card):
        table = Table(title=title, title_justify="left")
        for i, name in enumerate(head):
            table.add_column(name, justify="left" if i == 0 else "right")
        for row in rows:
            table.add_row(*row)
        yield table


def page(card: Mapping[str, Any], sheet: bytes | None) -> str:
    """One HTML file that needs nothing else."""
    title = f"Card of {card['snapshot']}"
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title>",
        f"<meta name=viewport content='width=device-width'><style>{STYLE}</style>",
        f"<h1>{escape(title)}</h1><p><code>{escape(card['snapshot_digest'])}</code></p>",
        *(_html_table(*table) for table in _tables(card)),
        f"<p>{escape(_explained(card))}</p>",
    ]
    if sheet:
        data = base64.b64encode(sheet).decode()
        caption = "Fixed prompts and seed: from noise (left), with memory (right)"
        parts.append(f"<h2>{caption}</h2><img alt='{caption}' src='data:image/webp;base64,{data}'>")
    everything = escape(json.dumps(card, indent=1, ensure_ascii=False))
    parts.append(f"<details><summary>Every number</summary><pre>{everything}</pre></details>")
    return "\n".join(parts) + "\n"


def _tables(card: Mapping[str, Any]) -> Iterator[tuple[str, Row, list[Row]]]:
    rows = [row for part in ("nouns", "colours") if part in card for row in _rows(part, card[part])]
    if rows:
        yield f"Adherence of {card['snapshot']}", ADHERENCE, rows
    qualities = [q for q in ("low", "medium", "high") if _has(card, q)]
    if qualities:
        size = card.get("speed", {}).get("size", "")
        title = f"Per quality (seconds and memory at {size}x{size})" if size else "Per quality"
        yield title, QUALITIES, [_quality(card, quality) for quality in qualities]
    if "determinism" in card:
        found = card["determinism"]
        verdict = "the same pixels twice" if found["repeatable"] else "NOT REPEATABLE"
        rows = [(f"{p['prompt']} ({p['memory']})", p["sha256"][:16]) for p in found["pixels"]]
        yield f"Determinism: {verdict}", ("prompt (memory)", "pixels"), rows


def _rows(part: str, found: Mapping[str, Any]) -> Iterator[Row]:
    ceiling = found.get("ceiling") or {}
    columns = [found["from_noise"], found["with_memory"]]
    limits = [_limit(ceiling.get(group, {}), found["labels"]) for group in ("held_out", "learnt")]
    yield (part, *(_percent(c["top1"]) for c in columns), *limits, _percent(found["chance"]))
    if "both" in columns[0]:
        yield ("colours, thing right too", *(_percent(c["both"]) for c in columns), "", "", "")


def _limit(measured: Mapping[str, Any], labels: int) -> str:
    """The judge's own accuracy, and for how many labels there are drawings to measure it on."""
    if measured.get("top1") is None:
        return "–"
    return f"{measured['top1']:.1%} ({measured['labels']} of {labels} labels)"


def _quality(card: Mapping[str, Any], quality: str) -> Row:
    painted = card.get("painting", {}).get(quality, {})
    speed = card.get("speed", {}).get(quality, {})
    return (
        quality,
        *(str(painted.get(key, "")) for key in ("t0", "steps")),
        _percent(painted.get("painted_share")),
        *(f"{speed[key]:.2f}" if key in speed else "" for key in ("first_s", "warm_s")),
        f"{speed['peak_mb']:.0f}" if "peak_mb" in speed else "",
    )


def _has(card: Mapping[str, Any], quality: str) -> bool:
    return any(quality in card.get(part, {}) for part in ("painting", "speed"))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _explained(card: Mapping[str, Any]) -> str:
    held = ", ".join(card["judge"]["held_out"] or ())
    return (
        "The judge is a small recogniser trained apart from the model; it selects nothing. Its"
        f" ceiling is its own accuracy on real drawings of styles it never saw ({held}); beside it"
        " stands the same on styles that it learnt from, which are those of memory too."
        " 'painted' is the share of pixels that painting moved by more than 8/255 from the draft."
        " With memory, drafts are vector assets of the snapshot's memory, credited in each recipe."
    )


def _html_table(title: str, head: Row, rows: list[Row]) -> str:
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<h2>{escape(title)}</h2><table><tr>{top}</tr>{body}</table>"
