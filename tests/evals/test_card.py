"""The card: complete, repeatable, JSON, and readable by people."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console
from typer.testing import CliRunner

from sfumato.evals.card import PARTS, Evaluation, evaluate
from sfumato.evals.command import evaluate_snapshot
from sfumato.evals.report import page, tables, write
from sfumato.registry.snapshot import Snapshot


@pytest.fixture(scope="module")
def evaluation(snapshot: Snapshot, evals: Path) -> Evaluation:
    return evaluate(snapshot, evals=evals, threads=1)


def test_a_card_has_every_part(evaluation: Evaluation, snapshot: Snapshot) -> None:
    card = json.loads(json.dumps(evaluation.card))
    assert card["schema"] == 1
    assert card["snapshot_digest"] == snapshot.digest
    for suite in ("nouns", "colours"):
        assert {"from_noise", "with_memory", "ceiling", "chance"} <= set(card[suite])
        assert "held_out" in card[suite]["ceiling"]
    for quality in snapshot.capabilities.qualities:
        assert {"t0", "steps", "painted_share"} <= set(card["painting"][quality])
        assert {"load_s", "first_s", "warm_s", "peak_mb"} == set(card["speed"][quality])
        assert card["speed"][quality]["peak_mb"] > 10
    assert card["painting"]["low"]["t0"] == 0.4
    assert card["determinism"]["repeatable"] is True
    assert len({entry["sha256"] for entry in card["determinism"]["pixels"]}) == 4
    assert evaluation.sheet is not None


def test_two_measurements_agree_on_everything_but_time(
    snapshot: Snapshot, evals: Path, evaluation: Evaluation
) -> None:
    again = evaluate(snapshot, evals=evals, threads=1, parts=[p for p in PARTS if p != "speed"])
    first = {key: value for key, value in evaluation.card.items() if key != "speed"}
    assert again.card == first


def test_an_unknown_part_is_refused(snapshot: Snapshot, evals: Path) -> None:
    with pytest.raises(ValueError, match="'taste' is no part"):
        evaluate(snapshot, evals=evals, parts=["taste"])


def test_only_the_parts_asked_for_are_measured(snapshot: Snapshot, evals: Path) -> None:
    evaluation = evaluate(snapshot, evals=evals, parts=["determinism"])
    assert not set(PARTS) - {"determinism"} & set(evaluation.card)
    assert evaluation.sheet is None


def test_the_files_are_self_contained(evaluation: Evaluation, tmp_path: Path) -> None:
    paths = write(evaluation, tmp_path / "card")
    assert [path.name for path in paths] == ["card.json", "card.html", "sheet.webp"]
    with Image.open(tmp_path / "card" / "sheet.webp") as sheet:
        assert sheet.format == "WEBP"
    links = Links()
    links.feed((tmp_path / "card" / "card.html").read_text("utf-8"))
    assert len(links.found) == 1
    assert links.found[0].startswith("data:image/webp;base64,")


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href")]


def test_words_of_a_card_cannot_become_markup(evaluation: Evaluation) -> None:
    card = {**evaluation.card, "snapshot": "<script>"}
    assert "<script>" not in page(card, None)


def test_the_table_names_the_ceiling_beside_the_scores(evaluation: Evaluation) -> None:
    console = Console(record=True, width=120)
    for table in tables(evaluation.card):
        console.print(table)
    text = console.export_text()
    for word in ("from noise", "with memory", "ceiling", "painted", "peak MB", "same pixels"):
        assert word in text


def test_the_command_writes_the_card(snapshot: Snapshot, evals: Path, tmp_path: Path) -> None:
    from typer import Typer

    app = Typer()
    app.command()(evaluate_snapshot)
    manifest = snapshot.folder / f"{snapshot.id}.json"
    arguments = [str(manifest), "--suite", "nouns", "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*arguments, "--evals", str(evals), "--threads", "1"])
    assert done.exit_code == 0, done.output
    card = json.loads((tmp_path / "out" / "card.json").read_text("utf-8"))
    assert set(card) & set(PARTS) == {"nouns"}
