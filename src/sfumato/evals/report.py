"""A card for a terminal, and its files in a folder. Knows nothing about how numbers were made."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from sfumato.evals.card import Evaluation
from sfumato.evals.rows import Row, rows
from sfumato.evals.scores import Form
from sfumato.evals.sheet import to_webp

DEFAULT = "The shipped default is the better one per task"
TASKS = ("task", "by", "from noise", "with memory", "better", "shipped")
QUALITIES = ("low", "medium", "high")
HEAD = ("", "from noise", "with memory", "bound", "better")
FORMS: Mapping[Form, str] = {
    "percent": "{:.1%}",
    "number": "{:.2f}",
    "small": "{:.4f}",
    "seconds": "{:.2f} s",
    "megabytes": "{:.0f} MB",
    "gigaflop": "{:.1f} GFLOP",
    "count": "{:.0f}",
    "decibel": "{:.1f} dB",
}


def write(evaluation: Evaluation, folder: Path) -> list[Path]:
    """`card.json`, `card.html` and a .webp per sheet; the paths of all that the folder now has.

    Sheets that an earlier evaluation left in the folder stay, and stay on the page.
    """
    from sfumato.evals.page import page

    folder.mkdir(parents=True, exist_ok=True)
    for name, image in evaluation.sheets.items():
        (folder / f"{name}.webp").write_bytes(to_webp(image))
    card = json.dumps(evaluation.card, indent=1, ensure_ascii=False) + "\n"
    html = page(evaluation.card, read_sheets(folder))
    for name, text in {"card.json": card, "card.html": html}.items():
        fresh = folder / f"{name}.new"
        fresh.write_text(text, "utf-8")
        fresh.replace(folder / name)
    return [folder / "card.json", folder / "card.html", *sorted(folder.glob("*.webp"))]


def read_sheets(folder: Path) -> dict[str, bytes]:
    """name → WebP file of every sheet in a card's folder."""
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.webp"))}


def tables(card: Mapping[str, Any]) -> Iterator[Table]:
    """The card's numbers for a terminal."""
    found = list(rows(card))
    two = [scored(row) for row in found if "" not in row.values]
    parts = (
        (f"Scores of {card['snapshot']}", HEAD, two),
        ("Per quality", *per_quality(found)),
        ("Whole card", ("", "measured"), single(found)),
        (DEFAULT, TASKS, [chosen(*task) for task in card.get("default", {}).items()]),
    )
    for title, head, lines in parts:
        if lines:
            yield _table(title, head, lines)


def per_quality(found: Sequence[Row]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and lines of what is measured once per quality: a line per score."""
    here = [row for row in found if row.star in QUALITIES and "" in row.values]
    qualities = tuple(q for q in QUALITIES if any(row.star == q for row in here))
    numbers = {(row.score.name, row.star): said(row.score.form, row.values[""]) for row in here}
    lines = [
        (name.removesuffix(", *"), *(numbers.get((name, q), "–") for q in qualities))
        for name in dict.fromkeys(row.score.name for row in here)
    ]
    return ("", *qualities), lines


def single(found: Sequence[Row]) -> list[tuple[str, ...]]:
    """Lines of what is measured once."""
    here = (row for row in found if row.star not in QUALITIES and "" in row.values)
    return [(row.name, said(row.score.form, row.values[""])) for row in here]


def scored(row: Row) -> tuple[str, ...]:
    """One line of `HEAD`."""
    columns = ("from_noise", "with_memory")
    form = row.score.form
    values = (said(form, row.values.get(column)) for column in columns)
    return (row.name, *values, said(form, row.ceiling), spoken(row.best or ""))


def chosen(task: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    """One line of `TASKS`; a default that is not the better column is called out."""
    shipped = spoken(found["shipped"])
    if found["better"] != found["shipped"]:
        shipped = f"{shipped} (NOT THE BETTER ONE)"
    values = (said("percent", found.get(column)) for column in ("from_noise", "with_memory"))
    return (task, found["by"], *values, spoken(found["better"]), shipped)


def said(form: Form, value: float | None) -> str:
    """A number as people read it; a dash for none."""
    if value is None:
        return "–"
    if form == "verdict":
        return "yes" if value else "NO"
    return FORMS[form].format(value)


def spoken(column: str) -> str:
    """from_noise → "from noise"."""
    return column.replace("_", " ")


def _table(title: str, head: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left")
    for i, name in enumerate(head):
        table.add_column(name, justify="left" if i == 0 else "right")
    for line in lines:
        table.add_row(*line)
    return table
