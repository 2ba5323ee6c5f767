import base64
import json

from hypothesis import given
from hypothesis import strategies as st

from sfumato.api.base64_json import PIECE, base64_length, base64_pieces, dump, object_pieces


@given(st.integers(0, 3 * PIECE + 4))
def test_pieces_join_to_the_base64_of_the_whole(length: int) -> None:
    data = bytes(range(256)) * (length // 256 + 1)
    joined = b"".join(base64_pieces(data[:length]))
    assert joined == base64.b64encode(data[:length])
    assert len(joined) == base64_length(data[:length])


def test_no_piece_is_larger_than_64_kib() -> None:
    assert max(map(len, base64_pieces(bytes(10 * PIECE + 1)))) <= 2**16


def test_an_object_in_pieces_is_the_object() -> None:
    data = bytes(PIECE + 7)
    value = json.loads(b"".join(object_pieces({"type": "x", "é": 1}, data)))
    assert value == {"type": "x", "é": 1, "b64_json": base64.b64encode(data).decode()}


def test_text_leaves_as_utf_8() -> None:
    assert dump({"a": "🍎"}) == '{"a":"🍎"}'.encode()
