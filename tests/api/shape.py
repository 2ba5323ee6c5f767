"""What every error reply must look like, whatever went wrong."""

import re
from typing import Any

from httpx2 import Response

REQUEST_ID = re.compile(r"req_[0-9a-f]{32}")


def error_of(reply: Response, status: int) -> dict[str, Any]:
    """The `error` member; fails unless the whole reply has OpenAI's shape."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/json"
    assert REQUEST_ID.fullmatch(reply.headers["x-request-id"])
    assert reply.headers["openai-version"] == "2020-10-01"
    assert int(reply.headers["openai-processing-ms"]) >= 0
    body = reply.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() - {"moderation_details"} == {"message", "type", "param", "code"}
    assert isinstance(body["error"]["message"], str)
    error: dict[str, Any] = body["error"]
    return error
