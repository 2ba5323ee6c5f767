from pathlib import Path

import pytest

from sfumato.registry.catalogue import CATALOGUE, CatalogueError, read_catalogue

MINIMAL = """
[family]
id = "gpt-image"
label = "GPT Image"
meaning = "the family"
use = "talking"
[[versions]]
id = "gpt-image-2"
snapshot = "gpt-image-2-2026-01-01"
[[aliases]]
id = "chatgpt-image-latest"
snapshot = "gpt-image-2-2026-01-01"
when_absent = true
"""


def written(tmp_path: Path, text: str, name: str = "catalogue.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_the_shipped_catalogue_is_valid_and_names_every_public_name() -> None:
    catalogue = read_catalogue()
    assert catalogue.family.id == "gpt-image"
    assert [v.id for v in catalogue.versions] == ["gpt-image-2"]
    assert catalogue.when_absent.id == "chatgpt-image-latest"
    assert {row.label for row in catalogue.labels} == {"ChatGPT Images 2.0", "ImageGen 2.0"}
    assert {"dall-e-2", "dall-e-3", "gpt-image-1"} <= {row.id for row in catalogue.unserved}


def test_the_family_is_not_a_callable_name() -> None:
    catalogue = read_catalogue()
    assert catalogue.family.id not in {name.id for name in catalogue.names}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("when_absent = true", "when_absent = false"), "exactly one alias"),
        (('id = "chatgpt-image-latest"', 'id = "gpt-image-2"'), "stand twice"),
        (('id = "gpt-image-2"', 'id = "GPT Image 2"'), "versions"),
        (('snapshot = "gpt-image-2-2026-01-01"', 'snapshot = "gpt-image-2"'), "own snapshot"),
        (('use = "talking"', 'use = "talking"\ncolour = "red"'), "colour"),
        (("[family]", "[family"), "catalogue"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused_in_words(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    path = written(tmp_path, MINIMAL.replace(*change))
    with pytest.raises(CatalogueError, match=told):
        read_catalogue(path=path)


def test_a_label_must_mean_a_callable_name(tmp_path: Path) -> None:
    label = '[[labels]]\nlabel = "X"\nwhere = "y"\nmeans = "gpt-image"\ncounterpart = "z"\n'
    with pytest.raises(CatalogueError, match="labels mean no version or alias: X"):
        read_catalogue(path=written(tmp_path, MINIMAL + label))


def test_an_operators_own_rows_are_added_and_replace_the_refusal(tmp_path: Path) -> None:
    row = next(u for u in read_catalogue().unserved if u.id == "gpt-image-1.5")
    assert row.line is not None
    extra = written(tmp_path, row.line.replace("ID-OF-YOUR-SNAPSHOT", "mine-1"), "extra.toml")
    catalogue = read_catalogue(extra)
    assert catalogue.bindings["gpt-image-1.5"] == "mine-1"
    assert "gpt-image-1.5" not in {u.id for u in catalogue.unserved}


def test_an_operators_file_cannot_change_the_family(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="may not hold family"):
        read_catalogue(written(tmp_path, MINIMAL), path=CATALOGUE)


def test_without_an_operators_file_nothing_is_added(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path / "catalogue.toml") == read_catalogue()
