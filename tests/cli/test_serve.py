"""`sfumato serve` as a process: one URL, a clean end, and refusals in words."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from sfumato.cli import app
from tests.cli.homes import SNAPSHOT, environment, write_home


def test_it_tells_its_url_and_each_resolution_and_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    home = write_home(tmp_path / "home", serves=True)
    command = [sys.executable, "-m", "sfumato", "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(home)
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        with urlopen(f"{url}/v1/models/gpt-image-2", timeout=60) as answer:
            told = json.load(answer)
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=60)
    assert url.startswith("http://127.0.0.1:")
    assert told["sfumato"]["snapshot"] == SNAPSHOT
    assert (server.returncode, out) == (0, "Stopped.\n")
    assert err.splitlines() == [  # which name answers as what, each time that it is asked
        f"INFO:     chatgpt-image-latest is a moving alias; it points at {SNAPSHOT}.",
        f"INFO:     gpt-image-2 is a version; its default snapshot is {SNAPSHOT}.",
    ]


def _refused(home: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setenv("SFUMATO_HOME", str(home))
    result = CliRunner().invoke(app, ["serve", *arguments])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def test_a_taken_port_is_named_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = write_home(tmp_path / "home", serves=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = _refused(home, monkeypatch, "--port", port)
    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert "--port 0" in said


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_an_address_that_others_can_reach_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    assert host in _refused(write_home(tmp_path / "home"), monkeypatch, "--host", host)


def test_a_missing_default_snapshot_is_told_before_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = write_home(tmp_path / "home", serves=True)
    (home / "snapshots" / f"{SNAPSHOT}.json").unlink()
    said = _refused(home, monkeypatch, "--port", "0")
    assert SNAPSHOT in said
    assert "not installed" in said
