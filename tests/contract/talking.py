"""A conversation through the Responses API, as the contract tests have it."""

from typing import Any

from tests.contract.asking import value_of
from tests.contract.clients import Answer, Client

TOOL: dict[str, Any] = {
    "type": "image_generation",
    "model": "gpt-image-2",
    "size": "816x816",
    "quality": "low",
}
CALL = "response.image_generation_call"


def ask(client: Client, said: Any = "a red apple", **more: Any) -> Answer:
    """One turn, with the tool unless `more` has other ones."""
    asked: dict[str, Any] = {"model": "gpt-5", "input": said, "tools": [TOOL], **more}
    return client.call("responses.create", **asked)


def respond(client: Client, said: Any = "a red apple", **more: Any) -> Any:
    """The response that came of it."""
    return value_of(ask(client, said, **more))


def with_tool(**fields: Any) -> list[dict[str, Any]]:
    return [{**TOOL, **fields}]


def calls(response: Any) -> list[Any]:
    """The pictures of a response."""
    return [item for item in response["output"] if item["type"] == "image_generation_call"]


def call_of(response: Any) -> Any:
    """Its one picture, finished."""
    (item,) = calls(response)
    assert item["status"] == "completed", item
    return item


def words_of(response: Any) -> str:
    """What was said."""
    (item,) = [item for item in response["output"] if item["type"] == "message"]
    text: str = item["content"][0]["text"]
    return text
