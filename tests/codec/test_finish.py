"""The last hop: hash before the stamp, recipe that says what the picture said."""

import hashlib
import io
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sfumato import __version__
from sfumato.codec.credentials import Credentials, open_credentials
from sfumato.codec.encode import encode
from sfumato.codec.finish import finish, finish_preview
from sfumato.core import Preview
from tests.codec.pictures import DIGEST, SNAPSHOT, params, picture, pixels


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return open_credentials(tmp_path_factory.mktemp("home"))


def test_the_hash_is_of_the_file_before_its_stamp(credentials: Credentials) -> None:
    image = finish(picture(), params(), SNAPSHOT, DIGEST, credentials, 3)
    assert image.sha256 == hashlib.sha256(encode(pixels(), "png", 100)).hexdigest()
    assert image.recipe["image_sha256"] == image.sha256
    assert image.index == 3


def test_two_stamps_differ_and_their_hash_and_recipe_do_not(credentials: Credentials) -> None:
    first, second = (
        finish(picture(), params(), SNAPSHOT, DIGEST, credentials, 0) for _ in range(2)
    )
    assert first.data != second.data
    assert (first.sha256, first.recipe) == (second.sha256, second.recipe)


def test_the_recipe_holds_what_reproduces_the_picture_and_nothing_else(
    credentials: Credentials,
) -> None:
    asked = params(quality="high", memory="on", output_format="webp", output_compression=80)
    recipe = dict(finish(picture(), asked, SNAPSHOT, DIGEST, credentials, 0).recipe)
    assert recipe.pop("machine")["threads"] == 2
    assert len(recipe.pop("image_sha256")) == 64
    assert recipe == {
        "sfumato": __version__,
        "snapshot": SNAPSHOT,
        "snapshot_digest": DIGEST,
        "pipeline_revision": "1",
        "prompt": "a red apple and a blorb 🍎",
        "seed": 7,
        "size": "96x64",
        "quality": "high",
        "background": "opaque",
        "memory": "on",
        "output_format": "webp",
        "output_compression": 80,
        "steps": 8,
        "t0": 0.6,
        "settings": {"threads": 2},
        "scene": {"things": [{"concept": "apple", "x": 0.1 + 0.2, "y": 1 / 3}]},
        "matched": ["apple"],
        "unmatched": ["blorb"],
        "assets": [
            {
                "id": "fluent-emoji-flat/red-apple",
                "title": "red apple",
                "source": "Fluent Emoji",
                "licence": "MIT",
            }
        ],
    }


def test_the_recipe_of_an_animation_tells_its_frames_and_that_of_a_picture_what_to_avoid(
    credentials: Credentials,
) -> None:
    asked = params(output_format="gif", frames=4, frame_ms=90, negative_prompt="hats")
    recipe = finish(picture(), asked, SNAPSHOT, DIGEST, credentials, 0).recipe
    assert (recipe["frames"], recipe["frame_ms"], recipe["negative_prompt"]) == (4, 90, "hats")


def test_a_transparent_preview_keeps_its_alpha(credentials: Credentials) -> None:
    canvas = pixels(transparent=True)
    preview = Preview(step=1, steps=4, pixels=canvas)
    partial = finish_preview(preview, params(background="transparent"), credentials, 2, 0)
    assert (partial.index, partial.partial_index, partial.media_type) == (2, 0, "image/png")
    with Image.open(io.BytesIO(partial.data)) as image:
        assert np.array_equal(np.asarray(image), canvas)


def test_finish_works_in_a_spawned_process(credentials: Credentials) -> None:
    here = finish(picture(), params(), SNAPSHOT, DIGEST, credentials, 0)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there = pool.submit(finish, picture(), params(), SNAPSHOT, DIGEST, credentials, 0).result()
    assert (there.sha256, there.recipe) == (here.sha256, here.recipe)


def test_importing_finish_imports_no_server_and_no_runtime() -> None:
    code = (
        "import sys, sfumato.codec.finish\n"
        "heavy = {'fastapi', 'torch', 'onnxruntime', 'sqlalchemy', 'sfumato.api'}\n"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    root = Path(__file__).parents[2] / "src"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(root)})
