"""GET /v1/models and /v1/models/{id}, as the clients see them."""

import pytest

from tests.api.home import FAKE
from tests.contract.asking import REQUEST, error_of, value_of, wire
from tests.contract.clients import Client


@wire("W-151")
def test_models_that_answer_are_listed_and_the_family_is_not(client: Client) -> None:
    ids = [one["id"] for one in client.every("models.list")]
    assert {"gpt-image-2", "chatgpt-image-latest", FAKE} <= set(ids)
    assert len(ids) == len(set(ids))
    assert "gpt-image" not in ids


@wire("W-152")
def test_a_model_is_found_as_it_is_listed(client: Client) -> None:
    for listed in client.every("models.list"):
        found = value_of(client.call("models.retrieve", listed["id"]))
        shown = {name: found[name] for name in listed}
        assert shown == listed
        assert (found["object"], found["owned_by"]) == ("model", "sfumato")
        assert isinstance(found["created"], int)
        assert found["shutdown_date"] is None


@wire("W-153")
@pytest.mark.parametrize("name", ["gpt-image", "dall-e-3", "gpt-5", "nothing"])
def test_what_does_not_answer_is_not_found(client: Client, name: str) -> None:
    answer = client.call("models.retrieve", name)
    assert error_of(answer, "NotFoundError")[:2] == (REQUEST, "model_not_found")


@wire("W-154")
def test_what_a_model_can_do_is_told_outside_strict_mode(client: Client, strict: bool) -> None:
    found = value_of(client.call("models.retrieve", "gpt-image-2"))
    assert ("sfumato" in found) is not strict
    if not strict:
        assert found["sfumato"]["snapshot"] == FAKE
        assert found["sfumato"]["kind"] == "version"
        assert {"sizes", "qualities", "extensions"} <= found["sfumato"]["capabilities"].keys()
