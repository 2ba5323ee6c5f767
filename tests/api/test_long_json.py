import json
from pathlib import Path

import pytest

from sfumato.api.long_json import LONG, LONGEST, Cutter, LongObject, LongString
from sfumato.errors import SfumatoError
from tests.api.test_multipart import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path)


def cut(content: bytes, spool: Spool, *, step: int = 65_536, strings: int = 2) -> LongObject:
    cutter = Cutter(spool, strings=strings)
    try:
        for start in range(0, len(content), step):
            cutter.feed(content[start : start + step])
        return cutter.close()
    except BaseException:
        cutter.discard()
        raise


def long_text(length: int = LONG + 1) -> str:
    return "data:" + "ab/+" * (length // 4)


@pytest.mark.parametrize("step", [65_536, 1_001])
def test_a_long_string_lies_on_disk_and_reads_as_it_was_written(spool: Spool, step: int) -> None:
    body = {"a": "x", "images": [{"image_url": long_text()}], "mask": {"image_url": long_text()}}
    escaped = json.dumps(body).replace("/", "\\/").encode()
    found = cut(escaped, spool, step=step)
    url = found.members["images"][0]["image_url"]
    assert isinstance(url, LongString)
    assert url.text() == long_text()
    assert found.members["a"] == "x"
    assert len(found.strings) == len(spool.left) == 2
    found.discard()
    assert spool.left == []


@pytest.mark.parametrize("step", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "body",
    [
        {"prompt": 'a "quoted" \\ word', "n": 1, "b": [True, None, {"c": "\\\\"}]},
        {"": "", "é€🍎": "\n\t\u0000", '"': '"'},
    ],
)
def test_what_is_short_is_parsed_as_ever(spool: Spool, body: object, step: int) -> None:
    assert cut(json.dumps(body).encode(), spool, step=step).members == body
    assert cut(json.dumps(body, ensure_ascii=False).encode(), spool, step=step).members == body
    assert spool.left == []


@pytest.mark.parametrize(
    "content",
    [b"", b'{"a', b'{"a": "b', b'{"a": "b\\', b"[]", b'{"a": "\\x"}', b'{"a": 1, "a": 2}', b'"a"'],
)
def test_what_is_no_object_is_refused_without_a_trace(spool: Spool, content: bytes) -> None:
    with pytest.raises(SfumatoError) as refused:
        cut(content, spool)
    assert refused.value.status == 400
    with pytest.raises(SfumatoError):
        cut(b'{"x": "' + long_text().encode() + b'", ' + content[1:], spool)
    assert spool.left == []


def test_an_escape_that_is_none_is_found_when_the_string_is_read(spool: Spool) -> None:
    found = cut(b'{"a": "' + b"x" * LONG + b'\\x"}', spool)
    with pytest.raises(SfumatoError, match="could not be parsed"):
        found.members["a"].text()


def test_strings_and_the_rest_are_bounded(spool: Spool) -> None:
    with pytest.raises(SfumatoError) as refused:
        cut(b'{"a": "' + b"x" * (LONGEST + 1), spool)
    assert (refused.value.status, refused.value.code) == (400, "image_file_too_large")
    with pytest.raises(SfumatoError) as refused:
        cut(b'{"a": ' + b" " * 8_000_001, spool)
    assert refused.value.status == 413
    three = {name: long_text() for name in "abc"}
    with pytest.raises(SfumatoError) as refused:
        cut(json.dumps(three).encode(), spool)
    assert refused.value.status == 413
    assert spool.left == []


def test_a_string_that_looks_like_a_mark_is_itself(spool: Spool) -> None:
    assert cut(b'{"a": "00000000000000000000000000000000" }', spool).members["a"] == "0" * 32


@pytest.mark.parametrize("shape", ['{{"{}": 1}}', '{{"a": {{"b": {{"c": {{"d": "{}"}}}}}}}}'])
def test_a_long_string_where_none_can_be_is_refused(spool: Spool, shape: str) -> None:
    with pytest.raises(SfumatoError, match="too long") as refused:
        cut(shape.format(long_text()).encode(), spool)
    assert refused.value.status == 400
    assert spool.left == []
