"""`sfumato webhooks`: an address of the operator's, whose secret is told once."""

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sfumato.cli import app
from sfumato.store import Store


def run(home: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setenv("SFUMATO_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner().invoke(app, list(arguments))


def test_an_address_is_made_listed_and_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, monkeypatch, "keys", "create", "ada")
    url = "https://ada.example/hook"
    secret = run(tmp_path, monkeypatch, "webhooks", "create", url, "--key", "ada").stdout.strip()
    assert secret.startswith("whsec_")
    with Store.open(tmp_path) as store:
        (kept,) = store.webhooks.list()
        assert (kept.secret, kept.caller) == (secret, store.keys.named("ada").id)
    listed = run(tmp_path, monkeypatch, "webhooks", "list", "--json").stdout
    assert json.loads(listed) == [{"id": kept.id, "key": "ada", "url": url}]
    assert secret not in run(tmp_path, monkeypatch, "webhooks", "list").stdout
    assert run(tmp_path, monkeypatch, "webhooks", "delete", kept.id).exit_code == 0
    assert json.loads(run(tmp_path, monkeypatch, "webhooks", "list", "--json").stdout) == []


def test_without_a_key_it_is_this_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = run(tmp_path, monkeypatch, "webhooks", "create", "http://127.0.0.1:9", "--json").stdout
    assert json.loads(made).keys() == {"id", "url", "secret"}
    with Store.open(tmp_path) as store:
        assert [one.caller for one in store.webhooks.list()] == ["local"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "http://a.example"),
        ("create", "https://a.example", "--key", "nobody"),
        ("delete", "wh_0"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    result = run(tmp_path, monkeypatch, "webhooks", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_nobody_else_reads_what_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch, "webhooks", "create", "https://a.example")
    for file in tmp_path.glob("sfumato.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
