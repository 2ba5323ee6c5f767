"""Events that are sent to a server of the caller's, taken apart by OpenAI's clients."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any

import pytest

from sfumato.store import Store
from tests.contract.asking import SMALL, value_of, wire
from tests.contract.clients import SPEAKERS, Client
from tests.contract.drawing import Drawings, sent
from tests.contract.running import Running
from tests.contract.talking import respond

PATIENCE = 60  # seconds until an event has to be there


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What was sent to `url`: headers and body of each event."""

    url: str
    events: "Queue[tuple[dict[str, str], str]]" = field(default_factory=Queue)

    def next(self) -> tuple[dict[str, str], str]:
        return self.events.get(timeout=PATIENCE)


@contextmanager
def inbox() -> Iterator[Inbox]:
    """A server on this machine that takes every event."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        found = Inbox(url=f"http://127.0.0.1:{server.server_port}/events")

        class Take(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                found.events.put((dict(self.headers.items()), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        server.RequestHandlerClass = Take
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def register(server: Running, url: str) -> str:
    """Have the events of one key sent there, which no other test uses; the secret."""
    with Store.open(server.home) as store:
        for webhook in store.webhooks.list():
            store.webhooks.delete(webhook.id)
        return store.webhooks.create(store.keys.named("hook").id, url).secret


def unwrap(client: Client, headers: dict[str, str], body: str, secret: str) -> Any:
    asked = {"call": "webhooks.unwrap", "ids": [body, headers], "mode": "local"}
    return client.ask({**asked, "arguments": {"secret": secret}})


@wire("W-821", "W-822")
@pytest.mark.speakers(*SPEAKERS)
def test_a_finished_response_is_announced_and_signed(client: Client, server: Running) -> None:
    with inbox() as box:
        secret = register(server, box.url)
        hooked = client.told(api_key=server.keys["hook"])
        name = respond(hooked, "What can you do?", background=True)["id"]
        headers, body = box.next()
        event = value_of(unwrap(client, headers, body, secret))
        assert (event["type"], event["data"]) == ("response.completed", {"id": name})
        forged = unwrap(client, headers, body.replace(name, "resp_other"), secret)
        assert forged["raised"] == "InvalidWebhookSignatureError"


@wire("W-821")
@pytest.mark.speakers("python-newest", "python-newest-strict")
def test_batches_and_jobs_are_announced_too(
    client: Client, server: Running, drawings: Drawings, strict: bool
) -> None:
    with inbox() as box:
        secret = register(server, box.url)
        hooked = client.told(api_key=server.keys["hook"])
        lines = sent(drawings.text("lines.jsonl", b"not json"))
        file = value_of(hooked.call("files.create", file=lines, purpose="batch"))["id"]
        asked = {"endpoint": "/v1/images/generations", "completion_window": "24h"}
        batch = value_of(hooked.call("batches.create", input_file_id=file, **asked))["id"]
        event = value_of(unwrap(client, *box.next(), secret))
        assert (event["type"], event["data"]) == ("batch.failed", {"id": batch})
        if strict:
            return
        later = hooked.told(headers={"Prefer": "respond-async"}).generate(**SMALL)
        job = later["headers"]["location"].rpartition("/")[2]
        event = value_of(unwrap(client, *box.next(), secret))
        assert (event["type"], event["data"]) == ("sfumato.job.completed", {"id": job})
