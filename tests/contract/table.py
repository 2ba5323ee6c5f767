"""Writes the field tables of docs/compatibility.md from what a run of the contract tests showed.

`make compatibility` runs the tests and then this file, with the JUnit report of that run. What
stands outside the two marks in the page is written by people and left as it is.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.contract.clients import SPEAKERS
from tests.contract.sections import SECTIONS

PAGE = Path(__file__).parents[2] / "docs" / "compatibility.md"
BEGIN = "<!-- tables: written by `make compatibility`; do not edit -->"
END = "<!-- end of the tables -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one test showed about one field, with one client, in one mode."""

    route: str
    field: str
    client: str
    strict: bool
    words: str


def main(report: Path) -> None:
    """Read the report and rewrite the tables; SystemExit when a test failed or a field has none."""
    page = PAGE.read_text("utf-8")
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n\n{tables(read(report))}\n{END}{tail}", "utf-8")


def read(report: Path) -> list[Shown]:
    """Everything that passed tests showed; SystemExit when one did not pass."""
    shown = []
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            raise SystemExit(f"{case.get('name')} failed; the tables show a whole green run only.")
        if case.find("skipped") is not None:
            raise SystemExit(f"{case.get('name')} was skipped; the tables need all four clients.")
        found = case.iter("property")
        shown += [_shown(json.loads(p.get("value", ""))) for p in found if p.get("name") == "field"]
    return shown


def tables(shown: Sequence[Shown]) -> str:
    """One table for each route, a row for each field of its schema."""
    return "\n".join(_table(route, shown) for route in SECTIONS)


def _shown(told: Mapping[str, Any]) -> Shown:
    if "honoured" in told:
        words = f"✓ {told['honoured']}"
    else:
        param = "" if told["param"] == told["field"] else f", `param` {told['param']}"
        words = f"✗ {told['refused']}: {told['status']} `{told['code']}`{param}"
    place = {name: told[name] for name in ("route", "field", "client", "strict")}
    return Shown(**place, words=words)


def _table(route: str, shown: Sequence[Shown]) -> str:
    clients = " | ".join(name.replace("-", " ") for name in SPEAKERS)
    head = [
        f"### `{route}`\n",
        f"| field | here | strict | {clients} |",
        f"|---|---|---|{'---|' * len(SPEAKERS)}",
    ]
    here = [one for one in shown if one.route == route]
    rows = [_row(name, [one for one in here if one.field == name]) for name in SECTIONS[route]]
    return "\n".join([*head, *rows, ""])


def _row(name: str, shown: Sequence[Shown]) -> str:
    if not shown:
        raise SystemExit(f"No contract test shows anything about the field {name}.")
    usual = _lines(one.words for one in shown if not one.strict)
    strict = _lines(one.words for one in shown if one.strict)
    marks = " | ".join("✓" if any(s.client == c for s in shown) else "–" for c in SPEAKERS)
    same = "the same" if strict == usual else strict
    return f"| `{name}` | {usual} | {same} | {marks} |"


def _lines(words: Iterable[str]) -> str:
    return "<br>".join(sorted(dict.fromkeys(words))).replace("|", "\\|")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
