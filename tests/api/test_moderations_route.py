"""POST /v1/moderations, and what a plugged-in classifier does to the routes that make pictures."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from PIL import Image
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from sfumato.api.moderation_schema import LONGEST_TEXT, MODELS
from sfumato.errors import ServerError
from sfumato.safety.fetch import open_fetcher
from sfumato.safety.verdict import CATEGORIES
from tests.api.home import fake_snapshot, make_home

PATH = "/v1/moderations"
PICTURE_JUDGE = {"image_moderation": "tests.safety.judges:Red"}


@contextmanager
def client_of(home: Path, **settings: Any) -> Iterator[TestClient]:
    app = create_app(make_home(home, fake_snapshot(), **settings))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture(scope="module")
def seeing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client_of(tmp_path_factory.mktemp("seeing"), **PICTURE_JUDGE) as client:
        yield client


def results(client: TestClient, given: object, **more: object) -> list[dict[str, Any]]:
    answer = client.post(PATH, json={"input": given, **more})
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()["results"]
    return told


def data_url(colour: str) -> str:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def part(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def test_a_text_gets_one_result_with_all_categories(client: TestClient) -> None:
    answer = client.post(PATH, json={"input": "two topless dancers"}).json()
    assert answer["id"].startswith("modr-")
    assert answer["model"] == "omni-moderation-latest"
    (result,) = answer["results"]
    assert result["flagged"] is True
    assert [name for name, found in result["categories"].items() if found] == ["sexual"]
    assert result["category_scores"]["sexual"] == 0.8
    for member in ("categories", "category_scores", "category_applied_input_types"):
        assert tuple(result[member]) == CATEGORIES
    assert set(map(tuple, result["category_applied_input_types"].values())) == {("text",)}


def test_a_harmless_text_is_not_flagged(client: TestClient) -> None:
    (result,) = results(client, "a red bird on a branch")
    assert result["flagged"] is False
    assert set(result["category_scores"].values()) == {0.0}


def test_a_list_of_texts_gets_a_result_each_in_order(client: TestClient) -> None:
    found = results(client, ["gore", "a bird", "I am going to kill you", ""])
    assert [result["flagged"] for result in found] == [True, False, True, False]
    assert found[2]["categories"]["harassment/threatening"] is True


def test_text_parts_are_judged_together(client: TestClient) -> None:
    parts = [{"type": "text", "text": "a child and"}, {"type": "text", "text": "lingerie"}]
    (result,) = results(client, parts)
    assert result["categories"]["sexual/minors"] is True
    assert not any(r["flagged"] for r in results(client, ["a child and", "lingerie"]))


@pytest.mark.parametrize("model", MODELS)
def test_openais_models_answer_by_their_names(client: TestClient, model: str) -> None:
    answer = client.post(PATH, json={"input": "a bird", "model": model})
    assert answer.json()["model"] == model


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({}, "input", "missing_required_parameter"),
        ({"input": None}, "input", "missing_required_parameter"),
        ({"input": 1}, "input", "invalid_type"),
        ({"input": {}}, "input", "invalid_type"),
        ({"input": []}, "input", "array_below_min_length"),
        ({"input": ["a", 1]}, "input[1]", "invalid_type"),
        ({"input": ["a"] * 65}, "input", "array_above_max_length"),
        ({"input": [None]}, "input[0]", "invalid_type"),
        ({"input": ["a", {"type": "text", "text": "a"}]}, "input[1]", "invalid_type"),
        ({"input": [{"type": "text", "text": "a"}, "a"]}, "input[1]", "invalid_type"),
        ({"input": [{"type": "sound"}]}, "input[0]", "invalid_value"),
        ({"input": [{"type": ["text"]}]}, "input[0]", "invalid_value"),
        ({"input": [{"type": "text"}]}, "input[0].text", "missing_required_parameter"),
        ({"input": [{"type": "text", "text": 1}]}, "input[0].text", "invalid_type"),
        (
            {"input": [{"type": "text", "text": "a", "x": 1}]},
            "input[0].x",
            "unknown_parameter",
        ),
        (
            {"input": [{"type": "image_url", "image_url": "http://a.example/"}]},
            "input[0].image_url",
            "invalid_type",
        ),
        (
            {"input": [{"type": "image_url", "image_url": {}}]},
            "input[0].image_url.url",
            "invalid_type",
        ),
        (
            {"input": [{"type": "image_url", "image_url": {"url": "a", "detail": "low"}}]},
            "input[0].image_url.detail",
            "unknown_parameter",
        ),
        ({"input": [part("a"), part("b")]}, "input[1]", "array_above_max_length"),
        ({"input": "a" * (LONGEST_TEXT + 1)}, "input", "string_above_max_length"),
        ({"input": "a", "model": 1}, "model", "invalid_type"),
        ({"input": "a", "user": "me"}, "user", "unknown_parameter"),
    ],
)
def test_a_wrong_body_is_refused_naming_the_field(
    client: TestClient, body: dict[str, Any], param: str, code: str
) -> None:
    answer = client.post(PATH, json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["code"]) == (400, param, code)
    assert error["type"] == "invalid_request_error"


def test_another_model_does_not_exist(client: TestClient) -> None:
    answer = client.post(PATH, json={"input": "a", "model": "gpt-image-2"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (404, "model_not_found")
    assert (error["param"], error["type"]) == ("model", "invalid_request_error")


def test_the_body_is_bounded(client: TestClient) -> None:
    answer = client.post(PATH, json={"input": ["a" * 30_000] * 40})
    assert answer.status_code == 413


def test_without_a_picture_classifier_a_picture_is_refused_and_not_passed(
    client: TestClient,
) -> None:
    answer = client.post(PATH, json={"input": [part(data_url("red"))]})
    error = answer.json()["error"]
    assert (answer.status_code, error["param"]) == (400, "input")
    assert "no picture classifier" in error["message"]


def test_a_picture_classifier_judges_pictures_alone_and_with_text(seeing: TestClient) -> None:
    (alone,) = results(seeing, [part(data_url("red"))])
    assert alone["categories"]["violence"] is True
    assert alone["category_scores"]["violence"] == 1.0
    assert alone["category_applied_input_types"]["violence"] == ["image"]
    assert alone["category_applied_input_types"]["hate"] == []
    (white,) = results(seeing, [part(data_url("white"))])
    assert white["flagged"] is False
    (both,) = results(seeing, [{"type": "text", "text": "topless"}, part(data_url("red"))])
    assert both["category_applied_input_types"]["violence"] == ["text", "image"]
    assert both["categories"]["sexual"] is both["categories"]["violence"] is True


def test_the_text_models_take_no_picture(seeing: TestClient) -> None:
    body = {"model": "text-moderation-latest", "input": [part(data_url("red"))]}
    answer = seeing.post(PATH, json=body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "input")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "data:image/png;base64,####",
        "data:text/plain;base64,aGVsbG8=",
    ],
)
def test_a_picture_that_cannot_be_had_is_refused(seeing: TestClient, url: str) -> None:
    answer = seeing.post(PATH, json={"input": [part(url)]})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith("input[0]")


def test_a_text_classifier_refuses_prompts_too(tmp_path: Path) -> None:
    with client_of(tmp_path, text_moderation="tests.safety.judges:Shouting") as client:
        (result,) = results(client, "GO AWAY")
        assert result["categories"]["harassment"] is True
        answer = client.post("/v1/images/generations", json={"prompt": "PAINT A BIRD"})
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (400, "moderation_blocked")
        assert error["moderation_details"] == {
            "moderation_stage": "input",
            "categories": ["harassment"],
        }


def test_a_picture_to_be_edited_is_refused_before_any_work(seeing: TestClient) -> None:
    body = {"prompt": "add a hat", "images": [{"image_url": data_url("red")}]}
    error = seeing.post("/v1/images/edits", json=body).json()["error"]
    assert error["code"] == "moderation_blocked"
    assert error["moderation_details"] == {
        "moderation_stage": "input",
        "categories": ["violence"],
    }


def test_a_finished_picture_is_refused_at_the_output_stage_by_the_asked_strength(
    tmp_path: Path,
) -> None:
    with client_of(tmp_path, image_moderation="tests.safety.judges:Everything") as client:
        body = {"prompt": "a bird", "quality": "low", "size": "1024x1024"}
        refused = client.post("/v1/images/generations", json=body)
        error = refused.json()["error"]
        assert (refused.status_code, error["code"]) == (400, "moderation_blocked")
        assert error["moderation_details"]["moderation_stage"] == "output"
        passed = client.post("/v1/images/generations", json={**body, "moderation": "low"})
        assert passed.status_code == 200


@pytest.mark.parametrize("variable", ["text_moderation", "image_moderation"])
def test_a_classifier_that_is_not_installed_stops_the_start_in_words(
    tmp_path: Path, variable: str
) -> None:
    settings = make_home(tmp_path, fake_snapshot(), **{variable: "no_such_package_here:Class"})
    with pytest.raises(ServerError, match=f"SFUMATO_{variable.upper()}=.*is not installed"):
        create_app(settings)


def test_fetching_can_be_switched_off_and_a_private_host_allowed(tmp_path: Path) -> None:
    image = [part("http://127.0.0.1:1/")]
    with client_of(tmp_path / "off", fetch=False, **PICTURE_JUDGE) as client:
        error = client.post(PATH, json={"input": image}).json()["error"]
        assert (error["code"], "fetches no URLs" in error["message"]) == ("invalid_image_url", True)
    with client_of(tmp_path / "on", fetch_allow="127.0.0.1:1", **PICTURE_JUDGE) as client:
        error = client.post(PATH, json={"input": image}).json()["error"]
        assert error["code"] == "failed_to_download_image"  # it was asked, and nobody listens


def test_a_host_that_cannot_be_read_stops_the_start_in_words() -> None:
    with pytest.raises(ServerError, match="SFUMATO_FETCH_ALLOW cannot be used: 'http://a' is not"):
        open_fetcher(True, "http://a")


def test_openais_client_reads_the_answer(client: TestClient) -> None:
    openai = OpenAI(api_key="none", base_url="http://127.0.0.1/v1", http_client=client)
    answer = openai.moderations.create(input=["gore", "a bird"])
    assert [result.flagged for result in answer.results] == [True, False]
    assert answer.results[0].categories.violence_graphic is True
    assert answer.results[0].category_scores.sexual_minors == 0.0
    assert answer.results[0].category_applied_input_types.hate == ["text"]
