import base64
import hashlib
import io
import json
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.api.routes.batching import GENERATIONS, begin, ended, line, rows, run, upload
from tests.api.shape import error_of

PATH = "/v1/batches"
EDITS = "/v1/images/edits"


def picture(size: int = 64) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (size, size), "teal").save(held, "PNG")
    return held.getvalue()


def data_url(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def test_a_batch_ends_with_a_picture_for_each_good_line_and_a_reason_for_each_bad_one(
    client: TestClient,
) -> None:
    bad = {
        "size": line("size", size="17x17"),
        "unknown": line("unknown", colour="red"),
        "missing": line("missing", prompt=...),
        "stream": line("stream", stream=True),
        "link": line("link", response_format="url"),
        "n": line("n", n=11),
        "gore": line("gore", prompt="graphic gore with severed heads"),
    }
    good = [line("one", seed=5), line("two", n=2, output_format="webp", user="u_1")]
    batch = run(client, [*good, *bad.values()], metadata={"project": "pears"})
    assert batch["status"] == "completed"
    assert batch["request_counts"] == {"total": 9, "completed": 2, "failed": 7}
    assert batch["metadata"] == {"project": "pears"}
    assert batch["endpoint"] == GENERATIONS
    assert batch["created_at"] <= batch["in_progress_at"] <= batch["finalizing_at"]
    assert batch["finalizing_at"] <= batch["completed_at"]
    assert abs(batch["expires_at"] - batch["created_at"] - 86_400) <= 1

    made = rows(client, batch["output_file_id"])
    assert made.keys() == {"one", "two"}
    assert [made[one]["response"]["status_code"] for one in made] == [200, 200]
    assert made["one"]["error"] is None
    assert made["one"]["id"].startswith("batch_req_")
    assert made["one"]["response"]["request_id"].startswith("req_")
    body = made["two"]["response"]["body"]
    assert (body["size"], body["quality"], body["output_format"]) == ("816x816", "low", "webp")
    assert body["safety_identifier"] == "u_1"
    assert len({one["b64_json"] for one in body["data"]}) == 2
    shown = Image.open(io.BytesIO(base64.b64decode(body["data"][1]["b64_json"])))
    assert (shown.format, shown.size) == ("WEBP", (816, 816))

    told = rows(client, batch["error_file_id"])
    assert told.keys() == bad.keys()
    params = {one: told[one]["response"]["body"]["error"]["param"] for one in told}
    assert params == {
        "size": "size",
        "unknown": "colour",
        "missing": "prompt",
        "stream": "stream",
        "link": "response_format",
        "n": "n",
        "gore": None,
    }
    assert told["gore"]["error"]["code"] == "moderation_blocked"
    for row in told.values():
        error = row["response"]["body"]["error"]
        assert row["response"]["status_code"] == 400
        assert row["error"] == {"code": error["code"], "message": error["message"]}
    spent = [row["response"]["body"]["usage"]["output_tokens"] for row in made.values()]
    assert batch["usage"]["output_tokens"] == sum(spent) > 0


def test_a_line_gives_the_very_picture_that_the_route_gives(client: TestClient) -> None:
    asked = line("same", seed=77)
    batch = run(client, [asked])
    body = rows(client, batch["output_file_id"])["same"]["response"]["body"]
    reply = client.post(GENERATIONS, json=asked["body"])
    assert body["sfumato"]["image_sha256"] == [reply.headers["x-sfumato-image-sha256"]]
    assert body["sfumato"]["seeds"] == [77]
    assert body["usage"] == reply.json()["usage"]


def test_the_files_of_a_batch_are_files_of_the_caller(client: TestClient) -> None:
    expiry = {"anchor": "created_at", "seconds": 3600}
    batch = run(client, [line("a"), line("b", size="1x1")], output_expires_after=expiry)
    for file_id, name in ((batch["output_file_id"], "output"), (batch["error_file_id"], "error")):
        file = client.get(f"/v1/files/{file_id}").json()
        assert file["purpose"] == "batch_output"
        assert file["filename"] == f"{batch['id']}_{name}.jsonl"
        assert abs(file["expires_at"] - file["created_at"] - 3600) <= 1
    lasting = run(client, [line("a")])
    assert lasting["error_file_id"] is None
    assert "expires_at" not in client.get(f"/v1/files/{lasting['output_file_id']}").json()


def test_edits_are_made_from_kept_files_and_data_urls_with_a_mask(client: TestClient) -> None:
    form = {"purpose": "vision"}
    desk = client.post("/v1/files", data=form, files={"file": ("desk.png", picture(816))}).json()
    hole = Image.new("RGBA", (816, 816), (0, 0, 0, 255))
    hole.paste((0, 0, 0, 0), (200, 200, 400, 400))
    held = io.BytesIO()
    hole.save(held, "PNG")
    mask = {"image_url": data_url(held.getvalue())}
    ref = {"file_id": desk["id"]}
    lines = [
        line("kept", EDITS, images=[ref], mask=mask, size="816x816", output_format="png"),
        line("sent", EDITS, images=[{"image_url": data_url(picture())}]),
        line("none", EDITS, images=[{"file_id": "file-none"}]),
        line("torn", EDITS, images=[{"image_url": data_url(picture()[:40])}]),
    ]
    batch = run(client, lines, url=EDITS)
    assert batch["request_counts"] == {"total": 4, "completed": 2, "failed": 2}
    made = rows(client, batch["output_file_id"])
    data = base64.b64decode(made["kept"]["response"]["body"]["data"][0]["b64_json"])
    pixels = Image.open(io.BytesIO(data)).convert("RGB")
    assert pixels.getpixel((10, 10)) == (0, 128, 128)
    assert pixels.getpixel((300, 300)) != (0, 128, 128)
    assert made["sent"]["response"]["body"]["usage"]["input_tokens_details"]["image_tokens"] > 0
    told = rows(client, batch["error_file_id"])
    assert told["none"]["response"]["body"]["error"]["param"] == "images[0].file_id"
    assert told["torn"]["response"]["status_code"] == 400


@pytest.mark.parametrize(
    ("row", "code", "number", "param"),
    [
        (b"{not json}", "invalid_json_line", 2, None),
        (b"[1]", "invalid_json_line", 2, None),
        (b"\xff\xfe", "invalid_json_line", 2, None),
        (b'{"custom_id": "b", "custom_id": "c"}', "invalid_json_line", 2, None),
        (line("a"), "duplicate_custom_id", 2, "custom_id"),
        ({**line("b"), "url": EDITS}, "mismatched_url", 2, "url"),
        ({**line("b"), "method": "GET"}, "invalid_method", 2, "method"),
        ({**line("b"), "custom_id": None}, "missing_required_parameter", 2, "custom_id"),
        ({**line("b"), "custom_id": 7}, "invalid_type", 2, "custom_id"),
        ({**line("b"), "custom_id": ""}, "invalid_value", 2, "custom_id"),
        ({**line("b"), "custom_id": "\ud800"}, "invalid_value", 2, "custom_id"),
        ({**line("b"), "body": "a pear"}, "invalid_type", 2, "body"),
        ({**line("b"), "priority": 1}, "unknown_parameter", 2, "priority"),
        ({**line("b"), "\ud800": 1}, "unknown_parameter", 2, "?"),
        (line("b", model="gpt-image-2"), "mismatched_model", 2, "body.model"),
    ],
)
def test_a_line_that_is_no_request_of_the_batch_fails_it(
    client: TestClient, row: Any, code: str, number: int, param: str | None
) -> None:
    text = row if isinstance(row, bytes) else json.dumps(row).encode()
    first = json.dumps(line("a")).encode()
    batch = run(client, first + b"\n" + text + b"\n")
    assert batch["status"] == "failed"
    assert batch["failed_at"] >= batch["created_at"]
    assert batch["errors"]["object"] == "list"
    [error] = batch["errors"]["data"]
    assert (error["code"], error["line"], error["param"]) == (code, number, param)
    assert error["message"]
    assert (batch["output_file_id"], batch["error_file_id"]) == (None, None)
    assert batch["request_counts"] == {"total": 0, "completed": 0, "failed": 0}


def test_an_unknown_model_fails_the_batch(client: TestClient) -> None:
    batch = run(client, [line("a", model="dall-e-9")])
    [error] = batch["errors"]["data"]
    assert (error["code"], error["line"], error["param"]) == ("model_not_found", 1, "body.model")
    assert batch["model"] is None


def test_a_file_without_requests_fails_the_batch(client: TestClient) -> None:
    for text in (b"", b"\n \n\r\n"):
        [error] = run(client, text)["errors"]["data"]
        assert (error["code"], error["line"]) == ("empty_file", None)


def test_blank_lines_and_a_byte_order_mark_are_no_requests(client: TestClient) -> None:
    text = "\ufeff" + json.dumps(line("a", model="gpt-image-2")) + "\r\n\r\n"
    batch = run(client, text.encode() + json.dumps(line("b", model="gpt-image-2")).encode())
    assert batch["request_counts"] == {"total": 2, "completed": 2, "failed": 0}
    assert batch["model"] == "gpt-image-2"


def test_too_long_a_line_and_too_many_of_them_fail_the_batch(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sfumato.api.batch.input.LONGEST_LINE", 300)
    batch = run(client, [line("a"), line("b", prompt="long " * 200), line("c")])
    assert [(e["code"], e["line"]) for e in batch["errors"]["data"]] == [("line_too_long", 2)]
    monkeypatch.setattr("sfumato.api.batch.input.MOST_LINES", 2)
    batch = run(client, [line("a"), line("b"), line("c")])
    assert [(e["code"], e["line"]) for e in batch["errors"]["data"]] == [("too_many_lines", 3)]


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"endpoint": "/v1/embeddings"}, "endpoint", "invalid_value"),
        ({"endpoint": 7}, "endpoint", "invalid_type"),
        ({"completion_window": "1h"}, "completion_window", "invalid_value"),
        ({"completion_window": ...}, "completion_window", "missing_required_parameter"),
        ({"input_file_id": ...}, "input_file_id", "missing_required_parameter"),
        ({"priority": 1}, "priority", "unknown_parameter"),
        ({"input_file_id": "\ud800"}, "input_file_id", "invalid_value"),
        ({"endpoint": "\ud800"}, "endpoint", "invalid_value"),
        ({"\ud800": 1}, "?", "unknown_parameter"),
        ({"metadata": {"a": 1}}, "metadata.a", "invalid_type"),
        ({"metadata": {str(i): "x" for i in range(17)}}, "metadata", "invalid_value"),
        (
            {"output_expires_after": {"anchor": "created_at", "seconds": 60}},
            "output_expires_after.seconds",
            "integer_below_min_value",
        ),
        (
            {"output_expires_after": {"anchor": "now", "seconds": 3600}},
            "output_expires_after.anchor",
            "invalid_value",
        ),
        (
            {"output_expires_after": {"anchor": "created_at"}},
            "output_expires_after.seconds",
            "missing_required_parameter",
        ),
        (
            {"output_expires_after": {"anchor": "created_at", "seconds": 3600, "x": 1}},
            "output_expires_after.x",
            "unknown_parameter",
        ),
    ],
)
def test_a_field_that_is_wrong_is_refused_by_name(
    client: TestClient, change: dict[str, Any], param: str, code: str
) -> None:
    asked = {
        "input_file_id": "file-none",
        "endpoint": GENERATIONS,
        "completion_window": "24h",
        **change,
    }
    body = {name: value for name, value in asked.items() if value is not ...}
    text = {"content": json.dumps(body), "headers": {"content-type": "application/json"}}
    error = error_of(client.post(PATH, **text), 400)  # type: ignore[arg-type]  # of both kinds
    assert (error["param"], error["code"]) == (param, code)


