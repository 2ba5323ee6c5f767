"""Writes the field tables of docs/compatibility.md from what a run of the contract tests showed.

`make compatibility` runs the tests and then this file, with the JUnit report of that run. What
stands outside the two marks in the page is written by people and left as it is.
"""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.contract.clients import SPEAKERS
from tests.contract.running import ROOT
from tests.contract.sections import SECTIONS

HERE = Path(__file__).parent
PAGE = ROOT / "docs" / "compatibility.md"
PINNED = r'"openai": "(\S+)"'
BEGIN = "<!-- tables: written by `make compatibility`; do not edit -->"
END = "<!-- end of the tables -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one test showed about one field, with one client, in one mode.

    `value` changed what `answer` says, or was refused with that answer.
    """

    route: str
    field: str
    client: str
    strict: bool
    honoured: bool
    value: str
    answer: str = ""


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


def labels() -> dict[str, str]:
    """Each client by its language and its pinned version."""
    pins = {
        "python-newest": (ROOT / "constraints.txt", r"^openai==(\S+)"),
        "python-a-year-ago": (HERE / "old_client" / "requirements.txt", r"^openai==(\S+)"),
        "node-newest": (HERE / "node_client" / "newest" / "package.json", PINNED),
        "node-a-year-ago": (HERE / "node_client" / "a-year-ago" / "package.json", PINNED),
    }
    found = {}
    for name, (file, pattern) in pins.items():
        match = re.search(pattern, file.read_text("utf-8"), re.MULTILINE)
        assert match is not None, file
        found[name] = f"{name.partition('-')[0].capitalize()} {match[1]}"
    return found


def _shown(told: Mapping[str, Any]) -> Shown:
    place = {name: told[name] for name in ("route", "field", "client", "strict")}
    if "honoured" in told:
        return Shown(**place, honoured=True, value=told["honoured"])
    param = "" if told["param"] == told["field"] else f", param {_code(told['param'])}"
    answer = f"{told['status']} {_code(told['code'])}{param}"
    return Shown(**place, honoured=False, value=told["refused"], answer=answer)


def _code(value: str | None) -> str:
    return "null" if value is None else f"`{value}`"


def _table(route: str, shown: Sequence[Shown]) -> str:
    head = [
        f"### `{route}`\n",
        f"| field | here | strict | {' | '.join(labels().values())} |",
        f"|---|---|---|{'---|' * len(SPEAKERS)}",
    ]
    here = [one for one in shown if one.route == route]
    rows = [_row(name, [one for one in here if one.field == name]) for name in SECTIONS[route]]
    return "\n".join([*head, *rows, ""])


def _row(name: str, shown: Sequence[Shown]) -> str:
    if not shown:
        raise SystemExit(f"No contract test shows anything about the field {name}.")
    usual = _cell([one for one in shown if not one.strict])
    strict = _cell([one for one in shown if one.strict])
    marks = " | ".join("✓" if any(s.client == c for s in shown) else "–" for c in SPEAKERS)
    same = "the same" if strict == usual else strict
    return f"| `{name}` | {usual} | {same} | {marks} |"


def _cell(shown: Sequence[Shown]) -> str:
    """What it does first; then what is refused, the values with one answer together."""
    lines = [f"✓ {words}" for words in sorted({one.value for one in shown if one.honoured})]
    refusals: dict[str, set[str]] = {}
    for one in shown:
        if not one.honoured:
            refusals.setdefault(one.answer, set()).add(one.value)
    lines += [f"✗ {', '.join(sorted(refusals[a]))}: {a}" for a in sorted(refusals)]
    return "<br>".join(lines).replace("|", "\\|")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
