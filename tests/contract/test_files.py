"""/v1/files, as the clients use it."""

from typing import Any

import pytest

from tests.contract.asking import FOUR, REQUEST, TWO, error_of, value_of, wire, wire_json
from tests.contract.clients import Client
from tests.contract.conftest import Fields
from tests.contract.drawing import Drawings, sent

ROUTE = "POST /v1/files"
UNKNOWN = "file-00000000000000000000000000000000"


def upload(client: Client, file: Any, purpose: str = "vision", **more: Any) -> Any:
    return value_of(client.call("files.create", file=file, purpose=purpose, **more))


@wire("W-601", "W-602")
@FOUR
def test_a_file_comes_back_as_it_was_sent(
    client: Client, fields: Fields, drawings: Drawings
) -> None:
    path = drawings.photo("desk.png")
    kept = upload(client, sent(path))
    assert kept["id"].startswith("file-")
    shown = {name: kept[name] for name in ("object", "filename", "purpose", "status", "bytes")}
    assert shown == {
        "object": "file",
        "filename": "desk.png",
        "purpose": "vision",
        "status": "processed",
        "bytes": path.stat().st_size,
    }
    assert client.content("files.content", kept["id"]) == path.read_bytes()
    assert value_of(client.call("files.retrieve", kept["id"])) == kept
    fields.honoured(ROUTE, "file", "is kept, and comes back as it was sent")


@wire("W-603")
@FOUR
def test_a_deleted_file_is_gone(client: Client, drawings: Drawings) -> None:
    kept = upload(client, sent(drawings.photo()))
    gone = value_of(client.call("files.delete", kept["id"]))
    assert gone == {"id": kept["id"], "object": "file", "deleted": True}
    for call in ("files.retrieve", "files.delete"):
        assert error_of(client.call(call, kept["id"]), "NotFoundError")[0] == REQUEST


@wire("W-604")
@FOUR
def test_files_are_listed_by_purpose_and_page_by_page(
    client: Client, fields: Fields, drawings: Drawings
) -> None:
    note = sent(drawings.text())
    ids = [upload(client, note, "user_data")["id"] for _ in range(3)]
    other = upload(client, sent(drawings.photo()))["id"]
    listed = [one["id"] for one in client.every("files.list", limit=2, purpose="user_data")]
    assert [one for one in listed if one in ids] == ids[::-1]
    assert other not in listed
    upward = [one["id"] for one in client.every("files.list", order="asc", purpose="user_data")]
    assert upward == listed[::-1]
    page = value_of(client.call("files.list", limit=1, purpose="user_data"))
    assert (page["object"], page["has_more"], len(page["data"])) == ("list", True, 1)
    fields.honoured(ROUTE, "purpose", "what it may be used for, and what lists are sorted by")


@wire("W-605")
@FOUR
def test_a_file_may_expire(client: Client, fields: Fields, drawings: Drawings) -> None:
    expiry = {"anchor": "created_at", "seconds": 3600}
    kept = upload(client, sent(drawings.photo()), expires_after=expiry)
    assert kept["expires_at"] == kept["created_at"] + 3600
    fields.honoured(ROUTE, "expires_after", "when it is forgotten")


@wire("W-606")
@pytest.mark.parametrize(
    ("sends", "code", "param"),
    [
        ({"purpose": "fine-tune"}, "invalid_value", "purpose"),
        ({"purpose": "nothing"}, "invalid_value", "purpose"),
        (
            {"expires_after": {"anchor": "created_at", "seconds": 3599}},
            "integer_below_min_value",
            "expires_after[seconds]",
        ),
        (
            {"expires_after": {"anchor": "created_at", "seconds": 2592001}},
            "integer_above_max_value",
            "expires_after[seconds]",
        ),
        (
            {"expires_after": {"anchor": "now", "seconds": 3600}},
            "invalid_value",
            "expires_after[anchor]",
        ),
    ],
)
def test_what_a_file_cannot_be_is_refused(
    client: Client,
    fields: Fields,
    drawings: Drawings,
    sends: dict[str, Any],
    code: str,
    param: str,
) -> None:
    asked = {"file": sent(drawings.photo()), "purpose": "vision", **sends}
    answer = client.call("files.create", **asked)
    assert error_of(answer, "BadRequestError") == (REQUEST, code, param)
    (name,) = sends
    fields.refused(ROUTE, name, wire_json(sends[name]), answer)


@wire("W-607")
@pytest.mark.parametrize("data", [b"Example data", b"GIF89a" + bytes(9), b"<svg/>"])
def test_a_file_for_vision_is_a_picture(
    client: Client, fields: Fields, drawings: Drawings, data: bytes
) -> None:
    answer = client.call("files.create", file=sent(drawings.text(data=data)), purpose="vision")
    expected = (REQUEST, "unsupported_file_mimetype", "file")
    assert error_of(answer, "BadRequestError") == expected
    fields.refused(ROUTE, "file", "no picture, for `vision`", answer)


@wire("W-608")
@TWO
@pytest.mark.parametrize("name", ["../../secret.png", "a\\b\\secret.png"])
def test_a_name_has_no_folders(client: Client, drawings: Drawings, name: str) -> None:
    file = sent(drawings.photo(), "named", name=name, type="image/png")
    assert upload(client, file)["filename"] == "secret.png"


@wire("W-609")
def test_an_unknown_file_is_not_found(client: Client) -> None:
    for call in ("files.retrieve", "files.delete", "files.content"):
        asked = {"call": call, "ids": [UNKNOWN], "mode": "bytes"}
        assert error_of(client.ask(asked), "NotFoundError")[0] == REQUEST
