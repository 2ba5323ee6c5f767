"""Tells callers' servers what happened: signed, and tried again for three days, kill or not.

As Standard Webhooks and OpenAI have it: https://www.standardwebhooks.com. Addresses come from the
operator alone. No redirect is followed, no answer is read. Knows nothing about what is announced.
"""

import asyncio
import base64
import hmac
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx2

from sfumato.errors import InvalidRequest
from sfumato.store.webhooks import SECRET_PREFIX, Delivery
from sfumato.store.webhooks import Webhooks as KeptWebhooks

WAITS = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, *[21_600] * 11)  # seconds; 3 days in all
AT_ONCE = 16
TIMEOUT = 15.0
PAUSE = 30.0  # after a failure of this machine's own
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

log = logging.getLogger(__name__)


class Webhooks:
    """`async with Webhooks(store.webhooks) as webhooks: await webhooks.announce(…)`."""

    def __init__(self, kept: KeptWebhooks, *, waits: Sequence[float] = WAITS) -> None:
        self._kept = kept
        self._waits = waits
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._deliver())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def announce(self, caller: str, kind: str, data_id: str) -> None:
        """Keep the event for every address of the caller, and begin to send it."""
        await asyncio.to_thread(self._kept.announce, caller, kind, data_id)
        self.wake()

    def wake(self) -> None:
        """Something was announced."""
        self._news.set()

    async def _deliver(self) -> None:
        client = httpx2.AsyncClient(follow_redirects=False, timeout=TIMEOUT, trust_env=False)
        async with client:
            while True:
                try:
                    await self._round(client)
                except Exception:
                    log.exception("webhooks rest for %g s", PAUSE)
                    await asyncio.sleep(PAUSE)

    async def _round(self, client: httpx2.AsyncClient) -> None:
        self._news.clear()
        due = await asyncio.to_thread(self._kept.due, int(time.time()), AT_ONCE)
        if due:
            await asyncio.gather(*(self._try(client, delivery) for delivery in due))
            return
        following = await asyncio.to_thread(self._kept.next_due)
        seconds = None if following is None else max(0.0, following - time.time())
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()

    async def _try(self, client: httpx2.AsyncClient, delivery: Delivery) -> None:
        trouble = await _send(client, delivery)
        if trouble is None:
            await asyncio.to_thread(self._kept.delivered, delivery.id)
        elif delivery.attempts < len(self._waits):
            due_at = int(time.time() + self._waits[delivery.attempts])
            await asyncio.to_thread(self._kept.retry, delivery.id, due_at)
            log.info("event %s was not taken (%s)", delivery.id, trouble)
        else:
            await asyncio.to_thread(self._kept.delivered, delivery.id)
            log.warning("event %s is given up (%s)", delivery.id, trouble)


def signed_headers(delivery: Delivery, now: int) -> Mapping[str, str]:
    """The headers of one attempt: its time is in the signature, so each has its own."""
    key = base64.b64decode(delivery.secret.removeprefix(SECRET_PREFIX))
    told = f"{delivery.id}.{now}.{delivery.payload}".encode()
    signature = base64.b64encode(hmac.digest(key, told, "sha256")).decode()
    return {
        "content-type": "application/json",
        "user-agent": "Sfumato",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{signature}",
    }


def check_url(url: str) -> None:
    """InvalidRequest unless it is https, or this machine's own http."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    allowed = host and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
    if not allowed or parts.username is not None or parts.fragment or not url.isprintable():
        raise InvalidRequest(
            "Give an address that begins with https:// (http:// only for this machine), without a"
            " password or a '#'.",
            param="url",
        )


async def _send(client: httpx2.AsyncClient, delivery: Delivery) -> str | None:
    """None when somebody took it, else why not."""
    headers = signed_headers(delivery, int(time.time()))
    body = delivery.payload.encode()
    try:
        async with (
            asyncio.timeout(TIMEOUT),  # in all: the client's own is for each of its reads
            client.stream("POST", delivery.url, content=body, headers=headers) as reply,
        ):
            return None if reply.is_success else f"it answered {reply.status_code}"
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
        return f"{type(error).__name__}"
