import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import openai
import pytest

from sfumato.errors import InvalidRequest, NotFound
from sfumato.jobs.webhooks import WAITS, Webhooks, check_url
from sfumato.store import Store


@dataclass(slots=True, kw_only=True)
class Receiver:
    """Somebody's server: answers with `answers` one after the other, the last one for ever."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def receiver(*answers: int) -> Iterator[Receiver]:
    place = Receiver(answers=list(answers) or [200])

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            place.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status = place.answers.pop(0) if len(place.answers) > 1 else place.answers[0]
            self.send_response(status)
            self.send_header("location", f"{place.url}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    place.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield place
    finally:
        server.shutdown()
        server.server_close()


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


def test_openais_client_takes_an_event_and_a_stranger_cannot_make_one(tmp_path: Path) -> None:
    async def scenario(place: Receiver) -> str:
        with Store.open(tmp_path) as store:
            made = store.webhooks.create("ada", place.url)
            store.webhooks.create("bob", place.url)
            async with Webhooks(store.webhooks) as webhooks:
                await webhooks.announce("ada", "batch.completed", "batch_1")
                await until(lambda: store.webhooks.next_due() is None)
            return made.secret

    with receiver() as place:
        secret = asyncio.run(scenario(place))
    ((headers, body),) = place.got  # bob's address heard nothing
    client = openai.OpenAI(api_key="unused")
    event = client.webhooks.unwrap(body, headers, secret=secret)
    assert (event.type, event.object) == ("batch.completed", "event")
    assert event.data.id == "batch_1"  # type: ignore[union-attr]  # of all kinds of events
    assert event.id == headers["webhook-id"]
    assert json.loads(body).keys() == {"id", "object", "type", "created_at", "data"}
    for forged in (body.replace(b"batch_1", b"batch_2"), body + b" "):
        with pytest.raises(openai.InvalidWebhookSignatureError):
            client.webhooks.unwrap(forged, headers, secret=secret)


def test_what_nobody_takes_is_tried_again_under_the_same_id(tmp_path: Path) -> None:
    async def scenario(place: Receiver) -> None:
        with Store.open(tmp_path) as store:
            store.webhooks.create("ada", place.url)
            async with Webhooks(store.webhooks, waits=(0, 0, 0)) as webhooks:
                await webhooks.announce("ada", "response.completed", "resp_1")
                await until(lambda: store.webhooks.next_due() is None)

    with receiver(500, 302, 204) as place:  # a redirect is followed by nobody
        asyncio.run(scenario(place))
    assert len(place.got) == 3
    assert len({headers["webhook-id"] for headers, _ in place.got}) == 1
    assert len({body for _, body in place.got}) == 1


def test_it_is_given_up_in_the_end(tmp_path: Path) -> None:
    async def scenario(place: Receiver) -> None:
        with Store.open(tmp_path) as store:
            store.webhooks.create("ada", place.url)
            async with Webhooks(store.webhooks, waits=(0,)) as webhooks:
                await webhooks.announce("ada", "response.failed", "resp_1")
                await until(lambda: store.webhooks.next_due() is None)

    with receiver(500) as place:
        asyncio.run(scenario(place))
    assert len(place.got) == 2


def test_an_undelivered_event_outlives_the_server(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        webhook = store.webhooks.create("ada", "http://127.0.0.1:9")
        store.webhooks.announce("ada", "sfumato.job.completed", "job_1")  # and it was killed
        (due,) = store.webhooks.due(2**40, 9)
    assert (due.attempts, due.secret) == (0, webhook.secret)

    async def scenario() -> None:
        with Store.open(tmp_path) as store:
            async with Webhooks(store.webhooks, waits=(3600,)):
                await until(lambda: store.webhooks.due(2**40, 9)[0].attempts == 1)
            (later,) = store.webhooks.due(2**40, 9)
            assert later.due_at >= due.due_at + 3590
            store.webhooks.delete(webhook.id)
            assert store.webhooks.next_due() is None
            with pytest.raises(NotFound):
                store.webhooks.delete(webhook.id)

    asyncio.run(scenario())


def test_waits_grow_for_about_three_days() -> None:
    assert list(WAITS) == sorted(WAITS)
    assert 72 * 3600 <= sum(WAITS) <= 75 * 3600


@pytest.mark.parametrize(
    "url", ["https://a.example/hook?x=1", "http://127.0.0.1:9", "http://[::1]/"]
)
def test_an_address_may_be_https_or_this_machine(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/",
        "ftp://a.example",
        "https://",
        "a.example",
        "https://ada:pass@a.example/",
        "https://a.example/#x",
        "https://a.example:port/",
        "https://a.example/\n",
        "",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidRequest, match="https://"):
        check_url(url)
