"""Batches of real pictures through the wire, as OpenAI's client sees them.

    python benchmarks/batch.py http://127.0.0.1:8000 -o FOLDER

Seven generations and a refused line in one batch, then an edit of the first of its pictures in
another, all at low quality and the smallest size. Prints what both batches told and where the
pictures lie. Needs a running server and the extra `test`.
"""

import argparse
import base64
import io
import json
import time
from pathlib import Path
from typing import Any

from openai import OpenAI
from openai.types import Batch
from rich.console import Console

PROMPTS = (
    "A red apple on a wooden table",
    "A lighthouse at night, wide",
    "A sailing boat on calm water",
    "A cat asleep on a blue cushion",
    "A mountain lake at sunrise",
    "A yellow umbrella in the rain",
    "A sticker of a fox",
)
SMALLEST = {"size": "816x816", "quality": "low"}
GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url")
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    client, console = OpenAI(base_url=f"{given.url}/v1", api_key="none"), Console(width=100)
    bodies = {f"picture-{i}": {"prompt": prompt} for i, prompt in enumerate(PROMPTS)}
    made = carry_out(client, GENERATIONS, {**bodies, "refused": {"prompt": "A", "n": 11}}, console)
    pictures = save(made, given.output, console)
    first = client.files.create(file=pictures["picture-0"], purpose="vision")
    edit = {"prompt": "make it green", "images": [{"file_id": first.id}]}
    save(carry_out(client, EDITS, {"edit-0": edit}, console), given.output, console)


def carry_out(
    client: OpenAI, endpoint: Any, bodies: dict[str, dict[str, Any]], console: Console
) -> dict[str, Any]:
    """The rows of the output file by custom_id, after the batch is over."""
    rows = [
        {"custom_id": name, "method": "POST", "url": endpoint, "body": {**SMALLEST, **body}}
        for name, body in bodies.items()
    ]
    lines = io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode())
    sent = client.files.create(file=("lines.jsonl", lines), purpose="batch")
    begun = time.time()
    batch = client.batches.create(input_file_id=sent.id, endpoint=endpoint, completion_window="24h")
    while batch.status in ("validating", "in_progress", "finalizing"):
        time.sleep(1)
        batch = client.batches.retrieve(batch.id)
    report(batch, time.time() - begun, console)
    if batch.error_file_id is not None:
        console.print(client.files.content(batch.error_file_id).text.strip(), soft_wrap=True)
    assert batch.output_file_id is not None, batch.errors
    text = client.files.content(batch.output_file_id).text
    return {row["custom_id"]: row for row in map(json.loads, text.splitlines())}


def report(batch: Batch, seconds: float, console: Console) -> None:
    console.print(f"{batch.endpoint}: {batch.status} after {seconds:.0f} s")
    console.print(batch.model_dump(include={"request_counts", "usage"}))


def save(rows: dict[str, Any], folder: Path, console: Console) -> dict[str, Path]:
    """The pictures as files."""
    saved = {}
    for name, row in rows.items():
        body = row["response"]["body"]
        saved[name] = folder / f"{name}.{body['output_format']}"
        saved[name].write_bytes(base64.b64decode(body["data"][0]["b64_json"]))
        console.print(saved[name].name, body["size"], body["quality"], body["sfumato"])
    return saved


if __name__ == "__main__":
    main()
