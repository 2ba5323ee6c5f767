"""POST /v1/images/edits without a client between: JSON bodies, and forms that bindings may send."""

import base64
import io
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.api.shape import error_of
from tests.contract import web
from tests.contract.asking import REQUEST, USER, wire, wire_json
from tests.contract.conftest import Fields
from tests.contract.drawing import Drawings

ROUTE = "POST /v1/images/edits"
EDIT: dict[str, Any] = {"model": "gpt-image-2", "prompt": "a red hat", "quality": "low"}
SPEAKING = pytest.mark.speakers("plain", "plain-strict")  # no client has these forms
ID = "file-00000000000000000000000000000000"


@pytest.fixture
def url(server: Any) -> str:
    return f"{server.url}/v1/images/edits"


def size_of(reply: httpx2.Response) -> tuple[int, int]:
    assert reply.status_code == 200, reply.text
    data = base64.b64decode(reply.json()["data"][0]["b64_json"])
    return Image.open(io.BytesIO(data)).size


def refusal(reply: httpx2.Response) -> tuple[str, str, str]:
    error = error_of(reply, reply.status_code)
    return error["type"], error["code"], error["param"]


@wire("W-431")
@SPEAKING
def test_json_names_pictures_by_file_id_and_data_url(
    url: str, fields: Fields, drawings: Drawings
) -> None:
    data = drawings.photo().read_bytes()
    files = {"file": ("desk.png", data, "image/png")}
    form = {"purpose": "vision"}
    kept = web.post(url.replace("/images/edits", "/files"), data=form, files=files).json()
    refs = [{"file_id": kept["id"]}, {"image_url": drawings.data_url(drawings.photo())}]
    reply = web.post(url, json={**EDIT, "images": refs})
    assert size_of(reply) == (96, 64)
    assert reply.json()["usage"]["input_tokens_details"]["image_tokens"] == 48
    fields.honoured(ROUTE, "images", "pictures by `file_id` or `image_url`, in JSON")


@wire("W-431")
@SPEAKING
def test_a_mask_in_json_is_a_reference_too(url: str, drawings: Drawings) -> None:
    images = [{"image_url": drawings.data_url(drawings.photo())}]
    mask = {"image_url": drawings.data_url(drawings.mask())}
    assert size_of(web.post(url, json={**EDIT, "images": images, "mask": mask})) == (96, 64)


@wire("W-432")
@SPEAKING
@pytest.mark.parametrize(
    ("images", "code", "param"),
    [
        (None, "missing_required_parameter", "images"),
        ([], "array_below_min_length", "images"),
        ("x", "invalid_type", "images"),
        (["x"], "invalid_type", "images[0]"),
        ([{}], "invalid_value", "images[0]"),
        ([{"file_id": ID, "image_url": "data:,"}], "invalid_value", "images[0]"),
        ([{"file_id": ID, "detail": "high"}], "unknown_parameter", "images[0].detail"),
        ([{"file_id": ID}] * 17, "array_above_max_length", "images"),
        ([{"image_url": 7}], "invalid_type", "images[0].image_url"),
    ],
)
def test_a_reference_has_exactly_one_of_the_two(
    url: str, fields: Fields, images: Any, code: str, param: str
) -> None:
    reply = web.post(url, json={**EDIT, "images": images})
    assert refusal(reply) == (REQUEST, code, param)
    answer = {"status": reply.status_code, "code": code, "param": param}
    if len(repr(images)) < 60:
        fields.refused(ROUTE, "images", wire_json(images), answer)


@wire("W-433")
@SPEAKING
def test_a_file_that_is_not_the_callers_is_not_found(url: str) -> None:
    reply = web.post(url, json={**EDIT, "images": [{"file_id": ID}]})
    error = error_of(reply, 404)
    assert (error["type"], error["param"]) == (REQUEST, "images[0].file_id")


@wire("W-434")
@SPEAKING
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/a.png",
        "http://localhost:8000/a.png",
        "http://10.0.0.1/a.png",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/a.png",
        "http://[::ffff:127.0.0.1]/a.png",
        "file:///etc/passwd",
        "ftp://pictures.example/a.png",
    ],
)
def test_addresses_inside_are_never_fetched(url: str, address: str) -> None:
    reply = web.post(url, json={**EDIT, "images": [{"image_url": address}]})
    error = error_of(reply, 400)
    assert (error["type"], error["param"]) == (REQUEST, "images[0].image_url")


