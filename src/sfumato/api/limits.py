"""The budgets of keys: requests and image tokens per minute, refilled steadily.

They live in memory: a restart fills them. Knows nothing about HTTP or how keys are told.
"""

import time
from collections.abc import Callable, Mapping
from math import ceil

from sfumato.api.caller import Caller
from sfumato.errors import RateLimited

MINUTE = 60.0


class Limits:
    """`count` a request, `check` and `reserve` image tokens, tell the `headers` of an answer."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def count(self, caller: Caller) -> None:
        """One request; RateLimited when the caller has none left."""
        bucket = self._bucket(caller, "requests", caller.requests_per_minute)
        if bucket is not None:
            self._refuse_beyond(bucket, 1, "requests")
            bucket.take(1)

    def check(self, caller: Caller, tokens: int) -> None:
        """RateLimited when `tokens` could not be reserved now. Takes none."""
        bucket = self._bucket(caller, "tokens", caller.image_tokens_per_minute)
        if bucket is not None:
            self._refuse_beyond(bucket, tokens, "tokens")

    def reserve(self, caller: Caller, tokens: int) -> None:
        """Take `tokens`; RateLimited, with none taken, when they are not there."""
        self.check(caller, tokens)
        bucket = self._bucket(caller, "tokens", caller.image_tokens_per_minute)
        if bucket is not None:
            bucket.take(tokens)

    def give_back(self, caller: Caller, tokens: int) -> None:
        """Return what was reserved and not used."""
        bucket = self._bucket(caller, "tokens", caller.image_tokens_per_minute)
        if bucket is not None:
            bucket.take(-tokens)

    def headers(self, caller: Caller) -> Mapping[str, str]:
        """`x-ratelimit-*` of the budgets that the caller has."""
        told: dict[str, str] = {}
        budgets = {
            "requests": caller.requests_per_minute,
            "tokens": caller.image_tokens_per_minute,
        }
        for kind, budget in budgets.items():
            if (bucket := self._bucket(caller, kind, budget)) is not None:
                told[f"x-ratelimit-limit-{kind}"] = str(budget)
                told[f"x-ratelimit-remaining-{kind}"] = str(int(bucket.level()))
                told[f"x-ratelimit-reset-{kind}"] = duration(bucket.seconds_until_full())
        return told

    def _bucket(self, caller: Caller, kind: str, budget: int | None) -> "_Bucket | None":
        if budget is None:
            return None
        bucket = self._buckets.get((caller.id, kind))
        if bucket is None or bucket.budget != budget:
            bucket = self._buckets[caller.id, kind] = _Bucket(budget, self._clock)
        return bucket

    def _refuse_beyond(self, bucket: "_Bucket", amount: int, kind: str) -> None:
        left = int(bucket.level())
        if amount <= left:
            return
        what = "requests" if kind == "requests" else "image tokens"
        asked = f"limit {bucket.budget}, left {max(left, 0)}, requested {amount}"
        if amount > bucket.budget:
            raise RateLimited(
                f"Request too large for this key's {what} per minute: {asked}. Ask for fewer,"
                " smaller or lower-quality pictures.",
                retry_after=None,
                kind=kind,
            )
        seconds = max(1, ceil(bucket.seconds_until(amount)))
        raise RateLimited(
            f"Rate limit reached for this key's {what} per minute: {asked}. Try again in"
            f" {seconds} s.",
            retry_after=seconds,
            kind=kind,
        )


def duration(seconds: float) -> str:
    """As OpenAI writes it: `120ms`, `58.891s`, `6m0s`."""
    milliseconds = ceil(seconds * 1000)
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, rest = divmod(milliseconds, 60_000)
    told = f"{rest / 1000:g}s"
    return f"{minutes}m{told}" if minutes else told


class _Bucket:
    """Holds at most `budget`, of which a sixtieth comes back every second."""

    def __init__(self, budget: int, clock: Callable[[], float]) -> None:
        self.budget = budget
        self._clock = clock
        self._level = float(budget)
        self._at = clock()

    def level(self) -> float:
        now = self._clock()
        self._level = min(self.budget, self._level + (now - self._at) * self.budget / MINUTE)
        self._at = now
        return self._level

    def take(self, amount: int) -> None:
        self._level = min(self.budget, self.level() - amount)

    def seconds_until(self, amount: int) -> float:
        return max(0.0, (amount - self.level()) * MINUTE / self.budget)

    def seconds_until_full(self) -> float:
        return self.seconds_until(self.budget)
