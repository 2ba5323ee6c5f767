from pathlib import Path

from tests.jobs.scripts import start


def test_a_full_disk_is_told_leaves_nothing_damaged_and_may_get_room_again(tmp_path: Path) -> None:
    with start("tests.jobs.server_on_full_disk", str(tmp_path)) as server:
        assert server.stdout is not None
        said = server.stdout.read()
    assert server.returncode == 0, said
