"""`sfumato replay`: identical, different, or impossible, and why."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence
from typer.testing import CliRunner, Result

from sfumato.cli import app
from sfumato.codec.credentials import open_credentials
from sfumato.codec.finish import finish
from sfumato.codec.provenance import stamp_recipe
from sfumato.core import ImageParams
from sfumato.engines.fake import FakeEngine
from sfumato.registry.snapshot import Preset, Snapshot, read_snapshot
from sfumato.store import Store
from tests.cli.homes import SNAPSHOT, write_home

Replay = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SFUMATO_HOME", str(write_home(tmp_path / "home")))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def _replay(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["replay", *arguments])


def _snapshot(home: Path) -> Snapshot:
    return read_snapshot(home / "snapshots" / f"{SNAPSHOT}.json")


def _picture(home: Path, **changes: Any) -> tuple[bytes, dict[str, Any]]:
    """A file of this home's fake snapshot, and its recipe."""
    asked = {"prompt": "a fox", "width": 64, "height": 32, "seed": 9, **changes}
    params = ImageParams(**asked)
    snapshot = _snapshot(home)
    engine = FakeEngine()
    engine.load(snapshot)
    *_, picture = engine.generate(params)
    credentials = open_credentials(home)
    image = finish(picture, params, snapshot.id, snapshot.digest, credentials, 0)  # type: ignore[arg-type]  # the last frame is a Picture
    return image.data, dict(image.recipe)


