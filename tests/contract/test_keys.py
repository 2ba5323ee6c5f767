"""Keys: who is recognised, what each may spend, and that none sees what another keeps."""

import json
import time
from typing import Any

import httpx2
import pytest

from tests.contract import web
from tests.contract.asking import FOUR, REQUEST, SMALL, error_of, value_of, wire
from tests.contract.clients import SPEAKERS, Client, client_of
from tests.contract.drawing import Drawings, sent
from tests.contract.running import Running, running
from tests.contract.talking import TOOL, call_of, respond


@pytest.fixture
def ada(client: Client, server: Running) -> Client:
    return client.told(api_key=server.keys["ada"])


@pytest.fixture
def bob(client: Client, server: Running) -> Client:
    return client.told(api_key=server.keys["bob"])


@wire("W-851")
def test_a_key_of_ours_that_does_not_live_is_refused(client: Client) -> None:
    answer = client.told(api_key="sk-sfumato-unknown").generate(**SMALL)
    assert error_of(answer, "AuthenticationError") == (REQUEST, "invalid_api_key", None)
    assert answer["status"] == 401


@wire("W-852")
@FOUR
def test_each_key_has_files_and_batches_of_its_own(
    ada: Client, bob: Client, drawings: Drawings
) -> None:
    file = value_of(ada.call("files.create", file=sent(drawings.text()), purpose="user_data"))
    for call in ("files.retrieve", "files.delete", "files.content"):
        asked = {"call": call, "ids": [file["id"]], "mode": "bytes"}
        assert error_of(bob.ask(asked), "NotFoundError")
    assert file["id"] not in [one["id"] for one in bob.every("files.list")]
    lines = sent(drawings.text("lines.jsonl", b"not json"))
    source = value_of(ada.call("files.create", file=lines, purpose="batch"))["id"]
    asked = {"endpoint": "/v1/images/generations", "completion_window": "24h"}
    batch = value_of(ada.call("batches.create", input_file_id=source, **asked))
    assert error_of(bob.call("batches.create", input_file_id=source, **asked), "NotFoundError")
    for call in ("batches.retrieve", "batches.cancel"):
        assert error_of(bob.call(call, batch["id"]), "NotFoundError")
    assert batch["id"] not in [one["id"] for one in bob.every("batches.list")]
    value_of(ada.call("files.retrieve", file["id"]))


@wire("W-853")
@FOUR
def test_each_key_has_responses_and_conversations_of_its_own(ada: Client, bob: Client) -> None:
    held = value_of(ada.call("conversations.create"))["id"]
    response = respond(ada, conversation=held)
    item = call_of(response)["id"]
    for call in ("retrieve", "cancel", "delete", "input_items.list"):
        assert error_of(bob.call(f"responses.{call}", response["id"]), "NotFoundError")
    for call in ("retrieve", "delete", "items.list"):
        assert error_of(bob.call(f"conversations.{call}", held), "NotFoundError")
    named = [{"type": "image_generation_call", "id": item}, {"role": "user", "content": "redder"}]
    for more in (
        {"previous_response_id": response["id"]},
        {"conversation": held},
        {"input": named},
    ):
        asked: dict[str, Any] = {"model": "gpt-5", "input": "make it blue", "tools": [TOOL], **more}
        assert error_of(bob.call("responses.create", **asked), "NotFoundError")
    place = {"conversation_id": held}
    for call in ("retrieve", "delete"):
        answer = bob.call(f"conversations.items.{call}", item, **place)
        assert error_of(answer, "NotFoundError")
    value_of(ada.call("conversations.items.retrieve", item, **place))


@wire("W-854")
@FOUR
def test_each_key_has_idempotency_keys_of_its_own(
    ada: Client, bob: Client, request: pytest.FixtureRequest
) -> None:
    headers = {"Idempotency-Key": request.node.name}
    one = value_of(ada.told(headers=headers).generate(**SMALL))
    other = value_of(bob.told(headers=headers).generate(**{**SMALL, "prompt": "a pear"}))
    assert one["data"] != other["data"]


