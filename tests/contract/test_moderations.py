"""POST /v1/moderations, as the clients use it."""

from typing import Any

import pytest

from tests.contract.asking import REQUEST, error_of, value_of, wire, wire_json
from tests.contract.clients import Client
from tests.contract.conftest import Fields

ROUTE = "POST /v1/moderations"
CATEGORIES = {
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
}


@wire("W-751")
def test_a_text_is_judged_in_openais_categories(client: Client, fields: Fields) -> None:
    answer = value_of(client.call("moderations.create", input="a nude woman"))
    assert answer["id"].startswith("modr-")
    (result,) = answer["results"]
    assert result["flagged"]
    assert result["categories"].keys() == CATEGORIES
    assert result["category_scores"].keys() == CATEGORIES
    assert [name for name, found in result["categories"].items() if found] == ["sexual"]
    assert result["category_applied_input_types"]["sexual"] == ["text"]
    fields.honoured(ROUTE, "input", "is judged, each text on its own")


@wire("W-752")
def test_several_texts_are_judged_one_by_one(client: Client) -> None:
    texts = ["an apple", "a nude woman"]
    results = value_of(client.call("moderations.create", input=texts))["results"]
    assert [result["flagged"] for result in results] == [False, True]


@wire("W-753")
def test_parts_are_judged_together(client: Client) -> None:
    parts = [{"type": "text", "text": "an apple"}, {"type": "text", "text": "a nude woman"}]
    (result,) = value_of(client.call("moderations.create", input=parts))["results"]
    assert result["flagged"]


@wire("W-754")
@pytest.mark.parametrize("model", ["omni-moderation-latest", "omni-moderation-2024-09-26", None])
def test_the_model_is_echoed(client: Client, fields: Fields, model: str | None) -> None:
    answer = value_of(client.call("moderations.create", input="x", model=model))
    assert answer["model"] == (model or "omni-moderation-latest")
    fields.honoured(ROUTE, "model", "is echoed; the same word list answers to all of them")


@wire("W-755")
@pytest.mark.parametrize(
    ("sends", "param"),
    [
        ({"input": 7}, "input"),
        ({"input": []}, "input"),
        ({"input": [{"type": "audio"}]}, "input[0]"),
        ({"input": "x", "model": "gpt-5"}, "model"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    client: Client, fields: Fields, sends: dict[str, Any], param: str
) -> None:
    answer = client.call("moderations.create", **sends)
    kind = "NotFoundError" if param == "model" else "BadRequestError"
    found = error_of(answer, kind)
    assert (found[0], found[2]) == (REQUEST, param)
    name = "model" if "model" in sends else "input"
    fields.refused(ROUTE, name, wire_json(sends[name]), answer)


@wire("W-756")
def test_a_picture_is_refused_where_no_classifier_is_plugged_in(
    client: Client, fields: Fields
) -> None:
    url = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    answer = client.call("moderations.create", input=[url])
    assert error_of(answer, "BadRequestError")[0] == REQUEST
    fields.refused(ROUTE, "input", "a picture, without a classifier", answer)
