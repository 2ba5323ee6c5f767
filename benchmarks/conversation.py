"""Four turns with the official client and the native snapshot, the server killed between them.

Prints what was asked and answered; `--sheet` writes the pictures side by side.
"""

import argparse
import base64
import io
import tempfile
import time
from pathlib import Path
from typing import Any

import openai
from PIL import Image

from sfumato.codec.credentials import open_credentials
from sfumato.codec.provenance import read_recipe
from tests.api.four_turns import call_of, had, native_server, turns

TILE = 420  # pixels of one picture on the sheet


def main() -> None:
    """Have the conversation twice, whole and streamed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--quality", default="medium")
    given = parser.parse_args()
    for streams in (False, True):
        print(f"\n== {'streamed' if streams else 'not streamed'}, openai {openai.__version__}")
        with tempfile.TemporaryDirectory() as home:
            pictures = conversation(Path(home), given.quality, streams=streams)
        if given.sheet and not streams:
            sheet(pictures).save(given.sheet, quality=86, method=6)


def conversation(home: Path, quality: str, *, streams: bool) -> list[bytes]:
    """The four files, in order."""
    last: Any = None
    files: list[bytes] = []
    for turn in turns(quality=quality, size="auto"):
        with native_server(home) as url:
            client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", timeout=600)
            begun = time.perf_counter()
            last = had(client, turn, last, streams=streams)
            seconds = time.perf_counter() - begun
        call = call_of(last)
        files.append(base64.b64decode(call.result))
        tell(turn, last, call, files[-1], seconds)
    recipe, ours = read_recipe(files[-1], open_credentials(home))
    print(f"the last file is {'ours' if ours else 'not ours'}; its ancestors:")
    for ancestor in (recipe or {}).get("ancestors", []):
        told = {k: ancestor[k] for k in ("task", "prompt", "seed", "snapshot")}
        print("  ", ancestor["image_sha256"][:16], *told.values(), sep="  ")
    return files


def tell(turn: dict[str, Any], response: Any, call: Any, file: bytes, seconds: float) -> None:
    """One turn in four lines."""
    image = Image.open(io.BytesIO(file))
    told = f"{call.action} {call.size} {call.quality} {call.background} {call.output_format}"
    print(f"> {turn['input']}   [{'by call id' if turn.get('call') else response.status}]")
    print(f"  {told}; file: {image.format} {image.size} {image.mode}, {len(file):,} bytes")
    print(f"  revised_prompt: {call.revised_prompt}")
    print(f"  said: {response.output_text}   ({seconds:.1f} s)")
    usage, pictures = response.usage, response.tool_usage.image_gen
    print(f"  tokens: director {usage.total_tokens}, pictures {pictures.total_tokens}")


def sheet(files: list[bytes]) -> Image.Image:
    """Side by side on a chequered ground, which shows through what is transparent."""
    whole = Image.new("RGB", (TILE * len(files), TILE), "#ffffff")
    for x in range(0, whole.width, 15):
        for y in range(x // 15 % 2 * 15, TILE, 30):
            whole.paste("#e9e9ee", (x, y, x + 15, y + 15))
    for index, file in enumerate(files):
        image = Image.open(io.BytesIO(file)).convert("RGBA").resize((TILE, TILE))
        whole.paste(image, (index * TILE, 0), image)
    return whole


if __name__ == "__main__":
    main()
