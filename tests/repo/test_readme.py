"""The README is part of the product: its tree, its commands and its links are true."""

import re
from pathlib import Path, PurePosixPath

import pytest
import typer

from sfumato.cli import app
from tests.repo.project import ROOT, project_files, text_files

BRANCH = re.compile(r"^(?P<depth>(?:│   |    )*)[├└]── (?P<name>\S+)")
LINK = re.compile(r"!?\[[^\]]*\]\((?!https?:|mailto:|#)(?P<target>[^)#\s]+)")
CODE = re.compile(r"```.*?\n(?P<block>.*?)```|`(?P<inline>[^`\n]+)`", re.DOTALL)
MAKE = re.compile(r"^make (?:-C \S+ )?([a-z][a-z-]*)", re.MULTILINE)
SFUMATO = re.compile(r"^sfumato ([a-z]+)\b", re.MULTILINE)


def readme() -> str:
    return (ROOT / "README.md").read_text("utf-8")


def drawn() -> set[PurePosixPath]:
    """The paths of the tree in the README; folders end in a slash there, not here."""
    found: set[PurePosixPath] = set()
    stack: list[str] = []
    for line in readme().splitlines():
        if match := BRANCH.match(line):
            depth = len(match["depth"]) // 4
            stack[depth:] = [match["name"].rstrip("/")]
            found.add(PurePosixPath(*stack))
    return found


def existing() -> set[PurePosixPath]:
    """Every project file and folder; an `__init__.py` says no more than its folder."""
    files = [PurePosixPath(path) for path in project_files() if path.name != "__init__.py"]
    folders = {parent for path in project_files() for parent in PurePosixPath(path).parents}
    return {*files, *folders} - {PurePosixPath(".")}


def test_everything_in_the_tree_exists() -> None:
    assert drawn()
    assert sorted(map(str, drawn() - existing())) == []


def test_a_folder_that_the_tree_opens_is_shown_whole() -> None:
    opened = {path.parent for path in drawn()}
    missing = {path for path in existing() - drawn() if path.parent in opened}
    assert sorted(map(str, missing)) == []


def test_the_tree_opens_the_root_the_package_and_every_part_of_it() -> None:
    opened = {path.parent for path in drawn()}
    package = PurePosixPath("src/sfumato")
    parts = {
        package / path.parts[2]
        for path in project_files()
        if path.parts[:2] == package.parts
        and path.suffix == ".py"
        and path.name != "__init__.py"
        and len(path.parts) > 3
    }
    assert {PurePosixPath("."), package, *parts} <= opened


def code_of(text: str) -> str:
    return "\n".join(match["block"] or match["inline"] or "" for match in CODE.finditer(text))


DOCUMENTS = [path for path in text_files() if path.suffix == ".md"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_every_make_target_that_a_page_names_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(MAKE.findall(code_of(text_files()[path])))
    assert named <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_every_command_that_a_page_names_exists(path: Path) -> None:
    command = typer.main.get_command(app)
    assert isinstance(command, typer.core.TyperGroup)
    named = set(SFUMATO.findall(code_of(text_files()[path])))
    assert named <= set(command.commands)


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    targets = [match["target"] for match in LINK.finditer(text_files()[path])]
    missing = [target for target in targets if not (ROOT / path.parent / target).exists()]
    assert missing == []
