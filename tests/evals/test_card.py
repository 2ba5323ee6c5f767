"""The card: complete, repeatable, mergeable part by part, JSON, and readable by people."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console
from typer import Typer
from typer.testing import CliRunner

from sfumato.errors import InvalidRequest
from sfumato.evals.card import Evaluation, blank, evaluate, onto
from sfumato.evals.command import evaluate_snapshot
from sfumato.evals.page import page
from sfumato.evals.parts import JUDGED, PARTS
from sfumato.evals.report import read_sheets, tables, write
from sfumato.registry.snapshot import Snapshot
from tests.evals.cards import card as small_card

# What the fake engine can be asked for; the other parts are tested beside their own modules.
MEASURED = (
    *("nouns", "colours", "fidelity", "copying", "painting"),
    *("speed", "determinism", "sheet", "hundred"),
)


@pytest.fixture(scope="module")
def evaluation(snapshot: Snapshot, evals: Path) -> Evaluation:
    return evaluate(snapshot, evals=evals, threads=1, parts=MEASURED)


def run(*arguments: str) -> str:
    app = Typer()
    app.command()(evaluate_snapshot)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_card_has_every_part(evaluation: Evaluation, snapshot: Snapshot) -> None:
    card = json.loads(json.dumps(evaluation.card))
    assert card["schema"] == 2
    assert card["snapshot_digest"] == snapshot.digest
    assert set(MEASURED) <= set(card)
    for suite in ("nouns", "colours"):
        assert {"from_noise", "with_memory", "ceiling", "chance"} <= set(card[suite])
        assert "held_out" in card[suite]["ceiling"]
    for quality in snapshot.capabilities.qualities:
        assert {"t0", "steps", "painted_share"} <= set(card["painting"][quality])
        assert {"load_s", "first_s", "warm_s", "peak_mb"} <= set(card["speed"][quality])
        assert card["speed"][quality]["peak_mb"] > 10
    assert card["painting"]["low"]["t0"] == 0.4
    assert card["determinism"]["repeatable"] is True
    assert len({entry["sha256"] for entry in card["determinism"]["pixels"]}) == 4
    assert card["copying"]["credits"]["pictures"] == card["copying"]["pictures"] == 12
    assert set(evaluation.sheets) == {"sheet", "hundred", "nearest"}


def test_every_judged_part_says_who_judged_it(evaluation: Evaluation) -> None:
    for part in {*JUDGED} & {*MEASURED}:
        assert evaluation.card[part]["judge"] == evaluation.card[JUDGED[part]]
    assert len(evaluation.card["judge"]["sha256"]) == 64


def test_two_measurements_agree_on_everything_but_time(
    snapshot: Snapshot, evals: Path, evaluation: Evaluation
) -> None:
    parts = [part for part in MEASURED if part != "speed"]
    again = evaluate(snapshot, evals=evals, threads=1, parts=parts)
    first = {key: value for key, value in evaluation.card.items() if key != "speed"}
    assert again.card == first


def test_an_unknown_part_is_refused(snapshot: Snapshot, evals: Path) -> None:
    with pytest.raises(ValueError, match="'taste' is no part"):
        evaluate(snapshot, evals=evals, parts=["taste"])


def test_only_the_parts_asked_for_are_measured(snapshot: Snapshot, evals: Path) -> None:
    evaluation = evaluate(snapshot, evals=evals, parts=["determinism"])
    assert set(PARTS) & set(evaluation.card) == {"determinism"}
    assert evaluation.sheets == {}


def test_a_prompt_of_a_sheet_keeps_its_group_and_place(evaluation: Evaluation) -> None:
    facts = evaluation.card["hundred"]
    assert [prompt["group"] for prompt in facts["prompts"]] == ["animals", "things"]
    assert len(facts["places"]) == 2
    assert evaluation.sheets["hundred"].size == tuple(facts["size"])


def test_the_files_are_self_contained(evaluation: Evaluation, tmp_path: Path) -> None:
    paths = write(evaluation, tmp_path / "card")
    names = ["card.json", "card.html", "hundred.webp", "nearest.webp", "sheet.webp"]
    assert [path.name for path in paths] == names
    with Image.open(tmp_path / "card" / "sheet.webp") as sheet:
        assert sheet.format == "WEBP"
    html = (tmp_path / "card" / "card.html").read_text("utf-8")
    links = Links()
    links.feed(html)
    assert links.found == []
    assert html.count("url(") == html.count("url(data:image/webp;base64,") == 3
    assert "@import" not in html


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href")]


def test_words_of_a_card_cannot_become_markup(evaluation: Evaluation) -> None:
    hostile = "</span>'\"><script>"
    facts = evaluation.card["hundred"]
    prompts = [{**prompt, "prompt": hostile, "group": hostile} for prompt in facts["prompts"]]
    card = {**evaluation.card, "snapshot": hostile, "hundred": {**facts, "prompts": prompts}}
    text = page(card, {"hundred": b"x"})
    assert "<script" not in text
    assert "aria-label='</span>" not in text


def test_a_sheet_without_a_layout_is_shown_whole() -> None:
    assert "<img" in page(small_card(), {"sheet": b"x"})


def test_the_tables_name_the_bound_beside_the_scores(evaluation: Evaluation) -> None:
    console = Console(record=True, width=160)
    for table in tables(evaluation.card):
        console.print(table)
    text = console.export_text()
    for word in ("from noise", "with memory", "bound", "peak memory", "high", "same pixels", "yes"):
        assert word in text


def test_a_default_that_is_not_the_better_column_is_called_out() -> None:
    part = {"overall": {"from_noise": {"share": 0.9}, "with_memory": {"share": 0.4}}}
    empty = Evaluation(card=small_card())
    from sfumato.evals.parts import Measured

    card = empty.with_part("categories", Measured(numbers=part)).card
    assert "NOT THE BETTER ONE" in page(card, {})


def test_the_command_updates_one_part_and_keeps_the_others(
    snapshot: Snapshot, evals: Path, tmp_path: Path
) -> None:
    manifest = str(snapshot.folder / f"{snapshot.id}.json")
    rest = ("-o", str(tmp_path), "--evals", str(evals), "--threads", "1")
    run(manifest, "--suite", "nouns", "--suite", "sheet", *rest)
    first = json.loads((tmp_path / "card.json").read_text("utf-8"))
    first["nouns"]["from_noise"]["top1"] = "kept"
    (tmp_path / "card.json").write_text(json.dumps(first), "utf-8")
    told = run(manifest, "--suite", "determinism", *rest)
    card = json.loads((tmp_path / "card.json").read_text("utf-8"))
    assert set(card) & set(PARTS) == {"nouns", "sheet", "determinism"}
    assert card["nouns"]["from_noise"]["top1"] == "kept"
    assert read_sheets(tmp_path).keys() == {"sheet"}
    assert "determinism (1 of 1)" in told
    assert "an owl" in (tmp_path / "card.html").read_text("utf-8")


def test_the_command_compares_without_measuring(
    snapshot: Snapshot, evals: Path, tmp_path: Path
) -> None:
    manifest = str(snapshot.folder / f"{snapshot.id}.json")
    (tmp_path / "other.json").write_text(json.dumps(small_card()), "utf-8")
    rest = ("-o", str(tmp_path / "out"), "--evals", str(evals), "--threads", "1")
    run(manifest, "--suite", "nouns", *rest)
    told = run(manifest, "--measured", "--compare", str(tmp_path / "other.json"), *rest)
    assert "Compared, worst first" in told
    assert "80 nouns, from noise" in (tmp_path / "out" / "comparison.html").read_text("utf-8")


def test_the_folder_of_another_snapshot_is_left_alone(snapshot: Snapshot, evals: Path) -> None:
    fresh = blank(snapshot, evals=evals, parts=(), threads=1)
    with pytest.raises(InvalidRequest, match="card of gpt-image-2-2026-11-23"):
        onto(small_card(), fresh)


def test_parts_of_an_older_judge_keep_his_name(snapshot: Snapshot, evals: Path) -> None:
    fresh = blank(snapshot, evals=evals, parts=(), threads=1)
    old = {"snapshot_digest": snapshot.digest, "judge": {"samples": 1}, "nouns": {}, "speed": {}}
    card = onto(old, fresh).card
    assert card["nouns"]["judge"] == {"samples": 1}
    assert card["judge"] == fresh.card["judge"]
    assert card["speed"] == {}
