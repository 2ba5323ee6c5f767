from starlette.testclient import TestClient

from tests.api.home import FAKE
from tests.api.shape import error_of

NAMES = {"gpt-image-2", "chatgpt-image-latest", FAKE}


def test_versions_aliases_and_snapshots_are_listed_and_the_family_is_not(
    client: TestClient,
) -> None:
    body = client.get("/v1/models").json()
    assert body["object"] == "list"
    ids = [one["id"] for one in body["data"]]
    assert set(ids) >= NAMES
    assert "gpt-image" not in ids
    assert len(ids) == len(set(ids))


def test_a_model_says_whose_it_is_and_what_it_can_do(client: TestClient) -> None:
    for one in client.get("/v1/models").json()["data"]:
        assert one["object"] == "model"
        assert one["owned_by"] == "sfumato"
        assert one["shutdown_date"] is None
        assert isinstance(one["created"], int)
        told = one["sfumato"]
        assert told["capabilities"]["sizes"]["multiple"] == 16
        assert told["kind"] in {"version", "alias", "snapshot"}
        assert (told["kind"] == "snapshot") == (one["id"] == told["snapshot"])


def test_each_listed_model_is_found_by_its_id(client: TestClient) -> None:
    for one in client.get("/v1/models").json()["data"]:
        assert client.get(f"/v1/models/{one['id']}").json() == one
        assert client.get(f"/models/{one['id']}").json() == one


def test_the_family_and_unknown_ids_are_404(client: TestClient) -> None:
    for name in ("gpt-image", "gpt-image-22", "dall-e-2"):
        error = error_of(client.get(f"/v1/models/{name}"), 404)
        assert (error["code"], error["param"]) == ("model_not_found", "model")


def test_strict_mode_lists_openais_members_alone(strict_client: TestClient) -> None:
    for one in strict_client.get("/v1/models").json()["data"]:
        assert one.keys() == {"id", "object", "created", "owned_by", "shutdown_date"}
