"""Makes the calls that come in, one JSON line each, with the `openai` package beside it.

Runs under any interpreter that has an `openai`, so it imports nothing of ours and nothing newer
than the oldest client that it has to run with. `node_client/driver.mjs` speaks the same lines.
"""

import base64
import inspect
import io
import json
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import openai
from openai import OpenAI


def attempt(client: OpenAI, asked: dict[str, Any]) -> dict[str, Any]:
    """What the call gave, or what it raised."""
    options = {k: asked[k] for k in ("api_key", "max_retries") if k in asked}
    spoken = client.with_options(**options) if options else client
    try:
        return call(spoken, asked)
    except openai.APIError as error:
        return failure(error)
    except openai.InvalidWebhookSignatureError as error:
        return {"raised": type(error).__name__}


def call(client: OpenAI, asked: dict[str, Any]) -> dict[str, Any]:
    *resources, name = asked["call"].split(".")
    owner: Any = client
    for resource in resources:
        owner = getattr(owner, resource, None)
    if not hasattr(owner, name):
        return {"unknown_call": asked["call"]}
    mode, ids = asked.get("mode", "answer"), asked.get("ids", ())
    arguments = arguments_of(owner, name, asked)
    if mode == "local":
        return {"value": dumped(getattr(owner, name)(*ids, **arguments))}
    if mode == "every":
        items = islice(getattr(owner, name)(*ids, **arguments), asked.get("take"))
        return {"value": [dumped(one) for one in items]}
    raw = getattr(owner.with_raw_response, name)(*ids, **arguments)
    told = {"status": raw.status_code, "headers": dict(raw.headers)}
    result = raw.parse()
    if isinstance(result, openai.Stream):
        return told | events_of(result, asked.get("take"))
    if mode == "bytes":
        return told | {"value": base64.b64encode(result.read()).decode()}
    return told | {"type": type(result).__name__, "value": dumped(result)}


def arguments_of(owner: Any, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """What the method does not know travels in the extra body, as its documentation says."""
    given = {key: unpacked(value) for key, value in asked.get("arguments", {}).items()}
    known = inspect.signature(getattr(owner, name)).parameters
    more = {key: given.pop(key) for key in list(given) if key not in known}
    needed = [key for key, spec in known.items() if spec.default is spec.empty]
    for key in needed[len(asked.get("ids", ())) :]:
        given.setdefault(key, openai.NOT_GIVEN)
    if more:
        given["extra_body"] = more
    if "headers" in asked:
        given["extra_headers"] = asked["headers"]
    if "timeout" in asked:
        given["timeout"] = asked["timeout"]
    return given


def unpacked(value: Any) -> Any:
    """Files are described as {"$file": path, "as": how}; everything else is itself."""
    if isinstance(value, list):
        return [unpacked(one) for one in value]
    if not (isinstance(value, dict) and "$file" in value):
        return value
    path = Path(value["$file"])
    how = value["as"]
    if how == "named":
        return value["name"], io.BytesIO(path.read_bytes()), value["type"]
    if how == "bytes":
        return path.read_bytes()
    return path.open("rb") if how == "stream" else path


def events_of(stream: Any, take: "int | None") -> dict[str, Any]:
    """Every event; or the first few, after which the connection is closed."""
    events: list[Any] = []
    try:
        for event in islice(stream, take):
            events.append(dumped(event))
    except openai.APIError as error:
        return failure(error) | {"value": events}
    finally:
        stream.response.close()
    return {"value": events}


def failure(error: openai.APIError) -> dict[str, Any]:
    response = getattr(error, "response", None)
    return {
        "raised": type(error).__name__,
        "status": getattr(error, "status_code", None),
        "code": error.code,
        "param": error.param,
        "error_type": error.type,
        "message": error.message,
        "request_id": getattr(error, "request_id", None),
        "headers": dict(response.headers) if response is not None else {},
    }


def dumped(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return value


def main() -> None:
    url, *flags = sys.argv[1:]
    # With the flag the client checks every answer against its own types.
    checks = "--check-types" in flags
    client = OpenAI(
        base_url=url, api_key="unused", max_retries=0, _strict_response_validation=checks
    )
    for line in sys.stdin:
        sys.stdout.write(json.dumps(attempt(client, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
