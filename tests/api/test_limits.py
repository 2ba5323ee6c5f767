import pytest

from sfumato.api.caller import LOCAL, Caller
from sfumato.api.limits import Limits, duration
from sfumato.errors import RateLimited

ADA = Caller(id="ada", requests_per_minute=2, image_tokens_per_minute=600)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_requests_beyond_the_budget_are_refused_until_one_comes_back() -> None:
    clock = Clock()
    limits = Limits(clock)
    limits.count(ADA)
    limits.count(ADA)
    with pytest.raises(RateLimited) as refusal:
        limits.count(ADA)
    assert refusal.value.headers == {"retry-after": "30", "retry-after-ms": "30000"}
    assert refusal.value.envelope()["error"]["type"] == "requests"
    clock.now += 30
    limits.count(ADA)


def test_tokens_are_reserved_and_given_back() -> None:
    clock = Clock()
    limits = Limits(clock)
    limits.reserve(ADA, 500)
    for attempt in (limits.check, limits.reserve):
        with pytest.raises(RateLimited, match="left 100, requested 200") as refusal:
            attempt(ADA, 200)
        assert refusal.value.retry_after == 10  # a hundred tokens at ten a second
    limits.give_back(ADA, 500)
    limits.reserve(ADA, 600)
    limits.give_back(ADA, 600)
    limits.give_back(ADA, 600)
    assert limits.headers(ADA)["x-ratelimit-remaining-tokens"] == "600"


def test_what_no_budget_will_ever_pay_is_not_retried() -> None:
    with pytest.raises(RateLimited, match="too large") as refusal:
        Limits().check(ADA, 601)
    assert refusal.value.headers == {"x-should-retry": "false"}
    assert refusal.value.envelope()["error"]["type"] == "tokens"


def test_callers_do_not_share_budgets_and_some_have_none() -> None:
    limits = Limits(Clock())
    for caller in (ADA, Caller(id="bob", requests_per_minute=1), LOCAL, LOCAL, LOCAL):
        limits.count(caller)
    assert limits.headers(LOCAL) == {}
    assert limits.headers(ADA) == {
        "x-ratelimit-limit-requests": "2",
        "x-ratelimit-remaining-requests": "1",
        "x-ratelimit-reset-requests": "30s",
        "x-ratelimit-limit-tokens": "600",
        "x-ratelimit-remaining-tokens": "600",
        "x-ratelimit-reset-tokens": "0ms",
    }


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.12, "120ms"), (58.891, "58.891s"), (360, "6m0s"), (0, "0ms"), (1, "1s"), (61.5, "1m1.5s")],
)
def test_durations_are_written_as_openai_writes_them(seconds: float, told: str) -> None:
    assert duration(seconds) == told
