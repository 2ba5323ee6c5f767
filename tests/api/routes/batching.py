"""What the tests of batches ask of a server, over any client that speaks like httpx."""

import json
import time
from collections.abc import Sequence
from typing import Any

from httpx2 import Client, Response

GENERATIONS = "/v1/images/generations"
SMALLEST = {"size": "816x816", "quality": "low"}
OVER = ("completed", "failed", "expired", "cancelled")


def line(custom_id: str, url: str = GENERATIONS, **body: Any) -> dict[str, Any]:
    """A request for a small picture."""
    asked = {"prompt": f"a pear, {custom_id}", **SMALLEST, **body}
    body = {name: value for name, value in asked.items() if value is not ...}
    return {"custom_id": custom_id, "method": "POST", "url": url, "body": body}


def upload(client: Client, lines: "Sequence[dict[str, Any]] | bytes", **form: str) -> str:
    """The id of an input file."""
    data = lines
    if not isinstance(lines, bytes):
        data = "".join(json.dumps(one) + "\n" for one in lines).encode()
    given = {"purpose": "batch", **form}
    reply = client.post("/v1/files", data=given, files={"file": ("lines.jsonl", data)})  # type: ignore[dict-item]  # bytes by now
    assert reply.status_code == 200, reply.text
    file_id: str = reply.json()["id"]
    return file_id


def begin(
    client: Client, lines: "Sequence[dict[str, Any]] | bytes", url: str = GENERATIONS, **more: Any
) -> Response:
    """POST /v1/batches over a new file."""
    asked = {
        "input_file_id": upload(client, lines),
        "endpoint": url,
        "completion_window": "24h",
        **more,
    }
    return client.post("/v1/batches", json=asked)


def ended(client: Client, batch_id: str, seconds: float = 60) -> dict[str, Any]:
    """The batch once it is over."""
    for _ in range(int(seconds / 0.05)):
        reply = client.get(f"/v1/batches/{batch_id}")
        assert reply.status_code == 200, reply.text
        batch: dict[str, Any] = reply.json()
        if batch["status"] in OVER:
            return batch
        time.sleep(0.05)
    raise AssertionError(f"the batch is still {batch['status']}: {batch['request_counts']}")


def run(client: Client, lines: "Sequence[dict[str, Any]] | bytes", **more: Any) -> dict[str, Any]:
    """A batch from its beginning to its end."""
    reply = begin(client, lines, **more)
    assert reply.status_code == 200, reply.text
    return ended(client, reply.json()["id"])


def rows(client: Client, file_id: str | None) -> dict[str, dict[str, Any]]:
    """The lines of an output or error file, by custom_id."""
    if file_id is None:
        return {}
    text = client.get(f"/v1/files/{file_id}/content").text
    found = [json.loads(row) for row in text.splitlines()]
    by_id = {row["custom_id"]: row for row in found}
    assert len(by_id) == len(found)
    return by_id
