"""POST /v1/content_provenance_checks, and what the file of an answer says of itself."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.home import FAKE
from tests.contract.asking import REQUEST, SMALL, decoded, error_of, value_of, wire
from tests.contract.clients import Client
from tests.contract.conftest import Fields
from tests.contract.drawing import Drawings, sent

ROUTE = "POST /v1/content_provenance_checks"
# The clients of a year ago have no such call.
NEWEST = pytest.mark.speakers(
    "python-newest", "python-newest-strict", "node-newest", "node-newest-strict"
)


def findings(client: Client, path: Path) -> dict[str, Any]:
    answer = value_of(client.call("content_provenance_checks.create", file=sent(path)))
    assert answer["object"] == "content_provenance_check"
    return {one["type"]: one for one in answer["results"]}


@wire("W-771")
@NEWEST
@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_a_picture_of_ours_is_recognised(
    client: Client, fields: Fields, drawings: Drawings, strict: bool, output_format: str
) -> None:
    (entry,) = value_of(client.generate(**SMALL, output_format=output_format))["data"]
    path = drawings.text(f"ours.{output_format}", decoded(entry["b64_json"]))
    found = findings(client, path)["c2pa"]
    assert (found["outcome"], found["validation_state"]) == ("detected", "valid")
    assert found["model"] == FAKE
    assert ("sfumato" in found) is not strict
    fields.honoured(ROUTE, "file", "is looked at for credentials")


@wire("W-772")
@NEWEST
def test_a_picture_without_credentials_is_not(client: Client, drawings: Drawings) -> None:
    found = findings(client, drawings.photo())
    c2pa = found["c2pa"]
    assert (c2pa["outcome"], c2pa["validation_state"]) == ("not_detected", "not_present")
    assert found["synthid"]["outcome"] == "not_detected"


@wire("W-773")
@NEWEST
def test_a_picture_that_was_changed_is_invalid(client: Client, drawings: Drawings) -> None:
    (entry,) = value_of(client.generate(**SMALL))["data"]
    data = bytearray(decoded(entry["b64_json"]))
    data[-40] ^= 1
    found = findings(client, drawings.text("changed.png", bytes(data)))["c2pa"]
    assert (found["outcome"], found["validation_state"]) == ("not_detected", "invalid")


@wire("W-774")
@NEWEST
def test_what_is_no_picture_has_no_provenance(
    client: Client, fields: Fields, drawings: Drawings
) -> None:
    answer = client.call("content_provenance_checks.create", file=sent(drawings.text()))
    expected = (REQUEST, "unsupported_file_mimetype", "file")
    assert error_of(answer, "BadRequestError") == expected
    fields.refused(ROUTE, "file", "no picture", answer)
