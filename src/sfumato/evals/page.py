"""A card as one HTML file that needs nothing else: tables with bars, and pictures to look at.

Knows nothing about how numbers were made.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any

from sfumato.evals.report import DEFAULT, HEAD, TASKS, chosen, per_quality, said, scored, single
from sfumato.evals.rows import Row, rows

COLUMN_CLASSES = {1: "noise", 2: "memory"}
SHEETS = {
    "hundred": "More than a hundred prompts, committed before training ended; failures left in",
    "sheet": "Fixed prompts, plain things first",
    "nearest": "Nearest to training: pictures from noise that lie nearest to a training render",
}


def page(card: Mapping[str, Any], sheets: Mapping[str, bytes]) -> str:
    """The whole document; `sheets` are WebP files by name."""
    title = f"Card of {card['snapshot']}"
    facts = f"{card.get('pipeline_revision', '')} · {card['snapshot_digest']}"
    return document(
        title,
        f"<h1>{escape(title)}</h1><p class=soft><code>{escape(facts)}</code></p>",
        f"<p>{escape(explained(card))}</p>",
        *_scores(list(rows(card))),
        *_defaults(card),
        *_determinism(card),
        *(part for name in SHEETS if name in sheets for part in _sheet(name, card, sheets[name])),
        _everything(card),
    )


def document(title: str, *parts: str) -> str:
    """`parts` as the body of a self-contained page."""
    style = files("sfumato.evals").joinpath("page.css").read_text("utf-8")
    head = (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title)}</title>"
        f"<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<style>{style}</style></head>"
    )
    return "\n".join([f"{head}<body>", *parts, "</body></html>"]) + "\n"


def html_table(head: Sequence[str], lines: Iterable[Sequence[str]], name: str = "") -> str:
    """Cells are HTML: escape what is not ours before."""
    top = "".join(f"<th scope=col>{name}</th>" for name in head)
    body = "".join(f"<tr>{''.join(line)}</tr>" for line in lines)
    return f"<div class='wide {name}' tabindex=0><table><tr>{top}</tr>{body}</table></div>"


def data_uri(sheet: bytes) -> str:
    """A WebP file inside the page."""
    return f"data:image/webp;base64,{base64.b64encode(sheet).decode()}"


def explained(card: Mapping[str, Any]) -> str:
    """How to read the card."""
    held = ", ".join(card["judge"].get("held_out") or ())
    return (
        "Every score stands twice: from noise, where the network draws alone, and with memory,"
        " where it paints over vector drawings that each recipe credits. The judge is a small"
        " recogniser trained apart from the model; it selects nothing. The bound of a judged score"
        f" is the judge's own accuracy on real drawings of styles it never saw ({held}); of KID,"
        " what real training drawings reach; of copying, what real held-out drawings do. The"
        " shipped default is the better one per task. evals/README.md explains every number."
    )


def _scores(found: list[Row]) -> Iterator[str]:
    two = [row for row in found if "" not in row.values]
    if two:
        yield "<h2>Scores</h2>"
        yield html_table(HEAD, map(_score, two), "scores")
    for title, head, lines in (
        ("Per quality", *per_quality(found)),
        ("Whole card", ("", "measured"), single(found)),
    ):
        if lines:
            yield f"<h2>{title}</h2>"
            yield html_table(head, ([_cell(cell) for cell in line] for line in lines))


def _score(row: Row) -> list[str]:
    """A line of the score table, with bars for shares: the mark on a bar is the bound."""
    name, noise, memory, bound, best = scored(row)
    cells = [_cell(name)]
    for i, (column, text) in enumerate((("from_noise", noise), ("with_memory", memory)), 1):
        classes = COLUMN_CLASSES[i] + (" best" if row.best == column else "")
        cells.append(f"<td class='{classes}'>{escape(text)}{_bar(row, column)}{_goal(row, column)}")
    return [*cells, _cell(bound), _cell(best)]


def _bar(row: Row, column: str) -> str:
    value = row.values.get(column)
    if row.score.form != "percent" or value is None:
        return ""
    mark = f"<b style='left:{min(row.ceiling, 1):.2%}'></b>" if row.ceiling is not None else ""
    return f"<span class=bar><i style='width:{min(max(value, 0), 1):.2%}'></i>{mark}</span>"


def _goal(row: Row, column: str) -> str:
    goal, value = row.score.goal.get(column), row.values.get(column)
    if goal is None or value is None:
        return ""
    met = value >= goal if row.score.better == "higher" else value <= goal
    verdict = ("good", "reached") if met else ("bad", "missed")
    aim = said(row.score.form, goal)
    return f"<small class={verdict[0]}>goal {aim} {verdict[1]}</small>"


def _defaults(card: Mapping[str, Any]) -> Iterator[str]:
    if card.get("default"):
        yield f"<h2>{DEFAULT}</h2>"
        lines = (chosen(*task) for task in card["default"].items())
        yield html_table(TASKS, ([_cell(cell) for cell in line] for line in lines))


def _determinism(card: Mapping[str, Any]) -> Iterator[str]:
    if found := card.get("determinism"):
        verdict = "the same pixels twice" if found["repeatable"] else "NOT REPEATABLE"
        yield f"<h2>Determinism: {verdict}</h2>"
        lines = ((f"{p['prompt']} ({p['memory']})", p["sha256"][:16]) for p in found["pixels"])
        head = ("prompt (memory)", "pixels")
        yield html_table(head, ([_cell(cell) for cell in line] for line in lines))


def _sheet(name: str, card: Mapping[str, Any], sheet: bytes) -> Iterator[str]:
    """Pictures with their words as text; a sheet whose layout is unknown is shown whole."""
    yield f"<h2>{escape(SHEETS[name])}</h2>"
    facts = layout_of(card, name)
    if facts is None:
        yield f"<img alt='{escape(SHEETS[name])}' src='{data_uri(sheet)}'>"
        return
    columns = [escape(column.replace("_", " ")) for column in facts["columns"]]
    yield f"<p class=soft>Left {columns[0]}, right {columns[-1]}.</p>"
    yield f"<style>.{name} span{{background-image:url({data_uri(sheet)})}}</style>"
    numbered = list(zip(facts["prompts"], facts["places"], strict=True))
    for group, entries in groupby(numbered, key=lambda entry: str(entry[0].get("group", ""))):
        if group:
            yield f"<h3>{escape(group)}</h3>"
        items = "".join(_entry(words, place, facts) for words, place in entries)
        yield f"<ul class='pictures {name}'>{items}</ul>"


def layout_of(card: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Where each prompt stands on a sheet; None when the card does not say."""
    facts = card.get("copying", {}).get(name) if name == "nearest" else card.get(name)
    return facts if facts and "places" in facts else None


def _entry(words: Mapping[str, Any], place: Sequence[int], facts: Mapping[str, Any]) -> str:
    left, top = place
    spots = (left + i * facts["cell"] for i in range(facts["pictures_each"]))
    prompt = escape(words["prompt"])
    spans = "".join(
        f"<span role=img aria-label='{prompt}, {column.replace('_', ' ')}'"
        f" style='background-position:-{x}px -{top}px'></span>"
        for x, column in zip(spots, facts["columns"], strict=True)
    )
    lost = ", ".join(words.get("unmatched", ()))
    note = f" <small>not understood: {escape(lost)}</small>" if lost else ""
    return f"<li><div class=pair>{spans}</div><p>{prompt}{note}</p></li>"


def _everything(card: Mapping[str, Any]) -> str:
    numbers = {k: v for k, v in card.items() if k not in SHEETS}
    text = escape(json.dumps(numbers, indent=1, ensure_ascii=False))
    return f"<details><summary>Every number</summary><pre>{text}</pre></details>"


def _cell(text: str) -> str:
    return f"<td>{escape(text)}</td>"
