"""`sfumato keys`: a key is told once, and revoked for good."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sfumato.cli import app
from sfumato.store import Store


def run(home: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setenv("SFUMATO_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "200")
    result = CliRunner().invoke(app, ["keys", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_key_is_made_listed_and_revoked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = run(tmp_path, monkeypatch, "create", "ada", "--requests-per-minute", "5").strip()
    with Store.open(tmp_path) as store:
        key = store.keys.find(secret)
    assert key is not None
    assert (key.name, key.requests_per_minute, key.image_tokens_per_minute) == ("ada", 5, None)
    listed = run(tmp_path, monkeypatch, "list")
    assert "ada" in listed
    assert secret not in listed
    assert key.id in run(tmp_path, monkeypatch, "revoke", "ada")
    (row,) = json.loads(run(tmp_path, monkeypatch, "list", "--json"))
    assert row["revoked_at"] is not None
    with Store.open(tmp_path) as store:
        assert store.keys.find(secret) is None


def test_a_program_reads_it_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = json.loads(
        run(tmp_path, monkeypatch, "create", "bob", "--image-tokens-per-minute", "9", "--json")
    )
    assert made["key"].startswith("sk-sfumato-")
    assert (made["name"], made["image_tokens_per_minute"]) == ("bob", 9)


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", ""),
        ("create", "a\nb"),
        ("create", "x" * 129),
        ("create", "x", "--requests-per-minute", "0"),
        ("revoke", "nobody"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SFUMATO_HOME", str(tmp_path))
    result = CliRunner().invoke(app, ["keys", *arguments])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_setting_that_does_not_exist_stops_every_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SFUMATO_HOME", str(tmp_path))
    monkeypatch.setenv("SFUMATO_PROT", "80")
    result = CliRunner().invoke(app, ["keys", "list"])
    assert result.exit_code == 2
    assert "SFUMATO_PROT is no setting" in result.stderr
    assert "SFUMATO_PORT" in result.stderr
