"""The command line itself: quick to import, complete in its help, never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sfumato.cli import app
from sfumato.cli.speech import humane
from tests.cli.homes import SNAPSHOT, environment, sfumato, write_home

COMMANDS = ("serve", "generate", "models", "replay", "train", "eval")
HEAVY = ("torch", "onnxruntime", "fastapi", "numpy", "PIL", "sqlalchemy", "c2pa")


def test_help_names_every_command(tmp_path: Path) -> None:
    said = sfumato(tmp_path, "--help")
    assert said.code == 0
    assert all(command in said.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_loads_nothing_heavy(tmp_path: Path, command: str) -> None:
    code = (
        "import sys, runpy\n"
        f"sys.argv = ['sfumato', {command!r}, '--help']\n"
        "try:\n    runpy.run_module('sfumato', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env=environment(tmp_path),
    )
    assert done.stderr.strip() == ""


def test_without_a_command_the_help_is_shown() -> None:
    assert "generate" in CliRunner().invoke(app, []).output


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, "sfumato 0.1.0\n")


def test_models_lists_each_name_with_its_snapshot_and_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SFUMATO_HOME", str(write_home(tmp_path / "home", serves=True)))
    result = CliRunner().invoke(app, ["models", "--json"])
    assert result.exit_code == 0, result.output
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert rows["gpt-image"]["snapshot"] == ""
    assert "not a model" in rows["gpt-image"]["why"]
    assert rows["gpt-image-2"]["kind"] == "version"
    assert rows["chatgpt-image-latest"]["kind"] == "alias"
    assert rows["ChatGPT Images 2.0"]["kind"] == "label"
    assert rows[SNAPSHOT]["kind"] == "snapshot"
    named = ("gpt-image-2", "chatgpt-image-latest", "ChatGPT Images 2.0", SNAPSHOT)
    assert {rows[name]["snapshot"] for name in named} == {SNAPSHOT}


def test_models_prints_a_table_and_says_what_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = write_home(tmp_path / "home", serves=True)
    (home / "snapshots" / f"{SNAPSHOT}.json").unlink()
    monkeypatch.setenv("SFUMATO_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "300")
    out = CliRunner().invoke(app, ["models"]).stdout
    assert out.splitlines()[0].split() == ["name", "kind", "snapshot", "why"]
    assert "not installed here" in out


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyError("x"), 2, "bug in Sfumato"),
        (ModuleNotFoundError("no", name="torch"), 2, "pip install 'sfumato[train]'"),
        (FileNotFoundError("No snapshot 'x'."), 2, "No snapshot 'x'.\n"),
        (PermissionError(13, "Permission denied", "/a/file"), 2, "Permission denied (/a/file)"),
        (KeyboardInterrupt(), 130, "Stopped."),
    ],
)
def test_a_failure_becomes_a_paragraph_and_an_exit_code(
    error: BaseException, code: int, words: str
) -> None:
    single = typer.Typer(pretty_exceptions_enable=False)

    @single.command()
    @humane
    def fail() -> None:
        raise error

    result = CliRunner().invoke(single, [])
    assert result.exit_code == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr
