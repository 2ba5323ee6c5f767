"""`sfumato generate` against the fake engine, through the scheduler that the server uses."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence
from typer.testing import CliRunner, Result

from sfumato.cli import app
from sfumato.codec.credentials import open_credentials
from sfumato.codec.provenance import read_recipe
from sfumato.store import Store
from tests.cli.homes import SNAPSHOT, environment, sfumato, write_home

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line in a folder beside a fresh home."""
    monkeypatch.setenv("SFUMATO_HOME", str(write_home(tmp_path / "home")))
    monkeypatch.setenv("COLUMNS", "300")
    (tmp_path / "pictures").mkdir()
    monkeypatch.chdir(tmp_path / "pictures")
    return lambda *arguments: CliRunner().invoke(app, ["generate", *arguments])


def _asked(*more: str) -> tuple[str, ...]:
    return ("a red fox", "--model", SNAPSHOT, "--size", "64x32", *more)


def _files() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def test_a_prompt_becomes_a_file_with_its_recipe_inside(run: Run, tmp_path: Path) -> None:
    result = run(*_asked("-o", "fox.png", "--seed", "5", "--quality", "high"))
    assert result.exit_code == 0, result.output
    assert result.stdout == f"fox.png  64x32 png, seed 5, {SNAPSHOT}\n"
    data = Path("fox.png").read_bytes()
    recipe, signed_by_us = read_recipe(data, open_credentials(tmp_path / "home"))
    assert signed_by_us
    assert (recipe["prompt"], recipe["seed"], recipe["steps"]) == ("a red fox", 5, 6)
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (64, 32)


def test_the_picture_stands_in_the_history_of_this_home(run: Run, tmp_path: Path) -> None:
    run(*_asked("-o", "fox.png"))
    with Store.open(tmp_path / "home") as store:
        assert len(store.pictures.list("local")) == 1


def test_without_a_seed_one_is_drawn_and_told(run: Run) -> None:
    seeds = {run(*_asked("-o", "fox.png", "--force")).stdout.split("seed ")[1] for _ in range(2)}
    assert len(seeds) == 2


def test_several_pictures_are_numbered_and_differ(run: Run) -> None:
    result = run(*_asked("-o", "fox.webp", "-n", "3", "--seed", "7", "--json"))
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert [row["file"] for row in answer] == ["fox-1.webp", "fox-2.webp", "fox-3.webp"]
    assert [row["recipe"]["seed"] for row in answer] == [7, 8, 9]
    assert len({row["recipe"]["image_sha256"] for row in answer}) == 3
    assert _files() == ["fox-1.webp", "fox-2.webp", "fox-3.webp"]


def test_transparent_pictures_have_real_alpha(run: Run) -> None:
    assert run(*_asked("-o", "fox.png", "--background", "transparent")).exit_code == 0
    with Image.open("fox.png") as image:
        alpha = np.asarray(image)[:, :, 3]
    assert alpha.min() == 0
    assert alpha.max() == 255


def test_explain_shows_the_plan(run: Run) -> None:
    out = run(*_asked("-o", "fox.png", "--explain", "--memory", "off")).stdout
    assert "things     a red fox, middle centre" in out
    assert "unmatched  a, red, fox" in out
    assert "painting   4 steps from t0 = 1" in out


def test_words_that_were_not_matched_are_told_unasked(run: Run) -> None:
    out = run(*_asked("-o", "fox.png", "--memory", "off")).stdout
    assert "Words not matched: a, red, fox" in out


def test_a_gif_has_the_frames_and_the_pace_that_were_asked(run: Run) -> None:
    more = ("--frames", "4", "--frame-ms", "123", "--seed", "5", "--size", "64x64")
    result = run(*_asked("-o", "fox.gif", *more))
    assert result.exit_code == 0, result.output
    assert result.stdout == f"fox.gif  64x64 gif, seed 5, {SNAPSHOT}\n"
    with Image.open("fox.gif") as image:
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]
        assert image.size == (64, 64)
        assert image.info["duration"] == 120  # GIF knows hundredths of a second
    assert len({frame.tobytes() for frame in frames}) == 4


def test_the_format_can_be_asked_for_a_name_that_says_none(run: Run) -> None:
    assert run(*_asked("-o", "fox", "--format", "gif")).exit_code == 0
    assert Path("fox").read_bytes().startswith(b"GIF8")


def test_several_gifs_are_numbered(run: Run) -> None:
    assert (
        run(*_asked("-o", "fox.gif", "-n", "2", "--frames", "2", "--size", "64x64")).exit_code == 0
    )
    assert _files() == ["fox-1.gif", "fox-2.gif"]


def test_an_svg_is_a_drawing_with_its_recipe_inside(run: Run, tmp_path: Path) -> None:
    assert run(*_asked("-o", "fox.svg")).exit_code == 0
    data = Path("fox.svg").read_bytes()
    assert b"<path" in data
    recipe, signed_by_us = read_recipe(data, open_credentials(tmp_path / "home"))
    assert (recipe["output_format"], signed_by_us) == ("svg", True)


def test_a_negative_prompt_changes_the_picture_and_stands_in_its_recipe(run: Run) -> None:
    recipes = [
        json.loads(run(*_asked("-o", f"{i}.png", "--seed", "5", "--json", *more)).stdout)[0]
        for i, more in enumerate([(), ("-x", "trees"), ("--negative-prompt", "trees")])
    ]
    without, short, long = (row["recipe"] for row in recipes)
    assert "negative_prompt" not in without
    assert short["negative_prompt"] == "trees"
    assert short == long
    assert short["image_sha256"] != without["image_sha256"]


