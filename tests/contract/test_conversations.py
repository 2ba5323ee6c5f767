"""/v1/conversations, as the clients use them."""

from typing import Any

import pytest

from tests.contract.asking import FOUR, REQUEST, error_of, value_of, wire
from tests.contract.clients import Client
from tests.contract.conftest import Fields
from tests.contract.talking import call_of, respond

ROUTE = "POST /v1/conversations"
UNKNOWN = "conv_00000000000000000000000000000000"


def message(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": text}


@wire("W-561")
@FOUR
def test_a_conversation_is_made_renamed_and_deleted(client: Client, fields: Fields) -> None:
    made = value_of(client.call("conversations.create", metadata={"topic": "fruit"}))
    assert made["id"].startswith("conv_")
    assert (made["object"], made["metadata"]) == ("conversation", {"topic": "fruit"})
    changed = value_of(client.call("conversations.update", made["id"], metadata={"a": "b"}))
    assert changed["metadata"] == {"a": "b"}
    assert value_of(client.call("conversations.retrieve", made["id"])) == changed
    gone = value_of(client.call("conversations.delete", made["id"]))
    assert gone == {"id": made["id"], "object": "conversation.deleted", "deleted": True}
    assert error_of(client.call("conversations.retrieve", made["id"]), "NotFoundError")
    fields.honoured(ROUTE, "metadata", "is kept and told")


@wire("W-562")
@FOUR
def test_items_are_added_listed_and_removed(client: Client, fields: Fields) -> None:
    made = value_of(client.call("conversations.create", items=[message("one")]))["id"]
    added = value_of(
        client.call("conversations.items.create", made, items=[message("two"), message("three")])
    )
    assert added["object"] == "list"
    listed = client.every("conversations.items.list", made, order="asc", limit=2)
    said = [item["content"][0]["text"] for item in listed]
    assert said == ["one", "two", "three"]
    newest = client.every("conversations.items.list", made)
    assert newest == listed[::-1]
    place = {"conversation_id": made}
    one = value_of(client.call("conversations.items.retrieve", listed[0]["id"], **place))
    assert one == listed[0]
    left = value_of(client.call("conversations.items.delete", listed[0]["id"], **place))
    assert left["id"] == made
    assert client.every("conversations.items.list", made, order="asc") == listed[1:]
    fields.honoured(ROUTE, "items", "its first items")


@wire("W-563")
@FOUR
def test_a_turn_leaves_its_items_in_the_conversation(client: Client) -> None:
    made = value_of(client.call("conversations.create"))["id"]
    first = respond(client, conversation=made)
    listed = client.every("conversations.items.list", made, order="asc")
    assert [item["type"] for item in listed] == ["message", "image_generation_call", "message"]
    assert listed[1]["result"] == call_of(first)["result"]
    assert call_of(respond(client, "make it blue", conversation=made))["action"] == "edit"


@wire("W-564")
@pytest.mark.parametrize(
    ("sends", "code", "param"),
    [
        ({"metadata": {str(i): "x" for i in range(17)}}, "invalid_value", "metadata"),
        ({"metadata": {"a": 1}}, "invalid_type", "metadata.a"),
        ({"items": [message("x")] * 21}, "array_above_max_length", "items"),
        ({"items": [{"type": "function_call"}]}, "invalid_value", "items[0].type"),
        ({"title": "x"}, "unknown_parameter", "title"),
    ],
)
def test_what_a_conversation_cannot_have_is_refused(
    client: Client, fields: Fields, sends: dict[str, Any], code: str, param: str
) -> None:
    answer = client.call("conversations.create", **sends)
    assert error_of(answer, "BadRequestError") == (REQUEST, code, param)
    (name,) = sends
    if name != "title":
        fields.refused(ROUTE, name, param if param != name else "too many", answer)


@wire("W-565")
def test_an_unknown_conversation_is_not_found(client: Client) -> None:
    for call in ("retrieve", "delete", "items.list"):
        answer = client.call(f"conversations.{call}", UNKNOWN)
        assert error_of(answer, "NotFoundError")[0] == REQUEST
