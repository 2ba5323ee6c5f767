"""Create, change, change by call id, cut out as WebP: with the official client, over restarts."""

import base64
import io
from pathlib import Path
from typing import Any

import openai
import pytest
from PIL import Image

from sfumato.codec.credentials import open_credentials
from sfumato.codec.provenance import read_recipe
from tests.api.four_turns import call_of, had, native_server, turns
from tests.contract.running import running


def check(files: list[bytes], calls: list[Any], home: Path) -> None:
    """What the last file shows and tells of those before it."""
    assert [call.action for call in calls] == ["generate", "edit", "edit", "edit"]
    last = Image.open(io.BytesIO(files[-1]))
    assert (last.format, last.mode) == ("WEBP", "RGBA")
    assert calls[-1].background == "transparent"
    recipe, ours = read_recipe(files[-1], open_credentials(home))
    assert ours and recipe is not None
    before = [read_recipe(file, open_credentials(home))[0] for file in files[:-1]]
    hashes = [one["image_sha256"] for one in before if one is not None]
    assert [one["image_sha256"] for one in recipe["ancestors"]] == hashes[::-1]


def talk(url: str, asked: list[dict[str, Any]], last: Any, *, streams: bool) -> list[Any]:
    """The responses to some of the turns, `last` being the one before them."""
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", timeout=600)
    answers = []
    for turn in asked:
        last = had(client, turn, last, streams=streams)
        answers.append(last)
    return answers


def test_four_turns_whole_and_streamed_with_a_restart_in_between(tmp_path: Path) -> None:
    asked = turns(quality="low", size="816x816")
    kinds = (False, True)
    with running(tmp_path) as server:
        had_so_far = [talk(server.url, asked[:2], None, streams=streams) for streams in kinds]
    with running(tmp_path) as server:
        for streams, answers in zip(kinds, had_so_far, strict=True):
            answers += talk(server.url, asked[2:], answers[-1], streams=streams)
    for answers in had_so_far:
        calls = [call_of(answer) for answer in answers]
        check([base64.b64decode(call.result) for call in calls], calls, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("streams", [False, True])
def test_four_turns_with_real_pictures_and_a_kill_after_each(tmp_path: Path, streams: bool) -> None:
    answers: list[Any] = []
    for turn in turns(quality="low", size="auto"):
        with native_server(tmp_path) as url:
            last = answers[-1] if answers else None
            answers += talk(url, [turn], last, streams=streams)
    calls = [call_of(answer) for answer in answers]
    files = [base64.b64decode(call.result) for call in calls]
    check(files, calls, tmp_path)
    red, blue = (_middle(file) for file in files[:2])
    assert red[0] > red[2] and blue[2] > blue[0]
    assert 0.02 < _share_that_is_clear(files[-1]) < 0.98


def _middle(file: bytes) -> tuple[float, ...]:
    """The mean colour of the middle of a picture."""
    image = Image.open(io.BytesIO(file)).convert("RGB")
    width, height = image.size
    middle = image.crop((width * 3 // 8, height * 3 // 8, width * 5 // 8, height * 5 // 8))
    mean: tuple[float, ...] = middle.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[assignment]  # of RGB it is a tuple
    return mean


def _share_that_is_clear(file: bytes) -> float:
    alpha = Image.open(io.BytesIO(file)).getchannel("A")
    return alpha.histogram()[0] / (alpha.width * alpha.height)
