from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from sfumato.errors import SnapshotDamaged
from sfumato.registry.catalogue import CatalogueError
from sfumato.store import Store
from tests.api.home import FAKE, fake_snapshot, make_home, write_snapshot

PATH = "/v1/images/generations"
SMALL = {"prompt": "an apple", "size": "816x816", "quality": "low"}
LATER = "gpt-image-2-2026-02-02"


def served_by(client: TestClient, model: str | None) -> str:
    reply = client.post(PATH, json={**SMALL, "model": model})
    name: str = reply.headers["x-sfumato-snapshot"]
    return name


def test_a_release_and_a_promotion_take_effect_with_the_next_request(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        assert client.post(PATH, json={**SMALL, "model": LATER}).status_code == 404
        write_snapshot(settings.root / "snapshots", fake_snapshot(LATER))
        assert served_by(client, LATER) == LATER
        assert served_by(client, None) == FAKE
        with Store.open(settings.root) as another:  # as another process would
            another.aliases.bind("chatgpt-image-latest", LATER)
        assert served_by(client, "chatgpt-image-latest") == served_by(client, None) == LATER
        assert served_by(client, "gpt-image-2") == FAKE


def test_names_stay_where_they_were_moved_after_a_restart(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    for _ in range(2):
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
            found = client.get("/v1/models/gpt-image-2").json()["sfumato"]["snapshot"]
            assert found == FAKE


def test_the_line_that_a_404_gives_makes_the_id_answer(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    row = f'versions = [{{id = "gpt-image-1.5", snapshot = "{FAKE}"}}]\n'
    (tmp_path / "catalogue.toml").write_text(row, "utf-8")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        assert served_by(client, "gpt-image-1.5") == FAKE
        assert client.get("/v1/models/gpt-image-1.5").json()["owned_by"] == "sfumato"


def test_a_name_that_points_at_nothing_stops_the_start_in_words(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    with Store.open(settings.root) as store:
        store.aliases.bind("chatgpt-image-latest", "gone-1")
    with (
        pytest.raises(SnapshotDamaged, match="'gone-1', which is not installed"),
        TestClient(create_app(settings)),
    ):
        pass


def test_a_catalogue_that_contradicts_itself_stops_the_start(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    (tmp_path / "catalogue.toml").write_text('versions = [{id = "gpt-image-2"}]\n', "utf-8")
    with pytest.raises(CatalogueError, match="versions"):
        create_app(settings)
