"""What makes OpenAI's clients try again, and what keeps them from it, counted at a proxy."""

from collections.abc import Iterator

import pytest

from tests.contract.asking import SMALL, error_of, value_of, wire
from tests.contract.clients import SPEAKERS, Client, client_of
from tests.contract.counting import Counting, counting
from tests.contract.running import Running

BOTH = pytest.mark.parametrize("speaker", ["python-newest", "node-newest"])


@pytest.fixture
def proxy(extended: Running) -> Iterator[Counting]:
    with counting(extended.url) as proxy:
        yield proxy


@pytest.fixture
def told(proxy: Counting, speaker: str) -> Iterator[Client]:
    """A client that asks through the proxy and would try three times."""
    with client_of(SPEAKERS[speaker], proxy.url) as client:
        yield client.told(max_retries=2)


@wire("W-352")
@BOTH
def test_what_cannot_get_better_is_asked_once(told: Client, proxy: Counting) -> None:
    assert error_of(told.generate(**{**SMALL, "size": "1x1"}), "BadRequestError")
    assert error_of(told.generate(**{**SMALL, "model": "x"}), "NotFoundError")
    assert error_of(told.told(api_key="sk-sfumato-x").generate(**SMALL), "AuthenticationError")
    assert proxy.requests == 3


@wire("W-802")
@BOTH
def test_a_conflict_is_not_tried_again(told: Client, proxy: Counting, speaker: str) -> None:
    keyed = told.told(headers={"Idempotency-Key": f"retries of {speaker}"})
    value_of(keyed.generate(**SMALL))
    assert error_of(keyed.generate(**{**SMALL, "prompt": "a pear"}), "ConflictError")
    assert proxy.requests == 2


@wire("W-857")
@BOTH
def test_what_a_budget_can_never_pay_is_not_tried_again(
    told: Client, proxy: Counting, extended: Running
) -> None:
    small = told.told(api_key=extended.keys["small"])
    assert error_of(small.generate(**{**SMALL, "quality": "high"}), "RateLimitError")
    assert proxy.requests == 1


@wire("W-353")
@BOTH
def test_a_budget_that_fills_again_is_waited_for(
    told: Client, proxy: Counting, extended: Running, speaker: str
) -> None:
    quick = told.told(api_key=extended.keys[f"quick {speaker}"])
    answered = 0
    while proxy.requests == answered:  # faster than one in two seconds, until none is left
        value_of(quick.call("moderations.create", input="x"))
        answered += 1
    assert proxy.requests == answered + 1
