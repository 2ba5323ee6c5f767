"""The six categories with a sheet to look at: `python -m sfumato.evals.categories_look SNAPSHOT`.

Prints the shares beside their ceilings and writes one sheet a category and column, with the boxes
and names that the judge gave, failures first: for telling a wrong picture from a wrong judge. Knows
nothing about cards.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image, ImageDraw

from sfumato.core import Pixels
from sfumato.evals.adherence import COLUMNS
from sfumato.evals.categories import Judged, chosen, judged, overall, report
from sfumato.evals.categories_suites import Category, read_nouns
from sfumato.evals.command import find_snapshot
from sfumato.evals.detect import SceneJudge, on_white
from sfumato.evals.rendering import open_engine
from sfumato.evals.sheet import Entry, contact_sheet, to_webp

INK = (224, 49, 49)
ACROSS = 8
CELL = 176


def marked(judge: SceneJudge, category: Category, row: Judged) -> Pixels:
    """The picture with every box, noun and colour that the judge gave."""
    image = Image.fromarray(on_white(row.pixels), "RGB")
    draw = ImageDraw.Draw(image)
    for thing in row.things:
        left, top, right, bottom = (
            edge * size for edge, size in zip(thing.box, image.size * 2, strict=True)
        )
        words = [judge.noun_of(thing, category.nouns) or "?"]
        if category.colours:
            words.insert(0, judge.colour_of(thing, category.colours))
        draw.rectangle((left, top, right, bottom), outline=INK, width=2)
        draw.text((left + 3, top + 2), " ".join(words), fill=INK)
    return np.asarray(image.convert("RGBA"))


def sheet_of(judge: SceneJudge, category: Category, rows: Sequence[Judged]) -> bytes:
    """A WebP of every picture, failures first, with what each lacks."""
    entries = [
        Entry(
            caption=f"{row.case.prompt}: {'; '.join(row.verdict.lacks) or 'right'}",
            pictures=(marked(judge, category, row),),
        )
        for row in sorted(rows, key=lambda row: row.verdict.right)
    ]
    return to_webp(contact_sheet(entries, across=ACROSS, cell=CELL))


def main(
    snapshot: Annotated[str, typer.Argument(help="A manifest's path, or a shipped snapshot's id.")],
    output: Annotated[Path, typer.Option("-o", help="Folder for the sheets and the numbers.")],
    only: Annotated[list[str] | None, typer.Option(help="A category; repeatable.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="A column; repeatable.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="At most so many seeds a prompt.")] = 2,
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
    threads: int = 1,
) -> None:
    """Measure and draw; both columns and every category unless told otherwise."""
    found = find_snapshot(snapshot)
    judge, nouns = SceneJudge(evals / "judge"), read_nouns(evals)
    engine = open_engine(found, threads)
    output.mkdir(parents=True, exist_ok=True)
    reports = {}
    for category in chosen(evals, only=only or (), seeds=seeds):
        rows = {
            name: list(judged(engine, judge, category, name, lambda line: None))
            for name in column or COLUMNS
        }
        for name, pictures in rows.items():
            (output / f"{category.name}-{name}.webp").write_bytes(
                sheet_of(judge, category, pictures)
            )
        reports[category.name] = report(judge, category, rows, nouns)
        print(category.name, json.dumps(reports[category.name]), flush=True)
    sums = overall(reports, tuple(column or COLUMNS))
    (output / "categories.json").write_text(
        json.dumps({"categories": reports, "overall": sums}, indent=1) + "\n", "utf-8"
    )
    print("overall", json.dumps(sums))


if __name__ == "__main__":
    typer.run(main)
