import pytest
from starlette.testclient import TestClient

from tests.api.shape import error_of

PATH = "/v1/sfumato/pictures"


def make(client: TestClient, seed: int) -> None:
    asked = {"prompt": "a pear", "size": "816x816", "quality": "low", "seed": seed}
    assert client.post("/v1/images/generations", json=asked).status_code == 200


@pytest.mark.wire("W-909")
def test_the_history_is_newest_first_and_goes_on_after_a_picture(client: TestClient) -> None:
    for seed in (101, 102, 103):
        make(client, seed)
    first = client.get(PATH, params={"limit": 2}).json()
    assert [one["seed"] for one in first["data"]] == [103, 102]
    assert first["has_more"] is True
    assert first["first_id"] == first["data"][0]["id"]
    assert first["last_id"] == first["data"][1]["id"]
    second = client.get(PATH, params={"limit": 1, "after": first["last_id"]}).json()
    assert [one["seed"] for one in second["data"]] == [101]


@pytest.mark.wire("W-909")
def test_a_picture_has_its_facts_and_its_file(client: TestClient) -> None:
    make(client, 104)
    newest = client.get(PATH, params={"limit": 1}).json()["data"][0]
    assert client.get(f"{PATH}/{newest['id']}").json() == newest
    assert (newest["prompt"], newest["size"], newest["quality"]) == ("a pear", "816x816", "low")
    assert newest["recipe"]["seed"] == 104
    file = client.get(newest["url"])
    assert file.headers["content-type"] == "image/png"
    assert len(file.content) == newest["bytes"]
    assert file.content.startswith(b"\x89PNG")
    assert file.headers["content-disposition"] == "inline"


@pytest.mark.parametrize("path", ["/img_none", "/img_none/content", "?after=img_none"])
def test_an_unknown_picture_is_404(client: TestClient, path: str) -> None:
    assert error_of(client.get(PATH + path), 404)["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("query", "param"), [("order=asc", "order"), ("limit=1&limit=2", "limit"), ("Limit=1", "Limit")]
)
def test_what_the_list_does_not_have_is_refused_by_name(
    client: TestClient, query: str, param: str
) -> None:
    assert error_of(client.get(f"{PATH}?{query}"), 400)["param"] == param


@pytest.mark.wire("W-954")
@pytest.mark.parametrize("path", ["", "?limit=1", "/img_none", "/img_none/content"])
def test_strict_mode_has_no_history(strict_client: TestClient, path: str) -> None:
    error = error_of(strict_client.get(PATH + path), 404)
    assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", None, None)


@pytest.mark.parametrize("limit", ["0", "-1", "101", "ten", "", "1.0", "9" * 5000, "²"])
def test_a_limit_out_of_range_is_refused_by_name(client: TestClient, limit: str) -> None:
    assert error_of(client.get(PATH, params={"limit": limit}), 400)["param"] == "limit"
