"""`sfumato eval SNAPSHOT`: measure a snapshot's card, write it, compare it with another.

Attached by the command line. Knows nothing about names and aliases: it takes a manifest, or an id
among the shipped snapshots.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from sfumato.registry.snapshot import Snapshot, attach_card, read_snapshot

SHIPPED = Path(__file__).parents[1] / "snapshots"


def evaluate_snapshot(
    snapshot: Annotated[str, typer.Argument(help="A manifest's path, or a shipped snapshot's id.")],
    suite: Annotated[
        list[str] | None,
        typer.Option(
            help="Measure this part only, keeping what the folder's card has; repeatable. One of:"
            " categories, planning, nouns, colours, lettering, editing, edges, fidelity, copying,"
            " painting, speed, determinism, sheet, hundred."
        ),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(
            help="Another card.json, manifest or snapshot id: write comparison.html, too."
        ),
    ] = None,
    measured: Annotated[
        bool, typer.Option("--measured", help="Measure nothing: take the folder's card as it is.")
    ] = False,
    output: Annotated[Path, typer.Option("-o", help="Folder for card.json and card.html.")] = Path(
        "card"
    ),
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
    threads: Annotated[int, typer.Option(min=1, help="Compute threads.")] = 2,
    attach: Annotated[
        bool, typer.Option(help="Write what was measured into the snapshot's manifest, too.")
    ] = False,
) -> None:
    """Measure a snapshot: adherence, lettering, edits, fidelity, speed … and compare two."""
    from rich.console import Console

    from sfumato.evals.card import blank, measure, onto
    from sfumato.evals.compare import comparison, comparison_page, comparison_table, read_card
    from sfumato.evals.parts import PARTS
    from sfumato.evals.progress import Progress
    from sfumato.evals.report import read_sheets, tables, write

    found = find_snapshot(snapshot)
    other = read_card(compare, SHIPPED) if compare else None
    parts = () if measured else tuple(suite or PARTS)
    evaluation = blank(found, evals=evals, parts=parts, threads=threads)
    if measured and not (output / "card.json").is_file():
        raise FileNotFoundError(f"--measured: {output / 'card.json'} is missing. Measure it first.")
    if (output / "card.json").is_file():
        evaluation = onto(json.loads((output / "card.json").read_text("utf-8")), evaluation)
    with Progress(parts, Console(stderr=True)).shown() as note:
        steps = measure(found, evaluation, evals=evals, parts=parts, threads=threads, note=note)
        for state in steps:
            write(state, output)  # after each part, so that a long run that is stopped loses one
            evaluation = state
    if attach:
        attach_card(found, without_sheets(evaluation.card))
    console = Console()
    for table in tables(evaluation.card):
        console.print(table)
    written = write(evaluation, output)
    if other:
        changes = comparison(evaluation.card, other.card)
        console.print(comparison_table(evaluation.card, other.card, changes))
        page = output / "comparison.html"
        sheets = read_sheets(output), other.sheets
        page.write_text(comparison_page((evaluation.card, other.card), sheets, changes), "utf-8")
        written.append(page)
    for path in written:
        console.print(str(path), markup=False, highlight=False)


def without_sheets(card: dict[str, Any]) -> dict[str, Any]:
    """The numbers alone: a manifest needs no list of prompts that were looked at."""
    return {name: part for name, part in card.items() if name not in ("sheet", "hundred")}


def find_snapshot(name: str) -> Snapshot:
    """Read a manifest by path or shipped id; FileNotFoundError says where it was looked for."""
    for path in (Path(name), SHIPPED / f"{name}.json"):
        if path.is_file():
            return read_snapshot(path)
    raise FileNotFoundError(f"No snapshot '{name}': neither a file nor an id in {SHIPPED.name}/.")
