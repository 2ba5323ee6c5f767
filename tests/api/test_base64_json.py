import asyncio
import base64
import json
from pathlib import Path

import pytest

from sfumato.api.base64_json import PIECE, Base64, LargeJson, base64_pieces, dump


@pytest.mark.parametrize("length", [0, 1, 2, 3, PIECE - 1, PIECE, PIECE + 1])
def test_pieces_join_to_standard_base64(length: int) -> None:
    data = bytes(range(256)) * (PIECE // 128)
    assert b"".join(base64_pieces(data[:length])) == base64.b64encode(data[:length])


def test_pieces_are_small() -> None:
    assert max(map(len, base64_pieces(bytes(10 * PIECE + 1)))) <= 2**16


@pytest.mark.parametrize("length", [0, 1, 2_400_000])
def test_pictures_stand_anywhere_in_large_json(tmp_path: Path, length: int) -> None:
    data = bytes(range(256)) * (length // 256) + bytes(length % 256)
    file = tmp_path / "picture"
    file.write_bytes(data)
    value = {"é": 1, "data": [{"a": Base64(source=data)}, {"b": Base64(source=file)}], "z": None}
    large = LargeJson.of(value)
    text = asyncio.run(large.text())
    assert len(text) == large.length
    read = json.loads(text)
    assert [base64.b64decode(read["data"][i][k]) for i, k in enumerate("ab")] == [data, data]
    assert (read["é"], read["z"]) == (1, None)


def test_what_is_no_json_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        LargeJson.of({"a": object()})


def test_dump_is_compact_and_keeps_letters() -> None:
    assert dump({"a": "é", "b": [1, None]}) == '{"a":"é","b":[1,null]}'.encode()
