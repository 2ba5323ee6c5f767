from collections.abc import Iterator

import pytest

from tests.contract.clients import INTERPRETERS, Client, client_of
from tests.contract.running import Running, running


@pytest.fixture(scope="session", params=["newest", "a-year-ago", "newest-strict"])
def setting(request: pytest.FixtureRequest) -> str:
    """Which client speaks, and whether the server refuses extensions."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def server(setting: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp(setting), strict=setting.endswith("strict")) as server:
        yield server


@pytest.fixture(scope="session")
def client(setting: str, server: Running) -> Iterator[Client]:
    interpreter = INTERPRETERS[setting.removesuffix("-strict")]
    if not interpreter.exists():
        pytest.skip(f"{interpreter.parents[1].name} is missing; `make test` makes it")
    with client_of(interpreter, server.url) as client:
        yield client


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose steps take a while, with room for one request that waits."""
    with running(tmp_path_factory.mktemp("slow"), step_seconds=0.1, queue_size=1) as server:
        yield server