def _stamp(home: Path, recipe: dict[str, Any], *, shade: int = 0) -> bytes:
    """A plain picture of this home with a recipe that may not be true."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 32), (shade, shade, shade)).save(buffer, "PNG")
    return stamp_recipe(buffer.getvalue(), "image/png", recipe, open_credentials(home))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"output_format": "jpeg", "output_compression": 80},
        {"output_format": "webp", "background": "transparent"},
        {"quality": "low", "memory": "off"},
        {"negative_prompt": "trees"},
        {"output_format": "gif", "height": 64, "frames": 5, "frame_ms": 90},
        {"output_format": "svg"},
    ],
)
def test_a_file_is_made_again_identically_from_itself_alone(
    home: Path, changes: dict[str, Any]
) -> None:
    data, recipe = _picture(home, **changes)
    Path("fox").write_bytes(data)
    result = _replay("fox")
    assert result.exit_code == 0, result.output
    assert "signed by this home" in result.stdout
    assert f"identical: {SNAPSHOT}, seed 9, sha256 {recipe['image_sha256']}" in result.stdout


def test_the_replayed_file_can_be_kept_and_is_not_history(home: Path) -> None:
    data, _ = _picture(home)
    Path("fox.png").write_bytes(data)
    assert _replay("fox.png", "-o", "again.png").exit_code == 0
    with Image.open("fox.png") as there, Image.open("again.png") as here:
        assert np.array_equal(np.asarray(there), np.asarray(here))
    with Store.open(home) as store:
        assert len(store.pictures.list("local")) == 0


def test_the_stored_scene_is_drawn_and_not_planned_anew(home: Path) -> None:
    _, recipe = _picture(home)
    other = {"things": [{"concept": "a hen"}], "transparent": False}
    Path("fox.png").write_bytes(_stamp(home, recipe | {"scene": other}))
    assert _replay("fox.png", "-o", "again.png").exit_code == 1
    kept, _ = _picture(home, scene=other)
    with Image.open(io.BytesIO(kept)) as there, Image.open("again.png") as here:
        assert np.array_equal(np.asarray(there), np.asarray(here))


def test_a_difference_is_told_with_its_possible_reasons(home: Path) -> None:
    _, recipe = _picture(home)
    machine = recipe["machine"] | {"numpy": "1.0"}
    lie = recipe | {"pipeline_revision": "fake-0", "machine": machine, "snapshot_digest": "0"}
    Path("fox.png").write_bytes(_stamp(home, lie))
    result = _replay("fox.png")
    assert result.exit_code == 1
    assert "pixels: 100.00% differ" in result.stdout
    assert "pipeline revision: fake-0 there, fake-1 here" in result.stdout
    assert "machine class: numpy: 1.0 there" in result.stdout
    assert "has other content there than here" in result.stdout


def test_equal_pixels_with_another_hash_are_not_called_identical(home: Path) -> None:
    data, recipe = _picture(home)
    with Image.open(io.BytesIO(data)) as image:
        buffer = io.BytesIO()
        image.save(buffer, "PNG", compress_level=1)
    lie = recipe | {"image_sha256": "0" * 64}
    stamped = stamp_recipe(buffer.getvalue(), "image/png", lie, open_credentials(home))
    Path("fox.png").write_bytes(stamped)
    result = _replay("fox.png")
    assert result.exit_code == 1
    assert "every pixel is the same" in result.stdout


def test_a_true_hash_over_other_pixels_is_not_called_identical(home: Path) -> None:
    _, recipe = _picture(home)
    Path("fox.png").write_bytes(_stamp(home, recipe, shade=7))
    assert _replay("fox.png").exit_code == 1


@pytest.mark.parametrize(
    ("saved", "words"),
    [
        ({"duration": 200}, "times: 200, 200, 200 ms there, 90, 90, 90 ms here"),
        ({"duration": 90, "keep": 2}, "size: 64x64 in 2 frames there, 64x64 in 3 frames here"),
    ],
)
def test_a_gif_that_was_retimed_or_cut_is_not_called_identical(
    home: Path, saved: dict[str, int], words: str
) -> None:
    data, recipe = _picture(home, output_format="gif", height=64, frames=3, frame_ms=90)
    frames = _frames(data)[: saved.get("keep", 3)]
    buffer = io.BytesIO()
    first, *others = frames
    first.save(
        buffer, "GIF", save_all=True, append_images=others, duration=saved["duration"], loop=0
    )
    stamped = stamp_recipe(buffer.getvalue(), "image/gif", recipe, open_credentials(home))
    Path("fox.gif").write_bytes(stamped)
    result = _replay("fox.gif")
    assert result.exit_code == 1
    assert words in result.stdout


def _frames(data: bytes) -> list[Image.Image]:
    with Image.open(io.BytesIO(data)) as image:
        return [frame.convert("RGB").copy() for frame in ImageSequence.Iterator(image)]


def test_an_svg_that_was_drawn_over_is_not_called_identical(home: Path) -> None:
    data, _ = _picture(home, output_format="svg")
    changed = data.replace(b"</svg>", b'<path fill="#FF0000" d="M0 0L9 9L0 9Z"/></svg>')
    assert changed != data
    Path("fox.svg").write_bytes(changed)
    result = _replay("fox.svg")
    assert result.exit_code == 1
    assert "not signed by this home" in result.stdout
    assert "the drawings differ" in result.stdout


def test_what_is_drawn_in_another_metadata_element_counts(home: Path) -> None:
    data, _ = _picture(home, output_format="svg")
    Path("fox.svg").write_bytes(data.replace(b"</svg>", b"<metadata>x</metadata></svg>"))
    assert _replay("fox.svg").exit_code == 1


def test_a_recipe_of_another_home_is_a_hint_and_still_works(home: Path, tmp_path: Path) -> None:
    data, recipe = _picture(home)
    with Image.open(io.BytesIO(data)) as image:
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
    foreign = open_credentials(tmp_path / "elsewhere")
    stamped = stamp_recipe(buffer.getvalue(), "image/png", recipe, foreign)
    Path("fox.png").write_bytes(stamped)
    result = _replay("fox.png")
    assert result.exit_code == 0
    assert "not signed by this home" in result.stdout


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"snapshot": "gpt-image-2-1999-01-01"}, "not installed here"),
        ({"snapshot": ["x"]}, "not installed here"),
        ({"size": "100000x100000"}, "--size"),
        ({"seed": -1}, "--seed"),
        ({"seed": "1"}, "--seed"),
        ({"quality": "best"}, "--quality"),
        ({"prompt": None}, "prompt"),
        ({"negative_prompt": 3}, "--negative-prompt"),
        ({"frames": 8}, "--frames"),
        ({"output_format": "gif", "frames": 10**9}, "--frames"),
        ({"output_format": "gif", "frame_ms": 1}, "--frame-ms"),
        ({"output_format": "gif", "size": "3840x2160"}, "--size"),
        ({"inputs": ["x"] * 1000, "settings": []}, "is an edit"),
        ({"scene": None}, "no scene"),
        ({"scene": {"things": [{"concept": "x", "size": 1e9}]}}, "--scene"),
        ({"scene": {"things": 3}}, "--scene"),
    ],
)
def test_a_hostile_recipe_is_refused_like_a_request(
    home: Path, changes: dict[str, Any], words: str
) -> None:
    _, recipe = _picture(home)
    Path("fox.png").write_bytes(_stamp(home, recipe | changes))
    result = _replay("fox.png")
    assert result.exit_code == 2
    assert words in result.stderr, result.stderr
    assert "Traceback" not in result.stderr


def test_control_characters_of_a_recipe_never_reach_the_terminal(home: Path) -> None:
    _, recipe = _picture(home)
    lie = recipe | {"pipeline_revision": "\x1b[2J[bold]x"}
    Path("fox.png").write_bytes(_stamp(home, lie))
    out = _replay("fox.png").stdout
    assert "\x1b" not in out
    assert "[bold]x there" in out


@pytest.mark.parametrize(
    "data", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"<svg><metadata>", b"<svg/>"]
)
def test_a_file_that_is_no_picture_cannot_be_replayed(home: Path, data: bytes) -> None:
    Path("fox.png").write_bytes(data)
    result = _replay("fox.png")
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_a_picture_without_credentials_says_so(home: Path) -> None:
    Image.new("RGB", (32, 32)).save("fox.png")
    result = _replay("fox.png")
    assert result.exit_code == 2
    assert "no content credentials" in result.stderr


def test_a_missing_file_is_named(home: Path) -> None:
    result = _replay("gone.png")
    assert result.exit_code == 2
    assert "gone.png" in result.stderr


def test_a_changed_preset_of_the_same_id_is_reported(home: Path) -> None:
    data, _ = _picture(home)
    Path("fox.png").write_bytes(data)
    snapshot = _snapshot(home)
    presets = {name: replace(p, t0=0.25) for name, p in snapshot.presets.items()}
    assert all(isinstance(preset, Preset) for preset in presets.values())
    changed = replace(snapshot, presets=presets, pipeline_revision="fake-2")
    (home / "snapshots" / f"{SNAPSHOT}.json").write_text(json.dumps(changed.manifest()), "utf-8")
    result = _replay("fox.png")
    assert result.exit_code == 0  # the fake engine paints the same, whatever t0 is
    assert "has other content there than here" in result.stdout