@wire("W-435")
@SPEAKING
def test_json_has_no_files_and_a_form_no_references(url: str, drawings: Drawings) -> None:
    assert refusal(web.post(url, json={**EDIT, "image": "x"}))[1:] == (
        "unknown_parameter",
        "image",
    )
    files = {"image": ("a.png", drawings.photo().read_bytes(), "image/png")}
    reply = web.post(url, data={**EDIT, "images": "x"}, files=files)
    assert refusal(reply)[1:] == ("unknown_parameter", "images")


@wire("W-441")
@SPEAKING
@pytest.mark.parametrize(
    "names",
    [
        ("image",),
        ("image[]",),
        ("image", "image"),
        ("image[]", "image[]"),
        ("image[1]", "image[0]"),
    ],
    ids=" ".join,
)
def test_bindings_name_pictures_in_their_own_ways(
    url: str, drawings: Drawings, names: tuple[str, ...]
) -> None:
    parts = [
        (name, ("a.png", drawings.photo(size=(64 + 32 * i, 64)).read_bytes(), "image/png"))
        for i, name in enumerate(names)
    ]
    reply = web.post(url, data=EDIT, files=parts)
    first = names.index("image[0]") if "image[0]" in names else 0
    assert size_of(reply) == (64 + 32 * first, 64)


@wire("W-442")
@SPEAKING
@pytest.mark.parametrize("chunked", [True, False])
def test_parts_come_in_any_order_with_or_without_a_length(
    url: str, drawings: Drawings, chunked: bool
) -> None:
    file = (
        b'--b\r\ncontent-disposition: form-data; name="image"; filename="x"\r\n'
        b"content-type: application/octet-stream\r\n\r\n" + drawings.photo().read_bytes() + b"\r\n"
    )
    texts = [
        f'--b\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in EDIT.items()
    ]
    body = b"".join([texts[0], file, *texts[1:], b"--b--\r\n"])
    headers = {"content-type": "multipart/form-data; boundary=b"}
    pieces = (body[i : i + 100] for i in range(0, len(body), 100))
    content: Any = pieces if chunked else body
    assert size_of(web.post(url, content=content, headers=headers)) == (96, 64)


@wire("W-443")
@SPEAKING
@pytest.mark.parametrize(
    ("texts", "files", "code", "param"),
    [
        ({}, ["mask"], "missing_required_parameter", "image"),
        ({"prompt": ["a", "b"]}, ["image"], "invalid_value", "prompt"),
        ({"n": "01"}, ["image"], "invalid_type", "n"),
        ({"n": "1.0"}, ["image"], "invalid_type", "n"),
        ({"prompt": ""}, ["image"], "invalid_value", "prompt"),
        ({}, ["image", "mask", "mask"], "invalid_value", "mask"),
        ({}, ["image[0]", "image[0]"], "invalid_value", "image"),
        ({}, ["image[x]"], "unknown_parameter", "image[x]"),
        ({}, ["image", "photo"], "unknown_parameter", "photo"),
        ({"svg[a][b][c][d]": "x"}, ["image"], "unknown_parameter", "svg[a][b][c][d]"),
    ],
)
def test_a_form_is_read_as_strictly_as_json(
    url: str,
    drawings: Drawings,
    texts: dict[str, Any],
    files: list[str],
    code: str,
    param: str,
) -> None:
    data = drawings.photo().read_bytes()
    parts = [(name, ("a.png", data, "image/png")) for name in files]
    reply = web.post(url, data={**EDIT, **texts}, files=parts)
    assert refusal(reply) == (REQUEST, code, param)


@wire("W-444")
@SPEAKING
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=b", b"no part"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nno name\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\ncontent-disposition: form-data; name="n"'),
        ("text/plain", b"x"),
    ],
)
def test_what_is_no_form_is_malformed(url: str, kind: str, body: bytes) -> None:
    error = error_of(web.post(url, content=body, headers={"content-type": kind}), 400)
    assert error["type"] == REQUEST


@wire("W-445")
@SPEAKING
def test_a_file_above_fifty_megabytes_is_refused(url: str) -> None:
    files = {"image": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(52_428_801), "image/png")}
    reply = web.post(url, data=EDIT, files=files)
    assert refusal(reply) == (REQUEST, "image_file_too_large", "image")


@wire("W-408")
@SPEAKING
def test_the_masks_refusal_names_no_field(url: str, drawings: Drawings) -> None:
    images = [{"image_url": drawings.data_url(drawings.photo())}]
    mask = {"image_url": drawings.data_url(drawings.opaque())}
    reply = web.post(url, json={**EDIT, "images": images, "mask": mask})
    assert refusal(reply)[:2] == (USER, "invalid_mask_image_format")
