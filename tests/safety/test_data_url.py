import base64

import pytest

from sfumato.errors import InvalidRequest
from sfumato.safety.data_url import LONGEST, decode_data_url, is_data_url

DATA = bytes(range(256))
TEXT = base64.b64encode(DATA).decode()


@pytest.mark.parametrize(
    "head",
    ["image/png;base64", "IMAGE/PNG;BASE64", ";base64", "image/svg+xml;charset=utf-8;base64"],
)
def test_a_base64_data_url_is_its_bytes(head: str) -> None:
    assert is_data_url(f"data:{head},{TEXT}")
    assert decode_data_url(f"data:{head},{TEXT}") == DATA


@pytest.mark.parametrize(
    "text",
    [
        "",
        "data:",
        "data:,",
        "data:image/png;base64",
        "data:image/png;base64,",
        "data:image/png,abc",
        "data:image/png;base64,AAA",
        "data:image/png;base64,AAAA====",
        "data:image/png;base64,AA==AA==",
        "data:image/png;base64,AA AA",
        "data:image/png;base64,AAAA\n",
        "data:image/png;base64,AA%41A",
        "data:image/png;base64,AA-_",
        "data:image/png;base64,AAA\u0391",
        "data:image/png;base64,AAA\ud800",
        "data:" + ";a=b" * 100_000 + ";base64,AAAA",
        "image/png;base64,AAAA",
        "http://pictures.example/a.png",
    ],
)
def test_anything_else_is_refused_with_openais_code(text: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        decode_data_url(text, param="mask.image_url")
    assert (caught.value.code, caught.value.param) == ("invalid_base64_image", "mask.image_url")


def test_the_longest_data_url_is_read_and_a_longer_one_is_refused_undecoded() -> None:
    head = "data:image/png;base64,"
    full = head + "A" * (LONGEST - len(head) - 2)
    assert len(full) == LONGEST - 2
    assert len(decode_data_url(full)) == (len(full) - len(head)) // 4 * 3
    with pytest.raises(InvalidRequest) as caught:
        decode_data_url(full + "AAAA")
    assert caught.value.code == "image_file_too_large"
