"""What clients see when a process that works for the server ends in the middle of a picture."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.contract.asking import SMALL, error_of, first, wire
from tests.contract.clients import SPEAKERS, client_of
from tests.contract.running import Running, running


@pytest.fixture(scope="module")
def breaking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose workers are killed while they work."""
    with running(tmp_path_factory.mktemp("breaking"), step_seconds=0.2) as server:
        yield server


@contextmanager
def interrupted(server: Running, seed: int) -> Iterator[None]:
    """The workers are killed once, when the first step of that picture was computed."""

    def interrupt() -> None:
        while not server.steps(seed):
            time.sleep(0.01)
        server.kill_workers()

    killer = threading.Thread(target=interrupt)
    killer.start()
    yield
    killer.join()


@wire("W-312")
@pytest.mark.parametrize("speaker", ["python-newest", "node-newest"])
def test_what_goes_wrong_after_the_first_byte_is_raised(breaking: Running, speaker: str) -> None:
    seed = list(SPEAKERS).index(speaker)
    with interrupted(breaking, seed), client_of(SPEAKERS[speaker], breaking.url) as client:
        answer = client.generate(**SMALL, stream=True, seed=seed)
    assert answer["raised"] == "APIError"
    assert (answer["error_type"], answer["code"]) == ("server_error", "server_error")
    assert answer["value"] == []


@wire("W-354")
@pytest.mark.parametrize("speaker", ["node-newest"])
def test_what_broke_is_worth_another_try(breaking: Running, speaker: str) -> None:
    seed = 100 + list(SPEAKERS).index(speaker)
    with client_of(SPEAKERS[speaker], breaking.url) as client:
        with interrupted(breaking, seed):
            answer = client.generate(**SMALL, seed=seed)
        assert error_of(answer, "InternalServerError") == ("server_error", "server_error", None)
        assert answer["headers"]["x-should-retry"] == "true"
        assert first(client.generate(**SMALL, seed=seed)).size == (816, 816)
