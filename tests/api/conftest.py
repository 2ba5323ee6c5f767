from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from tests.api.home import fake_snapshot, make_home


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root: Path = tmp_path_factory.mktemp("home")
    settings = make_home(root, fake_snapshot())
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture(scope="session")
def strict_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root: Path = tmp_path_factory.mktemp("strict")
    settings = make_home(root, fake_snapshot(), strict=True)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client
