"""Makes the calls that come in, one JSON line each, with the `openai` package beside it.

Runs under any interpreter that has an `openai`, so it imports nothing of ours and nothing newer
than the oldest client that it has to run with.
"""

import json
import sys
from typing import Any

import openai
from openai import OpenAI


def generate(client: OpenAI, arguments: dict[str, Any]) -> dict[str, Any]:
    raw = client.images.with_raw_response.generate(**arguments)
    result = raw.parse()
    return {"type": type(result).__name__, "value": dumped(result), "headers": dict(raw.headers)}


def stream(client: OpenAI, arguments: dict[str, Any]) -> dict[str, Any]:
    events = list(client.images.generate(stream=True, **arguments))
    return {"types": [type(e).__name__ for e in events], "value": [dumped(e) for e in events]}


def models(client: OpenAI, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"value": [dumped(one) for one in client.models.list()]}


def model(client: OpenAI, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"value": dumped(client.models.retrieve(**arguments))}


def dumped(value: Any) -> Any:
    return value.model_dump(mode="json", exclude_unset=True)


CALLS = {call.__name__: call for call in (generate, stream, models, model)}


def attempt(client: OpenAI, line: str) -> dict[str, Any]:
    asked = json.loads(line)
    try:
        return CALLS[asked["call"]](client, asked["arguments"])
    except openai.APIStatusError as error:
        return {
            "raised": type(error).__name__,
            "status": error.status_code,
            "code": error.code,
            "param": error.param,
            "error_type": error.type,
            "message": error.message,
            "request_id": error.request_id,
            "headers": dict(error.response.headers),
        }


def main() -> None:
    client = OpenAI(base_url=sys.argv[1], api_key="unused", max_retries=0)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(attempt(client, line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
