"""A home has one server."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sfumato.errors import ServerError
from sfumato.store.only_server import only_server

HOLD = """
import sys, time
from pathlib import Path
from sfumato.store.only_server import only_server
with only_server(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_server_is_refused_and_the_next_one_is_not(tmp_path: Path) -> None:
    with (
        only_server(tmp_path),
        pytest.raises(ServerError, match="SFUMATO_HOME"),
        only_server(tmp_path, patience_seconds=0),
    ):
        pass
    with only_server(tmp_path, patience_seconds=0):
        pass


def test_a_kill_gives_the_home_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ServerError), only_server(tmp_path, patience_seconds=0):
            pass
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    with only_server(tmp_path, patience_seconds=0):
        pass