@wire("W-855")
@pytest.mark.speakers("python-newest")
def test_each_key_has_jobs_and_pictures_of_its_own(server: Running) -> None:
    ada, bob = (
        httpx2.Client(
            base_url=server.url,
            headers={"authorization": f"Bearer {server.keys[name]}"},
            timeout=60,
        )
        for name in ("ada", "bob")
    )
    with ada, bob:
        prefer = {"prefer": "respond-async"}
        job = ada.post("/v1/images/generations", json=SMALL, headers=prefer).json()["id"]
        address = f"/v1/sfumato/jobs/{job}"
        while ada.get(address).json()["status"] != "completed":
            time.sleep(0.02)
        newest = ada.get("/v1/sfumato/pictures").json()["data"][0]["id"]
        for method, path in (
            ("GET", address),
            ("POST", f"{address}/cancel"),
            ("DELETE", address),
            ("GET", f"/v1/sfumato/pictures/{newest}"),
            ("GET", f"/v1/sfumato/pictures/{newest}/content"),
        ):
            assert bob.request(method, path).status_code == 404, path
        assert job not in [one["id"] for one in bob.get("/v1/sfumato/jobs").json()["data"]]
        shown = bob.get("/v1/sfumato/pictures").json()["data"]
        assert newest not in [one["id"] for one in shown]
        assert ada.get(address).status_code == 200


@wire("W-856")
@pytest.mark.speakers("python-newest", "node-newest-strict")
def test_a_budget_of_requests_ends_in_429(client: Client, server: Running) -> None:
    few = client.told(api_key=server.keys["few"])
    answers = [few.call("moderations.create", input="x") for _ in range(3)]
    assert [value_of(one)["results"][0]["flagged"] for one in answers[:2]] == [False, False]
    headers = answers[0]["headers"]
    assert headers["x-ratelimit-limit-requests"] == "2"
    assert headers["x-ratelimit-remaining-requests"] == "1"
    assert headers["x-ratelimit-reset-requests"].endswith("s")
    found = error_of(answers[2], "RateLimitError")
    assert found == ("requests", "rate_limit_exceeded", None)
    assert 1 <= int(answers[2]["headers"]["retry-after"]) <= 60


@wire("W-857")
@pytest.mark.speakers("python-newest", "node-newest-strict")
def test_a_budget_of_image_tokens_ends_in_429(client: Client, server: Running) -> None:
    small = client.told(api_key=server.keys["small"])
    answer = value_of(small.generate(**SMALL))
    assert answer["usage"]["output_tokens"] == 171
    refused = small.generate(**SMALL)
    assert error_of(refused, "RateLimitError") == ("tokens", "rate_limit_exceeded", None)
    assert 1 <= int(refused["headers"]["retry-after"]) <= 120
    never = small.told(max_retries=5).generate(**{**SMALL, "quality": "high"})
    assert error_of(never, "RateLimitError")[0] == "tokens"
    assert never["headers"]["x-should-retry"] == "false"


@wire("W-858")
def test_a_server_that_others_reach_wants_a_key(tmp_path_factory: Any) -> None:
    home = tmp_path_factory.mktemp("public")
    public = "https://pictures.example"
    with (
        running(home, keys={"ada": {}}, public_url=public) as server,
        client_of(SPEAKERS["python-newest"], server.url) as client,
    ):
        answer = client.call("models.list")
        assert error_of(answer, "AuthenticationError")[1] == "invalid_api_key"
        assert value_of(client.told(api_key=server.keys["ada"]).call("models.list"))
        for path in ("/", "/healthz", "/readyz"):
            assert web.get(server.url + path).status_code in (200, 503), path
        url = f"{server.url}/v1/images/generations"
        body = {**SMALL, "response_format": "url"}
        headers = {"authorization": f"Bearer {server.keys['ada']}"}
        reply = json.loads(web.post(url, json=body, headers=headers).content)
        link = reply["data"][0]["url"]
        assert link.startswith(f"{public}/v1/sfumato/links/")
        assert web.get(link.replace(public, server.url)).status_code == 200
