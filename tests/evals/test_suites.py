"""The suites that are committed: well-formed, unfiltered, and apart from each other."""

import tomllib
from pathlib import Path

import pytest

from sfumato.evals.suites import read_suite
from sfumato.native.scene import COLOURS

EVALS = Path(__file__).parents[2] / "evals"
SUITES = EVALS / "suites"


def test_the_nouns_are_cocos_eighty_in_list_order() -> None:
    suite = read_suite(SUITES / "nouns.toml")
    assert len(suite.labels) == len(suite.cases) == 80
    assert suite.labels[:5] == ("person", "bicycle", "car", "motorcycle", "airplane")
    assert suite.labels[-3:] == ("teddy bear", "hair drier", "toothbrush")
    assert len(suite.seeds) > 1


def test_every_prompt_of_the_nouns_is_its_noun_with_an_article() -> None:
    for case in read_suite(SUITES / "nouns.toml").cases:
        assert case.prompt in (f"a {case.label}", f"an {case.label}", case.label)


def test_the_colours_are_the_first_eight_on_the_same_nouns() -> None:
    suite = read_suite(SUITES / "colours.toml")
    assert suite.labels == tuple(COLOURS)[:8]
    asked = {(case.label, case.noun) for case in suite.cases}
    assert asked == {(colour, noun) for colour in suite.labels for noun in suite.nouns}
    assert all(case.label in case.prompt and str(case.noun) in case.prompt for case in suite.cases)


def test_the_sheet_has_at_least_forty_eight_prompts() -> None:
    suite = read_suite(SUITES / "sheet.toml")
    assert len({case.prompt for case in suite.cases}) >= 48
    assert suite.labels == ()


def test_the_hundred_are_more_than_a_hundred_of_many_kinds() -> None:
    cases = read_suite(SUITES / "hundred.toml").cases
    assert len({case.prompt for case in cases}) >= 108
    assert len({case.group for case in cases}) >= 10
    assert {case.aspect for case in cases} == {"square", "landscape", "portrait"}
    assert any(case.background == "transparent" for case in cases)
    assert {case.canvas(240) for case in cases} == {(240, 240), (240, 160), (160, 240)}


def test_nothing_that_chooses_settings_is_evaluated() -> None:
    tuning = {case.prompt for case in read_suite(SUITES / "tuning.toml").cases}
    blind = tomllib.loads((EVALS / "prompts.toml").read_text("utf-8"))["prompt"]
    evaluated = {prompt["text"] for prompt in blind}
    for name in ("nouns", "colours", "sheet", "hundred"):
        evaluated |= {case.prompt for case in read_suite(SUITES / f"{name}.toml").cases}
    assert not tuning & evaluated


def test_a_file_that_is_no_suite_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text("name = 'odd'\n", "utf-8")
    with pytest.raises(ValueError, match=r"odd\.toml is not a suite"):
        read_suite(path)


def test_an_unknown_aspect_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    text = (SUITES / "hundred.toml").read_text("utf-8").replace('"portrait"', '"round"', 1)
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="unknown aspect"):
        read_suite(path)


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    text = (SUITES / "sheet.toml").read_text("utf-8").replace('kind = "sheet"', 'kind = "smell"')
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="unknown kind"):
        read_suite(path)
