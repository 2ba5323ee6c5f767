"""Words that the engine left aside are told, not passed over."""

from starlette.testclient import TestClient


def ask(client: TestClient, memory: str) -> str:
    tool = {"type": "image_generation", "size": "816x816", "quality": "low", "memory": memory}
    body = {"model": "sfumato-director", "input": "draw a zebra", "tools": [tool]}
    reply = client.post("/v1/responses", json=body)
    assert reply.status_code == 200, reply.text
    [message] = [item for item in reply.json()["output"] if item["type"] == "message"]
    text: str = message["content"][0]["text"]
    return text


def test_what_was_not_understood_is_told(client: TestClient) -> None:
    """The fake engine knows every word, unless its memory is off."""
    assert "I could make nothing of" not in ask(client, "on")
    assert "\u201czebra\u201d" in ask(client, "off")
