"""/v1/conversations and responses that have their turns in one."""

import threading
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.shape import error_of
from tests.api.test_responses import answered, asked, call, data_url

PATH = "/v1/conversations"
HELLO = {"role": "user", "content": "hello"}


def made(client: TestClient, **body: Any) -> dict[str, Any]:
    reply = client.post(PATH, json=body)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def listed(client: TestClient, conversation: str, query: str = "?order=asc") -> list[Any]:
    return list(client.get(f"{PATH}/{conversation}/items{query}").json()["data"])


def test_it_is_made_read_described_and_deleted(client: TestClient) -> None:
    new = made(client, metadata={"topic": "apples"})
    assert new.keys() == {"id", "object", "created_at", "metadata"}
    assert (new["object"], new["metadata"]) == ("conversation", {"topic": "apples"})
    path = f"{PATH}/{new['id']}"
    assert client.get(path).json() == new
    changed = client.post(path, json={"metadata": {"topic": "pears"}}).json()
    assert changed == {**new, "metadata": {"topic": "pears"}}
    assert client.get(path).json() == changed
    assert client.delete(path).json() == {
        "id": new["id"],
        "object": "conversation.deleted",
        "deleted": True,
    }
    error_of(client.get(path), 404)
    error_of(client.get(f"{path}/items"), 404)


def test_items_are_added_listed_read_and_taken_out(client: TestClient) -> None:
    new = made(client, items=[HELLO])
    path = f"{PATH}/{new['id']}/items"
    added = client.post(path, json={"items": [HELLO, {**HELLO, "role": "developer"}]}).json()
    assert (added["object"], added["has_more"]) == ("list", False)
    assert [item["role"] for item in added["data"]] == ["user", "developer"]
    ids = [item["id"] for item in listed(client, new["id"])]
    assert ids[1:] == [added["first_id"], added["last_id"]] and len(set(ids)) == 3
    newest = [item["id"] for item in listed(client, new["id"], "")]
    assert newest == ids[::-1]
    page = client.get(f"{path}?order=asc&limit=1&after={ids[0]}").json()
    assert (page["first_id"], page["has_more"]) == (ids[1], True)
    one = client.get(f"{path}/{ids[2]}").json()
    assert one["content"] == [{"type": "input_text", "text": "hello"}]
    assert client.delete(f"{path}/{ids[1]}").json() == new
    assert [item["id"] for item in listed(client, new["id"])] == [ids[0], ids[2]]
    error_of(client.get(f"{path}/{ids[1]}"), 404)


def test_a_response_reads_it_and_adds_its_turn(client: TestClient) -> None:
    new = made(client)
    first = answered(client, conversation=new["id"])
    assert first["conversation"] == {"id": new["id"]}
    second = answered(client, "make it blue", conversation={"id": new["id"]})
    assert call(second)["action"] == "edit"
    items = listed(client, new["id"])
    assert [item["type"] for item in items] == [
        *("message", "image_generation_call", "message"),
        *("message", "image_generation_call", "message"),
    ]
    assert items[1] == call(first) and items[4] == call(second)


def test_a_picture_that_was_put_there_is_what_a_turn_changes(client: TestClient) -> None:
    picture = {"type": "input_image", "image_url": data_url()}
    new = made(client, items=[{"role": "user", "content": [picture]}])
    assert call(answered(client, "make it blue", conversation=new["id"]))["action"] == "edit"
    path = f"{PATH}/{new['id']}/items"
    told = client.get(f"{path}?order=asc&include[]=message.input_image.image_url").json()
    assert told["data"][0]["content"][0]["image_url"] == picture["image_url"]


def test_turns_of_one_conversation_do_not_mix(client: TestClient) -> None:
    new = made(client)
    threads = [
        threading.Thread(
            target=client.post, args=("/v1/responses",), kwargs={"json": _turn(number, new["id"])}
        )
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    items = listed(client, new["id"], "?order=asc&limit=100")
    assert [item["type"] for item in items] == [
        "message", "image_generation_call", "message",
    ] * 4  # fmt: skip
    for place in range(0, 12, 3):
        number = items[place]["content"][0]["text"].split()[1]
        assert number in items[place + 1]["revised_prompt"]


def _turn(number: int, conversation: str) -> dict[str, Any]:
    counted = ("one", "two", "three", "four")[number]
    return asked(f"Draw {counted} apples", conversation=conversation)


def test_a_turn_that_failed_leaves_it_as_it_was(client: TestClient) -> None:
    new = made(client)
    gore = asked("Draw graphic gore with severed heads", conversation=new["id"])
    assert client.post("/v1/responses", json=gore).status_code == 400
    assert listed(client, new["id"]) == []


def test_deleting_it_leaves_the_items_of_kept_responses(client: TestClient) -> None:
    new = made(client)
    body = answered(client, conversation=new["id"])
    client.delete(f"{PATH}/{new['id']}")
    given = [{"type": "image_generation_call", "id": call(body)["id"]}, HELLO]
    assert answered(client, given)["status"] == "completed"


def test_going_on_from_a_response_of_a_conversation_reads_what_was_before(
    client: TestClient,
) -> None:
    new = made(client)
    answered(client, conversation=new["id"])
    second = answered(client, "What can you do?", conversation=new["id"])
    after = answered(client, "make it blue", previous_response_id=second["id"])
    assert call(after)["action"] == "edit"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"name": "x"}, "name"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"metadata": []}, "metadata"),
        ({"items": 7}, "items"),
        ({"items": [HELLO] * 21}, "items"),
        ({"items": [{"role": "user", "content": [{"type": "what"}]}]}, "items[0].content[0].type"),
        ({"items": [{"type": "item_reference", "id": "msg_nobodys"}]}, "items[0].id"),
    ],
)
def test_what_cannot_begin_one_is_refused(
    client: TestClient, body: dict[str, Any], param: str
) -> None:
    reply = client.post(PATH, json=body)
    assert error_of(reply, 404 if "nobodys" in str(body) else 400)["param"] == param


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "", {"metadata": {}}),
        ("DELETE", "", None),
        ("GET", "/items", None),
        ("POST", "/items", {"items": [HELLO]}),
        ("GET", "/items/msg_nobodys", None),
        ("DELETE", "/items/msg_nobodys", None),
    ],
)
def test_nobodys_conversation_is_404(client: TestClient, method: str, path: str, body: Any) -> None:
    more = {} if body is None else {"json": body}
    error_of(client.request(method, f"{PATH}/conv_nobodys{path}", **more), 404)


def test_missing_members_are_named(client: TestClient) -> None:
    new = made(client)
    path = f"{PATH}/{new['id']}"
    assert error_of(client.post(path, json={}), 400)["param"] == "metadata"
    assert error_of(client.post(f"{path}/items", json={}), 400)["param"] == "items"
    assert client.post(path, json={"metadata": None}).json()["metadata"] == {}


def test_a_conversation_keeps_its_turns(client: TestClient) -> None:
    new = made(client)
    body = asked("hello", conversation=new["id"], store=False)
    assert error_of(client.post("/v1/responses", json=body), 400)["param"] == "store"
