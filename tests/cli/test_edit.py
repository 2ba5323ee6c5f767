"""`sfumato edit` against the fake engine: files in, a stamped file out, clear refusals."""

import io
import json
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from typer.testing import CliRunner, Result

from sfumato.cli import app
from sfumato.codec.credentials import open_credentials
from sfumato.codec.provenance import read_lineage, read_recipe
from sfumato.core import Source
from sfumato.store import Store
from tests.cli.homes import SNAPSHOT, write_home

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line in a folder beside a fresh home."""
    monkeypatch.setenv("SFUMATO_HOME", str(write_home(tmp_path / "home")))
    monkeypatch.setenv("COLUMNS", "300")
    (tmp_path / "pictures").mkdir()
    monkeypatch.chdir(tmp_path / "pictures")
    return lambda *arguments: CliRunner().invoke(app, [*arguments])


def _edit(run: Run, picture: str, said: str, *more: str) -> Result:
    return run("edit", picture, said, "--model", SNAPSHOT, *more)


def _foreign(name: str = "photo.png", size: tuple[int, int] = (40, 24)) -> Image.Image:
    pixels = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), np.uint8)
    picture = Image.fromarray(pixels)
    picture.save(name)
    return picture


def _mask(name: str, size: tuple[int, int], *, alpha: bool = True) -> None:
    mask = Image.new("RGBA", size, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    (mask if alpha else mask.convert("RGB")).save(name)


def _pixels(name: str) -> np.ndarray:
    with Image.open(name) as picture:
        return np.asarray(picture.convert("RGBA"))


def test_an_edit_is_a_stamped_file_of_the_pictures_own_size(run: Run, tmp_path: Path) -> None:
    _foreign()
    result = _edit(run, "photo.png", "make it blue", "--seed", "5", "-o", "blue.png")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"blue.png  40x24 png, seed 5, {SNAPSHOT}\n"
    recipe, ours = read_recipe(Path("blue.png").read_bytes(), open_credentials(tmp_path / "home"))
    assert ours
    assert (recipe["prompt"], recipe["seed"], recipe["size"]) == ("make it blue", 5, "40x24")
    assert recipe["settings"]["inputs"] == [Source(pixels=_pixels("photo.png")).sha256]
    with Store.open(tmp_path / "home") as store:
        assert [picture.prompt for picture in store.pictures.list("local")] == ["make it blue"]


def test_without_a_name_the_edit_stands_beside_the_picture(run: Run) -> None:
    _foreign()
    assert _edit(run, "photo.png", "make it blue").exit_code == 0
    assert Path("photo-edit.png").is_file()
    again = _edit(run, "photo.png", "make it blue")
    assert again.exit_code == 2
    assert "--force" in again.stderr


def test_the_name_beside_the_picture_has_the_asked_formats_suffix(run: Run) -> None:
    _foreign()
    result = _edit(run, "photo.png", "make it blue", "--format", "jpeg")
    assert result.exit_code == 0, result.output
    assert Path("photo-edit.jpg").is_file()


def test_an_edit_of_ours_goes_on_with_its_seed(run: Run) -> None:
    run("generate", "a fox", "--model", SNAPSHOT, "--size", "64x32", "--seed", "9", "-o", "fox.png")
    result = _edit(run, "fox.png", "make it blue", "-o", "blue.png")
    assert "seed 9" in result.stdout
    assert "seed 9" in _edit(run, "blue.png", "remove the hat", "-o", "bare.png").stdout


def test_a_mask_keeps_every_pixel_that_it_covers(run: Run) -> None:
    _foreign()
    _mask("mask.png", (40, 24))
    result = _edit(run, "photo.png", "a balloon", "--mask", "mask.png", "-o", "new.png")
    assert result.exit_code == 0, result.output
    before, after = _pixels("photo.png"), _pixels("new.png")
    assert np.array_equal(before[:, 20:], after[:, 20:])
    assert not np.array_equal(before[:, :20], after[:, :20])


def _markup(name: str, size: tuple[int, int] = (40, 24)) -> None:
    markup = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(markup).rectangle((4, 4, 15, 15), outline=(255, 0, 0, 255))
    markup.save(name)


def test_a_markup_says_where_with_what_it_encloses(run: Run) -> None:
    _foreign()
    _markup("drawn.png")
    result = _edit(run, "photo.png", "a balloon", "--markup", "drawn.png", "-o", "new.png")
    assert result.exit_code == 0, result.output
    differs = (_pixels("photo.png") != _pixels("new.png")).any(axis=-1)
    assert differs[6:14, 6:14].any()
    differs[4:16, 4:16] = False
    assert not differs.any()


def test_the_command_to_repeat_an_edit_names_its_kind_of_mask(run: Run) -> None:
    _foreign()
    _markup("drawn.png")
    _mask("mask.png", (40, 24))
    for option, file in [("--markup", "drawn.png"), ("--mask", "mask.png")]:
        _edit(run, "photo.png", "a balloon", option, file, "-o", "new.png", "--force")
        told = run("replay", "new.png").stderr
        assert f"--model {SNAPSHOT} {option} {option[2:].upper()}" in told


def test_a_mask_and_a_markup_exclude_each_other(run: Run) -> None:
    _foreign()
    _markup("drawn.png")
    result = _edit(run, "photo.png", "a", "--mask", "drawn.png", "--markup", "drawn.png")
    assert result.exit_code == 2
    assert "not both" in result.stderr


def test_a_markup_of_another_size_is_refused_and_named(run: Run) -> None:
    _foreign()
    _markup("drawn.png", (20, 24))
    result = _edit(run, "photo.png", "a", "--markup", "drawn.png")
    assert result.exit_code == 2
    assert "drawn.png: The markup has 20x24 pixels" in result.stderr


def test_a_chain_of_edits_records_what_it_was_made_from(run: Run) -> None:
    size = ("--size", "64x32", "--seed", "9")
    run("generate", "a fox", "--model", SNAPSHOT, *size, "-o", "fox.png")
    _edit(run, "fox.png", "make it blue", "-o", "blue.png")
    _foreign()
    answer = _edit(run, "blue.png", "add a hat", "--with", "photo.png", "-o", "hat.png", "--json")
    recipe = json.loads(answer.stdout)["recipe"]
    blue, photo = (Source(pixels=_pixels(name)).sha256 for name in ("blue.png", "photo.png"))
    assert recipe["inputs"] == [blue, photo]
    told = [(a["task"], a.get("prompt")) for a in recipe["ancestors"]]
    assert told == [("edit", "make it blue"), ("upload", None), ("generation", "a fox")]
    assert [a.prompt for a in read_lineage(Path("hat.png").read_bytes())] == [
        "make it blue",
        None,
        "a fox",
    ]


def test_the_inputs_are_kept_and_nothing_is_left_in_the_spool(run: Run, tmp_path: Path) -> None:
    _foreign()
    _edit(run, "photo.png", "make it blue")
    with Store.open(tmp_path / "home") as store:
        kept = [f for f in store.objects.path("inputs").rglob("*") if f.is_file()]
        spool = store.inputs.spool().parent
    assert [file.read_bytes() for file in kept] == [Path("photo.png").read_bytes()]
    assert len(list(spool.iterdir())) == 1  # the one that was just asked for


def test_an_edit_can_be_an_svg_but_no_gif(run: Run) -> None:
    _foreign()
    assert _edit(run, "photo.png", "make it blue", "-o", "blue.svg").exit_code == 0
    assert Path("blue.svg").read_bytes().startswith(b"<svg")
    refused = _edit(run, "photo.png", "make it blue", "-o", "blue.gif")
    assert refused.exit_code == 2
    assert "Edits cannot be animated" in refused.stderr
    assert not Path("blue.gif").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--size", "50x50"), "--size"),
        (("--with", "photo.png") * 16, "Too many pictures"),
        (("-o", "blue.jpg", "--background", "transparent"), "--background"),
    ],
)
def test_the_rules_of_edits_are_those_of_the_server(
    run: Run, more: tuple[str, ...], words: str
) -> None:
    _foreign()
    result = _edit(run, "photo.png", "make it blue", *more)
    assert result.exit_code == 2
    assert words in result.stderr, result.stderr


def test_a_mask_without_alpha_is_refused(run: Run) -> None:
    _foreign()
    _mask("mask.png", (40, 24), alpha=False)
    result = _edit(run, "photo.png", "a balloon", "--mask", "mask.png", "-o", "new.png")
    assert result.exit_code == 2
    assert "no alpha channel" in result.stderr
    assert not Path("new.png").exists()


def test_the_camera_s_orientation_is_honoured(run: Run) -> None:
    picture = _foreign()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    picture.save("turned.png", exif=exif)
    assert "24x40" in _edit(run, "turned.png", "make it blue").stdout


def test_a_replay_says_that_an_edit_needs_its_pictures(run: Run) -> None:
    _foreign()
    _edit(run, "photo.png", "make it blue", "--seed", "5", "-o", "blue.png")
    result = run("replay", "blue.png")
    assert result.exit_code == 2
    assert Source(pixels=_pixels("photo.png")).sha256[:12] in result.stderr
    assert "sfumato edit PICTURE 'make it blue' --seed 5" in result.stderr


def test_an_instruction_is_told_again_as_a_word_that_no_shell_runs(run: Run) -> None:
    _foreign()
    said = "don't $(touch ran) it"
    assert _edit(run, "photo.png", said, "-o", "blue.png").exit_code == 0
    told = run("replay", "blue.png").stderr.partition("Repeat it with: ")[2]
    assert shlex.split(told)[:4] == ["sfumato", "edit", "PICTURE", said]
    assert "$(touch ran) it'" in told  # in double quotes a shell would run it


def test_what_is_no_picture_is_refused(run: Run) -> None:
    Path("note.png").write_text("hello")
    assert "note.png: This is not a PNG" in _edit(run, "note.png", "make it blue").stderr
    assert _edit(run, "nothing.png", "make it blue").exit_code == 2
    assert not list(Path().glob("*-edit*"))


def test_a_recipe_of_another_home_is_a_hint_and_told_apart_from_the_answer(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("generate", "a fox", "--model", SNAPSHOT, "--size", "64x32", "--seed", "9", "-o", "fox.png")
    monkeypatch.setenv("SFUMATO_HOME", str(write_home(tmp_path / "another")))
    result = _edit(run, "fox.png", "make it blue", "--json")
    assert json.loads(result.stdout)["recipe"]["seed"] == 9
    assert "fox.png carries a recipe that this home did not sign" in result.stderr


def test_json_answers_with_the_recipe(run: Run) -> None:
    _foreign()
    answer = _edit(run, "photo.png", "make it blue", "--seed", "1", "--json").stdout
    assert '"prompt": "make it blue"' in answer
    buffer = io.BytesIO(Path("photo-edit.png").read_bytes())
    assert Image.open(buffer).size == (40, 24)
