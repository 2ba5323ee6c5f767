"""The blind test: neutral names, a key kept apart, honest counting."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sfumato.evals.blind import app, make_form, make_key, read_prompts, score_table, tally
from sfumato.registry.snapshot import Snapshot

PROMPTS = [
    {"text": "a red cat", "checklist": ["a cat", "red"]},
    {"text": "a dog", "checklist": ["a dog"]},
]
ANSWERS = "## 1\nSome animal, red, a cat perhaps.\n\n## 2\nA ball.\n"


@pytest.fixture
def key() -> dict[str, Any]:
    return make_key(PROMPTS, "some-snapshot")


def test_the_key_holds_every_prompt_once_under_a_neutral_name() -> None:
    prompts = read_prompts(Path(__file__).parents[2] / "evals" / "prompts.toml")
    pictures = make_key(prompts, "s")["pictures"]
    assert list(pictures) == [f"{i:02}" for i in range(1, 35)]
    asked = [picture["prompt"] for picture in pictures.values()]
    assert sorted(asked) == sorted(prompt["text"] for prompt in prompts)
    assert asked != [prompt["text"] for prompt in prompts]
    assert len({picture["seed"] for picture in pictures.values()}) == 34


def test_a_filled_form_is_counted(key: dict[str, Any]) -> None:
    form = make_form(ANSWERS, key)
    assert "> A ball." in form
    rows = {row.prompt: row for row in tally(form.replace("- [ ] a cat", "- [x] a cat"), key)}
    assert (rows["a red cat"].named, rows["a red cat"].covered) == (1, False)
    every = tally(form.replace("- [ ]", "- [x]"), key)
    assert all(row.covered for row in every)
    assert "**2 of 2** prompts covered; 3 of 3 lines named." in score_table(every)


def test_an_empty_form_covers_nothing(key: dict[str, Any]) -> None:
    assert not any(row.covered for row in tally(make_form(ANSWERS, key), key))


def test_a_picture_without_a_description_is_refused(key: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="No description of: 02"):
        make_form("## 1\nA cat.\n", key)


def test_a_changed_checklist_is_refused(key: dict[str, Any]) -> None:
    form = make_form(ANSWERS, key).replace("- [ ] red", "- [x] reddish")
    with pytest.raises(ValueError, match="not those of its checklist"):
        tally(form, key)


def test_a_picture_answered_twice_is_refused(key: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="twice"):
        make_form(ANSWERS + "## 01\nA dog.\n", key)


def test_rendering_writes_numbered_pictures_and_the_key_elsewhere(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    prompts = tmp_path / "prompts.toml"
    prompts.write_text('[[prompt]]\ntext = "a cat"\nchecklist = ["a cat"]\n', "utf-8")
    manifest = str(snapshot.folder / f"{snapshot.id}.json")
    out, key = tmp_path / "pictures", tmp_path / "key.json"
    arguments = ["render", manifest, "-o", str(out), "--prompts", str(prompts), "--size", "64"]
    done = CliRunner().invoke(app, [*arguments, "--key", str(key)])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in out.iterdir()) == ["01.png", "sheet.webp"]
    assert json.loads(key.read_text("utf-8"))["pictures"]["01"]["prompt"] == "a cat"
    beside = CliRunner().invoke(app, [*arguments, "--key", str(out / "key.json")])
    assert beside.exit_code != 0
