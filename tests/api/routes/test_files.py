import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from tests.api.home import fake_snapshot, make_home
from tests.api.shape import error_of

PATH = "/v1/files"


def picture(form: str = "PNG") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(held, form)
    return held.getvalue()


def send(
    client: TestClient, data: bytes = b"{}\n", name: str = "lines.jsonl", **fields: Any
) -> Response:
    given = {"purpose": "batch", **fields}
    return client.post(PATH, data=given, files={"file": (name, data, "application/octet-stream")})


def kept(client: TestClient, *args: Any, **fields: Any) -> dict[str, Any]:
    reply = send(client, *args, **fields)
    assert reply.status_code == 200, reply.text
    file: dict[str, Any] = reply.json()
    return file


def spool(root: Path) -> list[Path]:
    return list((root / "spool").iterdir())


@pytest.fixture
def small(tmp_path: Path) -> Iterator[TestClient]:
    """A server whose files may take 100 bytes in all."""
    settings = make_home(tmp_path, fake_snapshot(), files_space=100)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


def test_a_file_is_answered_as_openai_does_and_comes_back_to_the_byte(client: TestClient) -> None:
    data = picture()
    file = kept(client, data, "desk.png", purpose="vision")
    assert file["id"].startswith("file-")
    assert abs(file["created_at"] - time.time()) < 60
    del file["created_at"]
    facts = {"filename": "desk.png", "purpose": "vision", "bytes": len(data)}
    assert file == {
        "id": file["id"],
        "object": "file",
        "status": "processed",
        "status_details": None,
        **facts,
    }
    assert client.get(f"{PATH}/{file['id']}").json()["bytes"] == len(data)
    reply = client.get(f"{PATH}/{file['id']}/content", headers={"accept": "application/binary"})
    assert reply.content == data


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("WEBP"), "image/webp"),
        (b"<svg onload='alert(1)'/>", "application/octet-stream"),
        (b"<html>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_content_is_for_saving_and_never_shown(
    client: TestClient, data: bytes, media_type: str
) -> None:
    file = kept(client, data, 'a "ü🦊".html', purpose="user_data")
    reply = client.get(f"{PATH}/{file['id']}/content")
    assert reply.headers["content-type"] == media_type
    assert reply.headers["x-content-type-options"] == "nosniff"
    named = "attachment; filename*=utf-8''a%20%22%C3%BC%F0%9F%A6%8A%22.html"
    assert reply.headers["content-disposition"] == named


def test_a_download_can_be_taken_up_where_it_stopped(client: TestClient) -> None:
    path = f"{PATH}/{kept(client, b'0123456789')['id']}/content"
    part = client.get(path, headers={"range": "bytes=4-"})
    assert (part.status_code, part.content) == (206, b"456789")
    assert part.headers["content-range"] == "bytes 4-9/10"


@pytest.mark.parametrize("given", ["bytes=10-", "bytes=4-2", "bytes=", "lines=1-2", "bytes=a-"])
def test_a_range_that_is_none_is_refused_in_openais_shape(client: TestClient, given: str) -> None:
    path = f"{PATH}/{kept(client, b'0123456789')['id']}/content"
    assert error_of(client.get(path, headers={"range": given}), 400)["param"] == "Range"


def test_a_deleted_file_is_gone(client: TestClient) -> None:
    file = kept(client)["id"]
    gone = client.delete(f"{PATH}/{file}").json()
    assert gone == {"id": file, "object": "file", "deleted": True}
    for reply in (
        client.get(f"{PATH}/{file}"),
        client.get(f"{PATH}/{file}/content"),
        client.delete(f"{PATH}/{file}"),
        client.get(PATH, params={"after": file}),
    ):
        assert error_of(reply, 404)["param"] == "id"


def test_files_are_listed_with_a_cursor_an_order_and_a_purpose(client: TestClient) -> None:
    ids = [kept(client, purpose=purpose)["id"] for purpose in ("user_data", "batch", "user_data")]
    newest = client.get(PATH, params={"limit": 2}).json()
    assert [file["id"] for file in newest["data"]] == [ids[2], ids[1]]
    assert (newest["first_id"], newest["last_id"], newest["has_more"]) == (ids[2], ids[1], True)
    asked = {"limit": 2, "order": "asc", "after": ids[0]}
    oldest = client.get(PATH, params=asked).json()
    assert [file["id"] for file in oldest["data"]] == ids[1:]
    assert oldest["has_more"] is False
    batch = client.get(PATH, params={"purpose": "batch", "limit": 1}).json()
    assert batch["data"][0]["id"] == ids[1]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"),
        ("limit=10001", "limit"),
        ("order=up", "order"),
        ("purpose=pleasure", "purpose"),
        ("page=2", "page"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_what_the_list_does_not_have_is_refused_by_name(
    client: TestClient, query: str, param: str
) -> None:
    assert error_of(client.get(f"{PATH}?{query}"), 400)["param"] == param


def test_a_file_says_when_it_expires(client: TestClient) -> None:
    asked = {"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}
    file = kept(client, purpose="user_data", **asked)
    assert abs(file["expires_at"] - file["created_at"] - 3600) <= 1
    month = kept(client, purpose="batch")
    assert abs(month["expires_at"] - month["created_at"] - 30 * 86_400) <= 1
    assert "expires_at" not in kept(client, purpose="user_data")


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"purpose": "assistants"}, "purpose", "invalid_value"),
        ({"purpose": "batch_output"}, "purpose", "invalid_value"),
        ({"purpose": "Vision"}, "purpose", "invalid_value"),
        ({"colour": "red"}, "colour", "unknown_parameter"),
        (
            {"expires_after[anchor]": "now", "expires_after[seconds]": "3600"},
            "expires_after[anchor]",
            "invalid_value",
        ),
        (
            {"expires_after[anchor]": "created_at"},
            "expires_after[seconds]",
            "missing_required_parameter",
        ),
        ({"expires_after[seconds]": "3600"}, "expires_after[anchor]", "invalid_value"),
        *[
            (
                {"expires_after[anchor]": "created_at", "expires_after[seconds]": seconds},
                "expires_after[seconds]",
                code,
            )
            for seconds, code in [
                ("3599", "integer_below_min_value"),
                ("2592001", "integer_above_max_value"),
                ("1e4", "invalid_type"),
                ("-1", "invalid_type"),
                ("٣٦٠٠", "invalid_type"),
                ("9" * 400, "invalid_type"),
            ]
        ],
    ],
)
def test_a_field_that_is_wrong_is_refused_by_name(
    client: TestClient, fields: dict[str, Any], param: str, code: str
) -> None:
    error = error_of(send(client, **fields), 400)
    assert (error["param"], error["code"]) == (param, code)


