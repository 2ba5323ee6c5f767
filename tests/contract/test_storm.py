"""The small variant of fuzz/api.py: whatever is asked, nothing but a refusal comes back."""

import subprocess
import sys
from pathlib import Path

FUZZ = Path(__file__).parents[2] / "fuzz" / "api.py"


def test_nothing_that_is_asked_brings_the_server_down() -> None:
    done = subprocess.run(
        [sys.executable, str(FUZZ), "--minutes", "0.15"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "server alive: True" in done.stdout