def test_the_input_must_be_there_and_meant_for_a_batch(client: TestClient) -> None:
    asked = {"input_file_id": "file-none", "endpoint": GENERATIONS, "completion_window": "24h"}
    assert error_of(client.post(PATH, json=asked), 404)["param"] == "input_file_id"
    other = upload(client, [line("a")], purpose="user_data")
    reply = client.post(PATH, json={**asked, "input_file_id": other})
    assert error_of(reply, 400)["param"] == "input_file_id"


def test_batches_are_listed_newest_first_with_a_cursor(client: TestClient) -> None:
    ids = [begin(client, [line("a")]).json()["id"] for _ in range(3)][::-1]
    first = client.get(PATH, params={"limit": 2}).json()
    assert [one["id"] for one in first["data"]] == ids[:2]
    assert (first["first_id"], first["last_id"], first["has_more"]) == (*ids[:2], True)
    second = client.get(PATH, params={"limit": 1, "after": ids[1]}).json()
    assert [one["id"] for one in second["data"]] == ids[2:]
    for one in ids:
        ended(client, one)
    assert {one["status"] for one in client.get(PATH).json()["data"]} <= {"completed", "failed"}
    for query, param in (("limit=101", "limit"), ("order=asc", "order"), ("limit=0", "limit")):
        assert error_of(client.get(f"{PATH}?{query}"), 400)["param"] == param
    assert error_of(client.get(f"{PATH}?after=batch_none"), 404)["param"] == "id"


