"""Two cards side by side: worst first, marked, across schemas, and honest about judges."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from sfumato.evals.compare import comparison, comparison_page, comparison_table, read_card
from sfumato.registry.snapshot import Snapshot, attach_card
from tests.evals.cards import JUDGE, card, first_schema

ROOT = Path(__file__).parents[2]


def test_the_worst_change_comes_first_and_the_best_last() -> None:
    changes = comparison(card(), first_schema())
    assert [c.gain for c in changes] == sorted(c.gain for c in changes)
    verdicts = {change.name: change.verdict for change in changes}
    assert verdicts == {
        "peak memory, low": "worse",
        "80 nouns, with memory": "worse",
        "first picture, low": "same",
        "80 nouns, from noise": "better",
        "warm picture, low": "better",
    }


def test_a_change_of_the_opposite_direction_is_the_opposite_verdict() -> None:
    here, there = comparison(card(), first_schema()), comparison(first_schema(), card())
    turned = {"better": "worse", "worse": "better", "same": "same"}
    assert {c.name: c.verdict for c in there} == {c.name: turned[c.verdict] for c in here}


def test_what_is_neither_good_nor_bad_gets_no_verdict() -> None:
    other = card(painting={"low": {"painted_share": 0.9}})
    (change,) = (c for c in comparison(card(), other) if c.name.startswith("painted"))
    assert change.verdict == "other"


def test_numbers_of_two_judges_are_marked() -> None:
    changes = {c.name: c.same_judge for c in comparison(card(), first_schema())}
    assert not changes["80 nouns, from noise"]
    assert changes["warm picture, low"]
    retrained = card(judge=JUDGE | {"sha256": "b" * 64})
    del retrained["nouns"]["judge"]
    found = [c.same_judge for c in comparison(card(), retrained) if c.name.startswith("80")]
    assert found == [False, False]
    assert all(change.same_judge for change in comparison(card(), card()))


def test_the_table_and_the_page_say_both_numbers_and_the_difference() -> None:
    cards = card(), first_schema()
    changes = comparison(*cards)
    console = Console(record=True, width=160)
    console.print(comparison_table(*cards, changes))
    page = comparison_page(cards, ({}, {}), changes)
    for text in (console.export_text(), page):
        for word in ("25.0%", "10.0%", "+15.0 points", "▲ better", "▼ worse", "≠ judge", "-50%"):
            assert word in text
    assert "2 worse, 1 the same, 2 better" in page


def test_words_of_a_card_cannot_become_markup() -> None:
    cards = card(snapshot="<script>"), first_schema()
    assert "<script>" not in comparison_page(cards, ({}, {}), comparison(*cards))


def test_sheets_of_both_stand_side_by_side() -> None:
    cards = card(), first_schema()
    page = comparison_page(cards, ({"sheet": b"one"}, {"sheet": b"two"}), [])
    assert page.count("data:image/webp;base64,") == 2


def test_a_card_is_found_as_a_file_in_a_manifest_or_by_id(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    folder = tmp_path / "snapshots"
    folder.mkdir()
    manifest = snapshot.folder / f"{snapshot.id}.json"
    (folder / manifest.name).write_bytes(manifest.read_bytes())
    copy = read_snapshot_in(folder, snapshot.id)
    with pytest.raises(ValueError, match="has no card"):
        read_card(snapshot.id, folder)
    attach_card(copy, card())
    (tmp_path / "card.json").write_text(json.dumps(card()), "utf-8")
    (tmp_path / "sheet.webp").write_bytes(b"sheet")
    by_id, by_path = read_card(snapshot.id, folder), read_card(str(folder / manifest.name), folder)
    by_file = read_card(str(tmp_path / "card.json"), folder)
    assert by_id.card == by_path.card == by_file.card == card()
    assert by_file.sheets == {"sheet": b"sheet"}
    with pytest.raises(FileNotFoundError, match="'nobody' is no file and no snapshot"):
        read_card("nobody", folder)


def read_snapshot_in(folder: Path, name: str) -> Snapshot:
    from sfumato.registry.snapshot import read_snapshot

    return read_snapshot(folder / f"{name}.json")


def test_the_card_of_the_first_snapshot_compares() -> None:
    first = read_card(str(ROOT / "docs/cards/gpt-image-2-2026-11-22/card.json"), ROOT)
    names = {change.name for change in comparison(first.card, first.card)}
    assert {"80 nouns, from noise", "8 colours, with memory", "warm picture, high"} <= names
    assert "sheet" in first.sheets
