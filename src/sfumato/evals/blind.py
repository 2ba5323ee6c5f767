"""The blind reading test: do people see what the prompts asked, from the pictures alone?

Four steps, two readers who never talk about the pictures:
1. `python -m sfumato.evals.blind render SNAPSHOT -o DIR --key KEY.json` renders the prompts of
   `evals/prompts.toml` under shuffled neutral names (DIR/01.png …) and a numbered sheet. The key,
   which says which prompt each picture came from, lies elsewhere; the first reader never sees it.
2. The first reader, who has seen neither prompts nor key, writes down freely what each picture
   shows, in a Markdown file: `## 01`, then any number of lines; `## 02` …
3. `… blind form ANSWERS.md --key KEY.json -o VERDICTS.md` puts each checklist under its
   description. The second reader sees no picture and ticks a line (`- [x]`) that is named there.
4. `… blind score VERDICTS.md --key KEY.json -o SCORE.md` counts. A prompt is covered when every
   line of its checklist is ticked.
Sheet, raw answers, verdicts and score are kept together as evidence. Knows nothing about judges.
"""

import json
import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from PIL import Image

from sfumato.core import Quality
from sfumato.evals.command import find_snapshot
from sfumato.evals.rendering import open_engine, render
from sfumato.evals.sheet import Entry, contact_sheet, to_webp

SEED = 1000  # of the first prompt; the next has the next
SHUFFLE = 34
HEADING = re.compile(r"^##\s+(\d+)\s*$")
TICK = re.compile(r"^- \[( |x|X)\] (.*)$")

app = typer.Typer(no_args_is_help=True, help="The blind reading test.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One picture's result; `covered` when every line was named."""

    name: str
    prompt: str
    named: int
    lines: int

    @property
    def covered(self) -> bool:
        return self.named == self.lines


def read_prompts(path: Path) -> list[dict[str, Any]]:
    """[{"text", "checklist"}] in file order."""
    prompts: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["prompt"]
    return prompts


def make_key(prompts: Sequence[Mapping[str, Any]], snapshot: str) -> dict[str, Any]:
    """Neutral names in a fixed shuffled order, with prompt, seed and checklist of each."""
    order = list(range(len(prompts)))
    random.Random(SHUFFLE).shuffle(order)
    return {
        "snapshot": snapshot,
        "pictures": {
            f"{place:02}": {
                "prompt": prompts[i]["text"],
                "seed": SEED + i,
                "checklist": list(prompts[i]["checklist"]),
            }
            for place, i in enumerate(order, 1)
        },
    }


def sections(text: str) -> dict[str, list[str]]:
    """Markdown by its `## 01` headings: name → lines. ValueError when a name comes twice."""
    found: dict[str, list[str]] = {}
    name = None
    for line in text.splitlines():
        if heading := HEADING.match(line):
            name = f"{int(heading[1]):02}"
            if name in found:
                raise ValueError(f"Picture {name} is answered twice.")
            found[name] = []
        elif name is not None:
            found[name].append(line)
    return found


def make_form(answers: str, key: Mapping[str, Any]) -> str:
    """The second reader's form. ValueError names the pictures without an answer."""
    found = sections(answers)
    missing = [name for name in key["pictures"] if not "".join(found.get(name, ())).strip()]
    if missing:
        raise ValueError(f"No description of: {', '.join(missing)}.")
    parts = []
    for name, picture in key["pictures"].items():
        seen = "\n".join(f"> {line}" for line in found[name] if line.strip())
        lines = "\n".join(f"- [ ] {line}" for line in picture["checklist"])
        parts.append(f"## {name}\n\n{seen}\n\n{lines}\n")
    return "\n".join(parts)


def tally(verdicts: str, key: Mapping[str, Any]) -> list[Row]:
    """Count ticks. ValueError when a picture's lines are not exactly its checklist."""
    found = sections(verdicts)
    rows = []
    for name, picture in key["pictures"].items():
        ticks = [tick for line in found.get(name, ()) if (tick := TICK.match(line))]
        if [tick[2] for tick in ticks] != picture["checklist"]:
            raise ValueError(f"The lines of picture {name} are not those of its checklist.")
        named = sum(tick[1] != " " for tick in ticks)
        rows.append(Row(name=name, prompt=picture["prompt"], named=named, lines=len(ticks)))
    return rows


def score_table(rows: Sequence[Row]) -> str:
    """Markdown: one line per picture, the sums below."""
    body = [
        f"| {row.name} | {row.prompt} | {row.named}/{row.lines} | {_yes(row.covered)} |"
        for row in rows
    ]
    covered, named = sum(row.covered for row in rows), sum(row.named for row in rows)
    lines = sum(row.lines for row in rows)
    total = f"**{covered} of {len(rows)}** prompts covered; {named} of {lines} lines named."
    return "\n".join(
        ["| picture | prompt | named | covered |", "|---|---|---|---|", *body, "", total, ""]
    )


@app.command(name="render")
def render_pictures(
    snapshot: Annotated[str, typer.Argument(help="A manifest's path, or a shipped snapshot's id.")],
    key: Annotated[Path, typer.Option(help="Where the key goes; not into the pictures' folder.")],
    output: Annotated[Path, typer.Option("-o", help="Folder for the pictures and the sheet.")],
    prompts: Path = Path("evals/prompts.toml"),
    size: int = 1024,
    quality: str = "high",
    threads: int = 2,
) -> None:
    """Step 1: render every prompt under a neutral name, and the numbered sheet."""
    if key.resolve().is_relative_to(output.resolve()):
        raise typer.BadParameter("keep the key out of the pictures' folder", param_hint="--key")
    found = find_snapshot(snapshot)
    facts = make_key(read_prompts(prompts), found.id) | {"size": size, "quality": quality}
    engine = open_engine(found, threads)
    output.mkdir(parents=True, exist_ok=True)
    key.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")
    entries = []
    for name, picture in facts["pictures"].items():
        pixels = render(
            engine,
            picture["prompt"],
            seed=picture["seed"],
            size=size,
            quality=_quality(quality),
            memory="on",
        ).pixels
        Image.fromarray(pixels, "RGBA").save(output / f"{name}.png")
        entries.append(Entry(caption=name, pictures=(pixels,)))
        print(name, flush=True)
    (output / "sheet.webp").write_bytes(to_webp(contact_sheet(entries, across=6, cell=256)))


@app.command(name="form")
def write_form(
    answers: Path,
    key: Annotated[Path, typer.Option(help="The key of step 1.")],
    output: Annotated[Path, typer.Option("-o", help="The form to fill in.")],
) -> None:
    """Step 3: checklists under the descriptions, for a second reader to tick."""
    output.write_text(
        make_form(answers.read_text("utf-8"), json.loads(key.read_text("utf-8"))), "utf-8"
    )


@app.command(name="score")
def write_score(
    verdicts: Path,
    key: Annotated[Path, typer.Option(help="The key of step 1.")],
    output: Annotated[Path, typer.Option("-o", help="The score table.")],
) -> None:
    """Step 4: count."""
    table = score_table(tally(verdicts.read_text("utf-8"), json.loads(key.read_text("utf-8"))))
    output.write_text(table, "utf-8")
    print(table.splitlines()[-1])


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _quality(name: str) -> Quality:
    if name not in ("low", "medium", "high"):
        raise typer.BadParameter("low, medium or high", param_hint="--quality")
    return name  # type: ignore[return-value]  # checked against the literal above


if __name__ == "__main__":
    app()