def test_a_batch_that_is_asked_for_again_by_its_key_is_the_same(client: TestClient) -> None:
    file_id = upload(client, [line("a")])
    asked = {"input_file_id": file_id, "endpoint": GENERATIONS, "completion_window": "24h"}
    key = {"idempotency-key": "one-batch"}
    first = client.post(PATH, json=asked, headers=key).json()["id"]
    ended(client, first)
    second = client.post(PATH, json=asked, headers=key)
    assert (second.json()["id"], second.json()["status"]) == (first, "completed")
    other = client.post(PATH, json={**asked, "metadata": {"a": "b"}}, headers=key)
    assert error_of(other, 409)
    assert other.headers["x-should-retry"] == "false"


def test_an_unknown_batch_is_404(client: TestClient) -> None:
    assert error_of(client.get(f"{PATH}/batch_none"), 404)["param"] == "id"
    assert error_of(client.post(f"{PATH}/batch_none/cancel"), 404)["param"] == "id"


def test_strict_mode_hides_the_extension_and_refuses_its_fields(strict_client: TestClient) -> None:
    batch = run(strict_client, [line("plain"), line("seeded", seed=1)])
    made = rows(strict_client, batch["output_file_id"])
    assert made.keys() == {"plain"}
    assert "sfumato" not in made["plain"]["response"]["body"]
    told = rows(strict_client, batch["error_file_id"])["seeded"]
    assert told["response"]["body"]["error"]["code"] == "unknown_parameter"


def test_the_pictures_of_a_batch_are_in_the_history(client: TestClient) -> None:
    batch = run(client, [line("seen", prompt="a lighthouse of a batch")])
    newest = client.get("/v1/sfumato/pictures", params={"limit": 1}).json()["data"][0]
    assert newest["prompt"] == "a lighthouse of a batch"
    body = rows(client, batch["output_file_id"])["seen"]["response"]["body"]
    file = client.get(newest["url"]).content
    sent = base64.b64decode(body["data"][0]["b64_json"])
    assert hashlib.sha256(sent).digest() == hashlib.sha256(file).digest()
