"""/v1/batches, as the clients use it."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from tests.contract.asking import FOUR, REQUEST, TWO, error_of, picture, value_of, wire, wire_json
from tests.contract.clients import Client
from tests.contract.conftest import Fields
from tests.contract.drawing import Drawings, sent

ROUTE = "POST /v1/batches"
GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"
BODY: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "an apple",
    "size": "816x816",
    "quality": "low",
}
OVER = ("completed", "failed", "expired", "cancelled")


def lines(bodies: Sequence[Mapping[str, Any]], url: str = GENERATIONS) -> bytes:
    rows = [
        {"custom_id": f"job-{i}", "method": "POST", "url": url, "body": body}
        for i, body in enumerate(bodies)
    ]
    return b"\n".join(json.dumps(row).encode() for row in rows)


def begin(client: Client, drawings: Drawings, data: bytes, **more: Any) -> Any:
    """A batch of these lines, as it was accepted."""
    path = drawings.text("lines.jsonl", data)
    file = value_of(client.call("files.create", file=sent(path), purpose="batch"))
    asked = {"endpoint": GENERATIONS, "completion_window": "24h", **more}
    return value_of(client.call("batches.create", input_file_id=file["id"], **asked))


def finish(client: Client, batch: Any) -> Any:
    """The same batch when it is over."""
    while batch["status"] not in OVER:
        time.sleep(0.05)
        batch = value_of(client.call("batches.retrieve", batch["id"]))
    return batch


def rows(client: Client, file_id: str) -> Iterator[Any]:
    for line in client.content("files.content", file_id).splitlines():
        yield json.loads(line)


@wire("W-701", "W-702")
@FOUR
def test_good_lines_and_bad_lines_end_in_two_files(
    client: Client, fields: Fields, drawings: Drawings
) -> None:
    data = lines([BODY, {**BODY, "n": 2}, {**BODY, "size": "100x100"}])
    batch = begin(client, drawings, data, metadata={"topic": "fruit"})
    assert batch["id"].startswith("batch_")
    assert (batch["object"], batch["metadata"]) == ("batch", {"topic": "fruit"})
    over = finish(client, batch)
    assert over["status"] == "completed"
    assert over["request_counts"] == {"total": 3, "completed": 2, "failed": 1}
    found = {row["custom_id"]: row["response"] for row in rows(client, over["output_file_id"])}
    assert found.keys() == {"job-0", "job-1"}
    assert [len(found[f"job-{i}"]["body"]["data"]) for i in range(2)] == [1, 2]
    assert {one["status_code"] for one in found.values()} == {200}
    assert all(one["request_id"].startswith("req_") for one in found.values())
    assert picture(found["job-0"]["body"]["data"][0]["b64_json"]).size == (816, 816)
    (bad,) = rows(client, over["error_file_id"])
    assert (bad["custom_id"], bad["response"]["status_code"]) == ("job-2", 400)
    assert bad["response"]["body"]["error"]["param"] == "size"
    assert over["usage"]["output_tokens"] == 3 * 171
    fields.honoured(ROUTE, "input_file_id", "its lines are carried out")
    fields.honoured(ROUTE, "endpoint", "`/v1/images/generations`, `/v1/images/edits`")
    fields.honoured(ROUTE, "completion_window", "`24h`")
    fields.honoured(ROUTE, "metadata", "is kept and told")


@wire("W-703")
@FOUR
def test_a_batch_of_edits_names_its_pictures(client: Client, drawings: Drawings) -> None:
    ref = {"image_url": drawings.data_url(drawings.photo())}
    body = {"model": "gpt-image-2", "prompt": "a hat", "quality": "low", "images": [ref]}
    over = finish(client, begin(client, drawings, lines([body], EDITS), endpoint=EDITS))
    (row,) = rows(client, over["output_file_id"])
    assert row["response"]["body"]["size"] == "96x64"


@wire("W-704")
@TWO
@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"not json", "invalid_json_line", 1),
        (lines([BODY], EDITS), "mismatched_url", 1),
        (lines([BODY]) + b"\n" + lines([BODY]), "duplicate_custom_id", 2),
        (lines([BODY, {**BODY, "model": "chatgpt-image-latest"}]), "mismatched_model", 2),
        (lines([{**BODY, "model": "dall-e-3"}]), "model_not_found", 1),
        (b"\n\n", "empty_file", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_fails_the_whole_batch(
    client: Client, drawings: Drawings, data: bytes, code: str, line: int | None
) -> None:
    over = finish(client, begin(client, drawings, data))
    assert over["status"] == "failed"
    fault = over["errors"]["data"][0]
    assert (fault["code"], fault["line"]) == (code, line)
    assert fault["message"]


@wire("W-705")
@TWO
def test_a_cancelled_batch_keeps_what_was_finished(client: Client, drawings: Drawings) -> None:
    batch = begin(client, drawings, lines([{**BODY, "quality": "high"}] * 12))
    stopped = value_of(client.call("batches.cancel", batch["id"]))
    assert stopped["status"] in ("cancelling", "cancelled")
    over = finish(client, stopped)
    assert over["status"] == "cancelled"
    told = list(rows(client, over["error_file_id"]))
    counts = over["request_counts"]
    assert len(told) + counts["completed"] == 12
    assert all(one["error"]["code"] == "batch_cancelled" for one in told)


@wire("W-706")
@FOUR
def test_batches_are_listed_newest_first(client: Client, drawings: Drawings) -> None:
    ids = [begin(client, drawings, b"not json")["id"] for _ in range(3)]
    listed = [one["id"] for one in client.every("batches.list", limit=2)]
    assert [one for one in listed if one in ids] == ids[::-1]


@wire("W-707")
@FOUR
def test_results_may_expire(client: Client, fields: Fields, drawings: Drawings) -> None:
    expiry = {"anchor": "created_at", "seconds": 3600}
    data = lines([{**BODY, "size": "no"}])
    over = finish(client, begin(client, drawings, data, output_expires_after=expiry))
    file = value_of(client.call("files.retrieve", over["error_file_id"]))
    assert file["expires_at"] == file["created_at"] + 3600
    assert file["purpose"] == "batch_output"
    fields.honoured(ROUTE, "output_expires_after", "when its files are forgotten")


@wire("W-708")
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("endpoint", "/v1/embeddings", "invalid_value"),
        ("completion_window", "1h", "invalid_value"),
        ("metadata", {"a": 1}, "invalid_type"),
        ("output_expires_after", {"anchor": "created_at", "seconds": 1}, "integer_below_min_value"),
        ("input_file_id", 7, "invalid_type"),
        ("model", "gpt-image-2", "unknown_parameter"),
    ],
)
def test_what_a_batch_cannot_be_is_refused(
    client: Client, fields: Fields, name: str, value: Any, code: str
) -> None:
    asked = {
        "input_file_id": "file-x",
        "endpoint": GENERATIONS,
        "completion_window": "24h",
        name: value,
    }
    answer = client.call("batches.create", **asked)
    found = error_of(answer, "BadRequestError")
    assert found[:2] == (REQUEST, code)
    assert str(found[2]).partition(".")[0] == name
    if name != "model":
        fields.refused(ROUTE, name, wire_json(value), answer)


@wire("W-709")
def test_a_batch_needs_a_file_of_its_purpose(
    client: Client, fields: Fields, drawings: Drawings
) -> None:
    file = value_of(client.call("files.create", file=sent(drawings.text()), purpose="user_data"))
    asked = {"endpoint": GENERATIONS, "completion_window": "24h"}
    answer = client.call("batches.create", input_file_id=file["id"], **asked)
    assert error_of(answer, "BadRequestError") == (REQUEST, "invalid_value", "input_file_id")
    fields.refused(ROUTE, "input_file_id", "a file for something else", answer)
    unknown = client.call("batches.create", input_file_id="file-x", **asked)
    assert error_of(unknown, "NotFoundError")[2] == "input_file_id"
    missing = client.call("batches.retrieve", "batch_x")
    assert error_of(missing, "NotFoundError")
