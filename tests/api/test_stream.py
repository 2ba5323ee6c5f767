import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest

from sfumato.api.stream import Messages, error_message
from sfumato.core import EncodedPreview, ImageParams, Progress
from sfumato.errors import ModerationBlocked


def messages() -> Messages:
    return Messages(ImageParams(prompt="x"), 1, {})


def joined(message: AsyncIterator[bytes]) -> bytes:
    async def read() -> bytes:
        return b"".join([piece async for piece in message])

    return asyncio.run(read())


@pytest.mark.wire("W-311")
def test_quiet_is_filled_with_a_comment_that_clients_ignore() -> None:
    assert joined(messages().of(None)) == b": ping\n\n"


def test_progress_is_not_part_of_openais_wire() -> None:
    assert joined(messages().of(Progress(step=1, steps=4))) == b""


def test_a_message_is_one_event_line_one_data_line_and_a_blank_line() -> None:
    preview = EncodedPreview(index=0, partial_index=2, data=b"abc", media_type="image/png")
    lines = joined(messages().of(preview)).split(b"\n")
    assert lines[0] == b"event: image_generation.partial_image"
    assert lines[1].startswith(b"data: {")
    assert lines[2:] == [b"", b""]
    data = json.loads(lines[1].removeprefix(b"data: "))
    assert (data["partial_image_index"], data["b64_json"]) == (2, "YWJj")


def test_an_error_after_the_first_byte_is_an_event_with_the_envelope() -> None:
    lines = joined(error_message(ModerationBlocked("no"))).split(b"\n")
    assert lines[0] == b"event: error"
    data = json.loads(lines[1].removeprefix(b"data: "))
    assert data["type"] == "error"
    assert data["error"] == {
        "message": "no",
        "type": "image_generation_user_error",
        "param": None,
        "code": "moderation_blocked",
    }


def test_an_unforeseen_error_in_a_stream_is_logged_and_tells_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent = joined(error_message(KeyError("a secret")))
    assert b"secret" not in sent
    assert b'"code":"server_error"' in sent
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
