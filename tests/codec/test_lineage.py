"""Every picture names those that it was made from, and a long line of edits stays short."""

import io
import json
from pathlib import Path
from typing import Any

import c2pa  # type: ignore[import-untyped]  # it ships no types
import pytest

from sfumato.codec.credentials import Credentials, open_credentials
from sfumato.codec.finish import finish
from sfumato.codec.inspect import inspect
from sfumato.codec.lineage import MAX_ANCESTORS, MAX_PROMPT, ancestors_of, read_ancestors
from sfumato.codec.provenance import read_ingredients, read_lineage, read_recipe
from sfumato.core import EncodedImage, InputPicture
from tests.codec.pictures import (
    APPLE,
    DIGEST,
    SNAPSHOT,
    encoded,
    oriented_jpeg,
    params,
    picture,
    ramp,
)


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return open_credentials(tmp_path_factory.mktemp("home"))


def _input(data: bytes, credentials: Credentials) -> InputPicture:
    facts = inspect(data, credentials)
    return InputPicture(
        key="inputs/ab/abcd",
        sha256=facts.pixels_sha256,
        width=facts.width,
        height=facts.height,
        recipe=facts.recipe,
    )


def _made(credentials: Credentials, prompt: str, *inputs: bytes, **changes: object) -> EncodedImage:
    pictures = tuple(_input(data, credentials) for data in inputs)
    asked = params(prompt=prompt, inputs=pictures, **changes)
    return finish(picture(), asked, SNAPSHOT, DIGEST, credentials, 0)


def _manifest(data: bytes) -> dict[str, Any]:
    with c2pa.Reader(io.BytesIO(data)) as reader:
        report = json.loads(reader.json())
    assert report["validation_state"] == "Valid"
    manifest: dict[str, Any] = report["manifests"][report["active_manifest"]]
    return manifest


def test_a_picture_made_from_nothing_has_no_ancestors(credentials: Credentials) -> None:
    image = finish(picture(), params(), SNAPSHOT, DIGEST, credentials, 0)
    assert read_lineage(image.data) == ()
    assert "ancestors" not in image.recipe and "inputs" not in image.recipe


def test_after_four_turns_the_picture_lists_all_its_ancestors(credentials: Credentials) -> None:
    turns = ("a fox", "make it blue", "add a hat", "transparent background", "as a sketch")
    made = [_made(credentials, turns[0], seed=11)]
    formats = ("png", "jpeg", "webp", "png")
    for said, output_format in zip(turns[1:], formats, strict=True):
        data = made[-1].data
        made.append(_made(credentials, said, data, output_format=output_format))
    lineage = read_lineage(made[-1].data)
    assert [ancestor.prompt for ancestor in lineage] == list(reversed(turns[:-1]))
    assert [ancestor.task for ancestor in lineage] == ["edit"] * 3 + ["generation"]
    assert [ancestor.image_sha256 for ancestor in lineage] == [i.sha256 for i in made[-2::-1]]
    assert {ancestor.snapshot for ancestor in lineage} == {SNAPSHOT}
    assert all(ancestor.seed == 7 for ancestor in lineage)
    recipe, ours = read_recipe(made[-1].data, credentials)
    assert ours and recipe["ancestors"][0]["prompt"] == "transparent background"


def test_an_upload_is_an_ancestor_by_the_hash_of_its_pixels(credentials: Credentials) -> None:
    photograph = oriented_jpeg(1)
    image = _made(credentials, "make it blue", photograph)
    (upload,) = read_lineage(image.data)
    assert upload.facts() == {
        "task": "upload",
        "pixels_sha256": inspect(photograph, credentials).pixels_sha256,
    }
    assert image.recipe["inputs"] == [upload.pixels_sha256]


def test_inputs_are_ingredients_the_first_as_parent(credentials: Credentials) -> None:
    fox = _made(credentials, "a fox").data
    data = _made(credentials, "put both together", fox, encoded(ramp(), "PNG")).data
    manifest = _manifest(data)
    parent, other, apple = manifest["ingredients"]
    assert (parent["relationship"], other["relationship"]) == ("parentOf", "inputTo")
    assert apple["relationship"] == "componentOf"
    assert parent["title"] == "a fox" and SNAPSHOT in parent["description"]
    assert other["title"] == "picture 2"
    assert parent["instance_id"] == f"sha256:{_input(fox, credentials).sha256}"
    (actions,) = (a["data"]["actions"] for a in manifest["assertions"] if "actions" in a["label"])
    edited = actions[1]
    assert [a["action"] for a in actions] == ["c2pa.opened", "c2pa.edited", "c2pa.placed"]
    assert edited["softwareAgent"] == {"name": "Sfumato", "version": SNAPSHOT}
    assert edited["digitalSourceType"].endswith("/compositeWithTrainedAlgorithmicMedia")
    assert [len(a["parameters"]["ingredients"]) for a in actions] == [1, 1, 1]


def test_the_credits_of_a_picture_are_its_assets_not_its_inputs(credentials: Credentials) -> None:
    image = _made(credentials, "make it blue", oriented_jpeg(1))
    assert read_ingredients(image.data) == ((APPLE.title, f"{APPLE.source}, {APPLE.licence}"),)


def test_the_same_picture_given_twice_is_one_ancestor_and_two_inputs(
    credentials: Credentials,
) -> None:
    fox = _made(credentials, "a fox").data
    image = _made(credentials, "two of them", fox, fox)
    assert len(image.recipe["inputs"]) == 2
    assert len(read_lineage(image.data)) == 1
    assert len(_manifest(image.data)["ingredients"]) == 3


def test_twenty_edits_of_long_prompts_and_many_pictures_stay_small(
    credentials: Credentials,
) -> None:
    long = "é" * 32_000
    data, sizes = _made(credentials, "start").data, []
    for number in range(20):
        image = _made(credentials, f"{number} {long}", data, oriented_jpeg(1 + number % 8))
        data = image.data
        sizes.append(len(data))
    assert len(read_lineage(data)) == 20 + 8
    assert sizes[-1] - sizes[0] < 20 * 2_000
    assert len(read_ancestors(image.recipe)) == 28


def test_ancestors_have_an_end(tmp_path: Path) -> None:
    recorded = [{"task": "edit", "image_sha256": f"{i:064x}"} for i in range(500)]
    recipe = {"prompt": "x" * 5_000, "ancestors": recorded}
    first = InputPicture(key="", sha256="a" * 64, width=1, height=1, recipe=recipe)
    found = ancestors_of([first] * 16)
    assert len(found) == MAX_ANCESTORS
    assert len(found[0].prompt or "") == MAX_PROMPT


@pytest.mark.parametrize(
    "recipe",
    [
        {"ancestors": 7},
        {"ancestors": ["a", None, 3]},
        {"prompt": {}, "snapshot": [], "seed": -1, "settings": 4, "inputs": 9, "ancestors": {}},
        {"ancestors": [{"prompt": 4, "seed": 1.5, "image_sha256": "no", "task": "theft"}]},
    ],
)
def test_what_a_stranger_writes_into_a_recipe_is_left_out(recipe: dict[str, Any]) -> None:
    first = InputPicture(key="", sha256="a" * 64, width=1, height=1, recipe=recipe)
    for ancestor in ancestors_of([first]):
        assert set(ancestor.facts()) <= {"task", "pixels_sha256"}
    json.dumps([ancestor.facts() for ancestor in ancestors_of([first])])
