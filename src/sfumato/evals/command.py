"""`sfumato eval SNAPSHOT`: measure a snapshot's card and write it. Attached by the command line.

Knows nothing about names and aliases: it takes a manifest, or an id among the shipped snapshots.
"""

from pathlib import Path
from typing import Annotated

import typer

from sfumato.registry.snapshot import Snapshot, attach_card, read_snapshot

SHIPPED = Path(__file__).parents[1] / "snapshots"


def evaluate_snapshot(
    snapshot: Annotated[str, typer.Argument(help="A manifest's path, or a shipped snapshot's id.")],
    suite: Annotated[
        list[str] | None,
        typer.Option(help="nouns, colours, painting, speed, determinism or sheet; repeatable."),
    ] = None,
    output: Annotated[Path, typer.Option("-o", help="Folder for card.json and card.html.")] = Path(
        "card"
    ),
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
    threads: Annotated[int, typer.Option(min=1, help="Compute threads.")] = 2,
    attach: Annotated[
        bool, typer.Option(help="Write what was measured into the snapshot's manifest, too.")
    ] = False,
) -> None:
    """Measure a snapshot: adherence by the judge, painting, speed, determinism, contact sheet."""
    from rich.console import Console

    from sfumato.evals.card import PARTS, evaluate
    from sfumato.evals.report import tables, write

    found = find_snapshot(snapshot)
    progress = Console(stderr=True)
    with progress.status("") as status:
        evaluation = evaluate(
            found,
            evals=evals,
            parts=tuple(suite or PARTS),
            threads=threads,
            note=status.update,
        )
    if attach:
        attach_card(found, evaluation.card)
    console = Console()
    for table in tables(evaluation.card):
        console.print(table)
    for path in write(evaluation, output):
        console.print(str(path), markup=False, highlight=False)


def find_snapshot(name: str) -> Snapshot:
    """Read a manifest by path or shipped id; FileNotFoundError says where it was looked for."""
    for path in (Path(name), SHIPPED / f"{name}.json"):
        if path.is_file():
            return read_snapshot(path)
    raise FileNotFoundError(f"No snapshot '{name}': neither a file nor an id in {SHIPPED.name}/.")
