"""One small memory for all planner tests of a run."""

from collections.abc import Iterator

import pytest

from sfumato.native.memory import Memory
from tests.native.shelf import open_shelf


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    memory = open_shelf(tmp_path_factory.mktemp("shelf"))
    yield memory
    memory.close()