def test_a_file_is_never_overwritten_unasked(run: Run) -> None:
    Path("fox-2.png").write_bytes(b"mine")
    result = run(*_asked("-o", "fox.png", "--n", "2"))
    assert result.exit_code == 2
    assert "fox-2.png would be overwritten" in result.stderr
    assert "--force" in result.stderr
    assert _files() == ["fox-2.png"]
    assert Path("fox-2.png").read_bytes() == b"mine"


def test_with_force_it_is_overwritten(run: Run) -> None:
    Path("fox.png").write_bytes(b"mine")
    assert run(*_asked("-o", "fox.png", "--force")).exit_code == 0
    assert Path("fox.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "fox.png", "--size", "60x32"], ["--size", "multiples of 16"]),
        (["-o", "fox.png", "--size", "big"], ["--size", "WIDTHxHEIGHT"]),
        (["-o", "fox.png", "--quality", "best"], ["--quality", "best"]),
        (["-o", "fox.png", "--n", "11"], ["--n", "11"]),
        (["-o", "fox.png", "--n", "0"], ["--n", "0"]),
        (["-o", "fox.png", "--seed", "-1"], ["--seed", "-1"]),
        (["-o", "fox.png", "--memory", "maybe"], ["--memory", "maybe"]),
        (["-o", "fox.png", "--compression", "50"], ["--compression", "lossless"]),
        (["-o", "fox.jpg", "--background", "transparent"], ["--background", "jpeg"]),
        (["-o", "fox.jpg", "--format", "png"], ["--format is png", "jpeg"]),
        (["-o", "fox.tiff"], ["fox.tiff", "--format"]),
        (["-o", "fox.gif", "--frames", "17"], ["--frames", "17"]),
        (["-o", "fox.gif", "--frames", "1"], ["--frames", "1"]),
        (["-o", "fox.gif", "--frame-ms", "5"], ["--frame-ms", "5"]),
        (["-o", "fox.gif", "--size", "2048x2048"], ["--size", "sheet of 6144x6144"]),
        (["-o", "fox.gif", "--background", "transparent"], ["--background", "gif"]),
        (["-o", "fox.png", "--frames", "8"], ["--frames", "gif"]),
        (["-o", "fox.png", "--frame-ms", "200"], ["--frame-ms", "gif"]),
        (["-o", "fox.svg", "--n", "2"], ["--n", "svg"]),
        (["-o", "fox.svg", "--compression", "50"], ["--compression", "svg"]),
        (["-o", "fox.svg", "--format", "gif"], ["--format is gif", "svg"]),
        (["-o", "fox.png", "-x", "nude"], ["safety_violations=[sexual]"]),
        (["-o", "nowhere/fox.png"], ["nowhere", "does not exist"]),
        (["-o", "fox.png", "--model", "gpt-image"], ["family"]),
        (["-o", "fox.png", "--model", "fake-2026-11-2"], [SNAPSHOT]),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    run: Run, arguments: list[str], words: list[str]
) -> None:
    result = run(*_asked(*arguments))
    assert result.exit_code == 2
    assert all(word in result.stderr for word in words), result.stderr
    assert "Traceback" not in result.stderr
    assert _files() == []


def test_the_word_list_is_asked_and_its_strength_can_be_chosen(run: Run) -> None:
    asked = ("a nude statue", "--model", SNAPSHOT, "--size", "32x32", "-o", "statue.png")
    refused = run(*asked)
    assert refused.exit_code == 2
    assert "safety_violations=[sexual]" in refused.stderr
    assert "request ID" not in refused.stderr
    assert run(*asked, "--moderation", "low").exit_code == 0


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFUMATO_THREADS", "many")
    result = run(*_asked("-o", "fox.png"))
    assert result.exit_code == 2
    assert "SFUMATO_THREADS is 'many'" in result.stderr


def test_a_real_process_keeps_its_answer_and_its_complaints_apart(tmp_path: Path) -> None:
    home = write_home(tmp_path / "home")
    said = sfumato(home, "generate", *_asked("-o", "fox.png", "--json", "--seed", "1"))
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out)[0]["recipe"]["seed"] == 1
    again = sfumato(home, "generate", *_asked("-o", "fox.png"))
    assert (again.code, again.out) == (2, "")
    assert "would be overwritten" in again.err


def _heed_interrupts() -> None:
    """A shell that runs the tests in the background has its children ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_stops_the_work_and_leaves_no_file(tmp_path: Path) -> None:
    log = tmp_path / "steps"
    os.mkfifo(log)  # reading it waits for the first step
    recipe = {"step_log": str(log), "step_seconds": 0.2}
    home = write_home(tmp_path / "home", recipe=recipe)
    (tmp_path / "pictures").mkdir()
    command = [sys.executable, "-m", "sfumato", "generate", *_asked("-o", "fox.png")]
    with (
        subprocess.Popen(
            [*command, "--n", "10"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path / "pictures",
            env=environment(home),
            preexec_fn=_heed_interrupts,
        ) as process,
        log.open() as steps,
    ):
        assert steps.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "Stopped.\n")
    assert list((tmp_path / "pictures").iterdir()) == []
