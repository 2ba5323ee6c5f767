"""Everything that we build on is credited, and every version that we install is pinned."""

import importlib.metadata
import re

import pytest

import sfumato
from sfumato.training.fonts import FONT_PACKAGES
from sfumato.training.sources import PICTURES, WORDS, Source
from tests.repo.project import ROOT, SOURCE, pyproject

NOTICE = (ROOT / "NOTICE").read_text("utf-8")
FONT_SUFFIXES = {".ttf", ".otf", ".woff", ".woff2"}


def requirements() -> list[str]:
    project = pyproject()["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    return sorted({re.split(r"[\[<>=!~; ]", line)[0].lower() for line in lines})


@pytest.mark.parametrize(
    "source", [*PICTURES, *WORDS, *FONT_PACKAGES], ids=lambda source: str(source.name)
)
def test_every_data_source_is_credited_with_its_licence(source: Source) -> None:
    lines = [line for line in NOTICE.splitlines() if f" {source.package} " in line]
    spoken = source.licence.replace("CC-BY-", "CC BY ")
    assert any(spoken in line for line in lines), f"{source.package}: {source.licence}"


def test_every_font_in_the_tree_is_credited() -> None:
    fonts = {path.stem.split("-")[0] for path in SOURCE.rglob("*") if path.suffix in FONT_SUFFIXES}
    spaceless = NOTICE.replace(" ", "").lower()
    assert [font for font in sorted(fonts) if font.lower() not in spaceless] == []


@pytest.mark.parametrize("package", requirements())
def test_every_library_is_credited(package: str) -> None:
    assert re.search(rf"^ +{re.escape(package)} +\S", NOTICE, re.MULTILINE)


@pytest.mark.parametrize("package", requirements())
def test_every_library_has_one_version_in_the_lock(package: str) -> None:
    lock = (ROOT / "constraints.txt").read_text("utf-8").lower().replace("_", "-")
    pinned = re.findall(rf"^{re.escape(package)}==\S+$", lock, re.MULTILINE)
    assert len(pinned) == 1, f"{package} is not in constraints.txt: run `make lock`"


def test_the_version_is_the_same_wherever_it_stands() -> None:
    version = pyproject()["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert sfumato.__version__ == version
    assert importlib.metadata.version("sfumato") == version
    assert re.search(rf"^## \[{re.escape(version)}\]", changelog, re.MULTILINE)
