"""A snapshot's card: every number that a release carries, measured here and nowhere else.

`measure` renders the suites of an evals folder with a snapshot's own engine, part by part;
`onto` keeps the parts that a card already has. Nothing is ever tuned on these prompts.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from sfumato.errors import InvalidRequest
from sfumato.evals.parts import JUDGED, PARTS, Bench, Measured
from sfumato.evals.rendering import open_engine
from sfumato.evals.rows import defaults
from sfumato.registry.snapshot import Snapshot

SCHEMA = 2

Heard = Callable[[str, str], None]  # the part, and what of it is being measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The card, and the contact sheets that were rendered for it."""

    card: dict[str, Any]
    sheets: Mapping[str, Image.Image] = field(default_factory=dict)

    def with_part(self, name: str, measured: Measured) -> "Evaluation":
        """This evaluation with one part measured, or measured anew."""
        part = measured.numbers
        if name in JUDGED:
            part = part | {"judge": self.card[JUDGED[name]]}
        card = {**self.card, name: part}
        return Evaluation(
            card={**card, "default": defaults(card)}, sheets={**self.sheets, **measured.sheets}
        )


def measure(
    snapshot: Snapshot,
    evaluation: Evaluation,
    *,
    evals: Path,
    parts: Sequence[str] = tuple(PARTS),
    threads: int = 2,
    note: Heard = lambda part, line: None,
) -> Iterator[Evaluation]:
    """`evaluation` with one more of `parts` each time; `note` hears what is being rendered.

    ValueError for an unknown part; FileNotFoundError when `evals` lacks the judge or a suite.
    """
    if not parts:
        return
    hears = [""]
    engine = open_engine(snapshot, threads)
    bench = Bench(snapshot, engine, evals, threads, lambda line: note(hears[0], line))
    for name in parts:
        hears[0] = name
        note(name, "")
        evaluation = evaluation.with_part(name, PARTS[name](bench))
        yield evaluation


def evaluate(
    snapshot: Snapshot,
    *,
    evals: Path,
    parts: Sequence[str] = tuple(PARTS),
    threads: int = 2,
) -> Evaluation:
    """A fresh card of `parts`, all at once."""
    empty = blank(snapshot, evals=evals, parts=parts, threads=threads)
    return [empty, *measure(snapshot, empty, evals=evals, parts=parts, threads=threads)][-1]


def blank(snapshot: Snapshot, *, evals: Path, parts: Sequence[str], threads: int) -> Evaluation:
    """The card's head: whose it is, and who judges. ValueError for an unknown part."""
    for part in parts:
        if part not in PARTS:
            raise ValueError(f"'{part}' is no part of the card; known: {', '.join(PARTS)}.")
    head = {
        "schema": SCHEMA,
        "snapshot": snapshot.id,
        "snapshot_digest": snapshot.digest,
        "pipeline_revision": snapshot.pipeline_revision,
        "threads": threads,
        "judge": _judge(evals / "judge", "judge.json", "judge.onnx"),
        "scene_judge": _judge(evals / "judge", "scenes.json", "finder.onnx", "namer.onnx"),
    }
    return Evaluation(card=head)


def _judge(folder: Path, data_card: str, *weights: str) -> dict[str, Any]:
    """Who judges: facts of the recogniser's data card, and the hash of its weights."""
    raw = json.loads(_read(folder / data_card))
    content = b"".join(_read(folder / name) for name in weights)
    facts = {fact: raw.get(fact) for fact in ("parameters", "samples", "held_out", "seed")}
    return facts | {"sha256": hashlib.sha256(content).hexdigest()}


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: point --evals at the repository's evals folder."
        )
    return path.read_bytes()


def onto(card: Mapping[str, Any], evaluation: Evaluation) -> Evaluation:
    """`evaluation`'s head over the parts that `card` already has.

    InvalidRequest when the card is another snapshot's: its parts would stand under a wrong name.
    """
    if card.get("snapshot_digest") != evaluation.card["snapshot_digest"]:
        raise InvalidRequest(
            f"This folder holds the card of {card.get('snapshot')}, in another state than"
            f" {evaluation.card['snapshot']} now: give -o another folder."
        )
    judged = {
        name: {"judge": card.get(judge, {}), **card[name]}
        for name, judge in JUDGED.items()
        if name in card
    }
    return Evaluation(card={**card, **judged, **evaluation.card}, sheets=evaluation.sheets)