def test_purpose_and_file_are_required(client: TestClient) -> None:
    no_purpose = client.post(PATH, files={"file": b"x"})
    assert error_of(no_purpose, 400)["param"] == "purpose"
    no_file = client.post(PATH, files={"purpose": (None, "batch")})
    error = error_of(no_file, 400)
    assert (error["param"], error["code"]) == ("file", "missing_required_parameter")
    two = [("file", ("a", b"1")), ("file", ("b", b"2"))]
    assert error_of(client.post(PATH, files=two, data={"purpose": "batch"}), 400)["param"] == "file"


@pytest.mark.parametrize(
    "data", [b"", b"plain text", b"<svg/>", b"GIF89a....", b"%PDF-1.7", b"RIFF....WAVE"]
)
def test_a_vision_file_that_is_no_picture_we_read_is_refused(
    client: TestClient, data: bytes
) -> None:
    error = error_of(send(client, data, "desk.png", purpose="vision"), 400)
    assert (error["param"], error["code"]) == ("file", "unsupported_file_mimetype")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\secrets\\key.pem", "key.pem"),
        ("каталог/файл.png", "файл.png"),
        ("a;b='c'.png", "a;b='c'.png"),
        ("%2e%2e%2fx", "%2e%2e%2fx"),
    ],
)
def test_folders_before_a_name_are_left_out(client: TestClient, given: str, name: str) -> None:
    assert kept(client, name=given)["filename"] == name


@pytest.mark.parametrize("name", ["..", "/", "a/.", " ", "a\u202egnp.exe", "n" * 256])
def test_a_name_that_misleads_or_is_none_is_refused(client: TestClient, name: str) -> None:
    assert error_of(send(client, name=name), 400)["param"] == "file"


@pytest.mark.parametrize(
    "name",
    [
        b"a\r\nset-cookie: b=c",
        b"a\nb",
        b"a\x7fb",
        b"\x00",
        b"\xff\xfe",
        b'a"; name="purpose',
    ],
)
def test_a_name_cannot_add_a_header_or_a_field(client: TestClient, name: bytes) -> None:
    head = b'--b\r\ncontent-disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n'
    fields = b'--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--b--\r\n'
    form = {"content-type": "multipart/form-data; boundary=b"}
    reply = client.post(PATH, content=head + b"x\r\n" + fields, headers=form)
    if reply.status_code == 200:
        content = client.get(f"{PATH}/{reply.json()['id']}/content")
        assert "set-cookie" not in content.headers
        assert not set(reply.json()["filename"]) & {"\r", "\n", "\0"}
    else:
        error_of(reply, 400)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"--b\r\ncontent-disp"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nno name\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b--"),
        ("text/plain", b"x"),
    ],
)
def test_what_is_no_form_with_a_file_is_a_400(
    client: TestClient, content_type: str, body: bytes
) -> None:
    error_of(client.post(PATH, content=body, headers={"content-type": content_type}), 400)


def test_a_file_that_is_too_large_leaves_nothing_behind(
    small: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sfumato.api.routes.files.LARGEST", 1000)
    monkeypatch.setattr("sfumato.api.file_request.LARGEST_BATCH", 10)
    assert error_of(send(small, b"x" * 1001), 413)["param"] == "file"
    assert error_of(send(small, b"x" * 11), 413)["param"] == "file"
    assert error_of(send(small, b"x" * 3_000_000), 413)["param"] is None
    assert spool(tmp_path) == []


def test_files_take_no_more_room_than_the_operator_gives(small: TestClient, tmp_path: Path) -> None:
    first = kept(small, b"x" * 60)
    error = error_of(send(small, b"x" * 41), 400)
    assert (error["param"], error["code"]) == ("file", "files_space_exceeded")
    small.delete(f"{PATH}/{first['id']}")
    kept(small, b"x" * 100)
    assert spool(tmp_path) == []


def test_a_file_that_is_sent_again_with_its_key_is_the_same(
    small: TestClient, tmp_path: Path
) -> None:
    key = {"idempotency-key": "one-file"}
    asked: dict[str, Any] = {"data": {"purpose": "user_data"}, "headers": key}
    first, second = (small.post(PATH, files={"file": ("a", b"x")}, **asked) for _ in range(2))
    assert first.json() == second.json()
    assert len(small.get(PATH).json()["data"]) == 1
    assert spool(tmp_path) == []
    other = small.post(PATH, files={"file": ("a", b"y")}, **asked)
    assert error_of(other, 409)


def test_a_refused_file_leaves_nothing_in_the_spool(small: TestClient, tmp_path: Path) -> None:
    send(small, purpose="evals")
    send(small, name="..")
    send(small, b"x", purpose="vision")
    assert spool(tmp_path) == []
