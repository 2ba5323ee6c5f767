from itertools import islice
from pathlib import Path

import pytest

from sfumato.store import Store
from tests.jobs.scripts import start


@pytest.mark.parametrize("told", [1, 4])
def test_a_killed_server_loses_no_finished_picture_and_leaves_no_worker(
    tmp_path: Path, told: int
) -> None:
    with start("tests.jobs.server_to_kill", str(tmp_path)) as server:
        assert server.stdout is not None
        hashes = [line.strip() for line in islice(server.stdout, told)]
        server.kill()
        # Every worker holds the other end of this pipe: it ends when the last of them does.
        rest = server.stdout.read()
    hashes += [line for line in rest.split() if len(line) == 64]
    assert len(hashes) >= told
    with Store.open(tmp_path) as store:
        kept = store.pictures.list("local")
        assert {picture.sha256 for picture in kept} >= set(hashes)
        for picture in kept:
            assert len(store.pictures.read("local", picture.id)) == picture.bytes
