"""Two cards side by side: each shared number, the difference, better or worse; worst first.

Cards of older schemas compare where they share numbers. A number that another judge gave is shown
and marked, since the two are not the same question. Knows nothing about measuring.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Literal

from rich.table import Table

from sfumato.evals.page import SHEETS, data_uri, document, html_table
from sfumato.evals.parts import JUDGED
from sfumato.evals.report import read_sheets, said, spoken
from sfumato.evals.rows import Row, rows
from sfumato.evals.scores import Form
from sfumato.registry.snapshot import read_snapshot

Verdict = Literal["better", "worse", "same", "other"]

MARKS: Mapping[Verdict, str] = {
    "better": "▲ better",
    "worse": "▼ worse",
    "same": "= same",
    "other": "≠",
}
CLASSES: Mapping[Verdict, str] = {"better": "good", "worse": "bad", "same": "soft", "other": "soft"}
EQUAL: Mapping[Form, float] = {"percent": 0.005}  # a difference; of others, a share of the number
EQUAL_SHARE = 0.03
SIGNS = {"higher": 1, "lower": -1, "neither": 0}
JUDGE = ("parameters", "samples", "seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCard:
    """What is compared with: its numbers, and its sheets when its folder has them."""

    card: Mapping[str, Any]
    sheets: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One number on both cards. `gain` > 0 is better; of shares a difference, else relative."""

    name: str
    form: Form
    here: float
    there: float
    gain: float
    verdict: Verdict
    same_judge: bool


def read_card(name: str, shipped: Path) -> OtherCard:
    """From a card.json, a manifest with a card, or a shipped snapshot's id.

    FileNotFoundError when it is none of these; ValueError when there is no card in it.
    """
    path = next((p for p in (Path(name), shipped / f"{name}.json") if p.is_file()), None)
    if path is None:
        raise FileNotFoundError(f"Nothing to compare with: '{name}' is no file and no snapshot.")
    raw = json.loads(path.read_text("utf-8"))
    if "snapshot_digest" in raw:
        return OtherCard(card=raw, sheets=read_sheets(path.parent))
    card = read_snapshot(path).card
    if not card:
        raise ValueError(f"{path.name} has no card: measure it first, with sfumato eval --attach.")
    return OtherCard(card=card)


def comparison(here: Mapping[str, Any], there: Mapping[str, Any]) -> list[Change]:
    """Every number that both cards have, the worst change first."""
    known = {(row.name, row.score.part): row for row in rows(there)}
    changes = [
        _change(row, column, known[key].values[column], same_judge(here, there, row.score.part))
        for row in rows(here)
        if (key := (row.name, row.score.part)) in known
        for column in row.values
        if column in known[key].values
    ]
    return sorted(changes, key=lambda change: change.gain)


def same_judge(here: Mapping[str, Any], there: Mapping[str, Any], part: str) -> bool:
    """Whether the same recogniser scored the part on both cards; True where none did."""
    if part not in JUDGED:
        return True
    judges = [card[part].get("judge", card.get(JUDGED[part], {})) for card in (here, there)]
    facts = [*JUDGE, *(["sha256"] if all("sha256" in judge for judge in judges) else [])]
    return all(judges[0].get(fact) == judges[1].get(fact) for fact in facts)


def comparison_table(
    here: Mapping[str, Any], there: Mapping[str, Any], changes: Sequence[Change]
) -> Table:
    """For a terminal."""
    table = Table(title="Compared, worst first", title_justify="left")
    for i, name in enumerate(("", str(here["snapshot"]), str(there["snapshot"]), "change", "")):
        table.add_column(name, justify="left" if i in (0, 4) else "right")
    for change in changes:
        table.add_row(*_line(change))
    return table


def comparison_page(
    cards: tuple[Mapping[str, Any], Mapping[str, Any]],
    sheets: tuple[Mapping[str, bytes], Mapping[str, bytes]],
    changes: Sequence[Change],
) -> str:
    """One HTML file: the numbers, then the sheets that both have, side by side."""
    names = [escape(str(card["snapshot"])) for card in cards]
    title = f"{cards[0]['snapshot']} beside {cards[1]['snapshot']}"
    count = {mark: sum(change.verdict == mark for change in changes) for mark in MARKS}
    lines = [
        [*(f"<td>{escape(cell)}</td>" for cell in _line(change)[:-1]), _mark(change)]
        for change in changes
    ]
    shared = [name for name in SHEETS if all(name in each for each in sheets)]
    return document(
        title,
        f"<h1>{escape(title)}</h1>",
        f"<p>{count['worse']} worse, {count['same']} the same, {count['better']} better; worst"
        " first. ‘≠ judge’ marks numbers that two different recognisers gave.</p>",
        html_table(("", *names, "change", ""), lines),
        *(_beside(name, names, sheets) for name in shared),
    )


def _change(row: Row, column: str, there: float, judge: bool) -> Change:
    here, form = row.values[column], row.score.form
    difference = here - there
    scale = 1.0 if form == "percent" else max(abs(there), 1e-9)
    gain = difference / scale * SIGNS[row.score.better]
    equal = abs(difference / scale) <= EQUAL.get(form, EQUAL_SHARE)
    return Change(
        name=f"{row.name}, {spoken(column)}" if column else row.name,
        form=form,
        here=here,
        there=there,
        gain=gain,
        verdict="same" if equal else "better" if gain > 0 else "worse" if gain < 0 else "other",
        same_judge=judge,
    )


def _line(change: Change) -> tuple[str, ...]:
    difference = change.here - change.there
    if change.form == "percent":
        delta = f"{difference * 100:+.1f} points"
    else:
        delta = f"{difference / max(abs(change.there), 1e-9):+.0%}"
    mark = MARKS[change.verdict] + ("" if change.same_judge else " (≠ judge)")
    return (
        change.name,
        said(change.form, change.here),
        said(change.form, change.there),
        delta,
        mark,
    )


def _mark(change: Change) -> str:
    return f"<td class={CLASSES[change.verdict]}>{escape(_line(change)[-1])}</td>"


def _beside(
    name: str, names: Sequence[str], sheets: tuple[Mapping[str, bytes], Mapping[str, bytes]]
) -> str:
    pictures = "".join(
        f"<figure><figcaption>{who}</figcaption>"
        f"<img alt='{escape(SHEETS[name])}, {who}' src='{data_uri(each[name])}'></figure>"
        for who, each in zip(names, sheets, strict=True)
    )
    return f"<h2>{escape(SHEETS[name])}</h2><div class=beside>{pictures}</div>"
