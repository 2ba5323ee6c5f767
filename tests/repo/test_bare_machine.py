"""What a stranger does first: clone, `make run`, look. Installs for real, so it is slow."""

import json
import os
import re
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.repo.project import ROOT, project_files

pytestmark = pytest.mark.slow

PNG = "iVBORw0KGgo"  # base64 of a PNG's first bytes
UNWANTED = ("torch", "diffusers", "transformers", "pytest")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The files of the project, and nothing else that lies beside them."""
    for path in project_files():
        target = tmp_path / "clone" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target)
    return tmp_path / "clone"


@contextmanager
def make_run(clone: Path) -> Iterator[tuple[str, str]]:
    """Run it until its address is printed; give the address and all that was printed before."""
    home = {"HOME": str(clone.parent), "SFUMATO_HOME": str(clone.parent / "home")}
    kept = {name: os.environ[name] for name in os.environ if name.startswith(("PATH", "PIP_"))}
    server = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env={**kept, **home, "SFUMATO_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with server:
        try:
            assert server.stdout is not None
            printed = ""
            for line in server.stdout:
                printed += line
                if address := re.search(r"http://[\w.:]+", line):
                    yield address[0], printed
                    break
            else:
                raise AssertionError(printed)
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def test_make_run_serves_a_page_that_makes_pictures_without_torch(clone: Path) -> None:
    with make_run(clone) as (address, printed):
        assert len(re.findall("http://", printed)) == 1
        with urllib.request.urlopen(address) as page:
            assert b"Sfumato" in page.read()
        body = json.dumps({"prompt": "a red apple", "quality": "low"}).encode()
        request = urllib.request.Request(
            f"{address}/v1/images/generations", body, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            assert json.load(answer)["data"][0]["b64_json"].startswith(PNG)
    installed = {path.name.partition("-")[0] for path in clone.glob(".venv/lib/*/site-packages/*")}
    assert not installed & set(UNWANTED)
