"""The rules of STYLE.md that a machine can check."""

import re
from pathlib import Path

import pytest

from tests.repo.project import ROOT, modules, project_files, text_files

MAX_LINES = 400
BANNED_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "service",
    "services",
    "handler",
    "handlers",
    "base",
    "default",
}
CODE = {".py", ".js", ".css", ".html", ".sh"}
PRINTED = Path("docs/cards")  # pages that `sfumato eval` writes, not files that people read
SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?::\s*[A-Z0-9, ]+|\[[a-z0-9, -]+\])?(.*)")
MACHINE = re.compile(  # written in pieces, so that this file does not contain what it forbids
    "|".join(
        [
            r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|op" + r"t)/\w",
            "/tmp/(?:ve" + "nv|da" + "ta)",
            r"/(?:ho" + r"me|Us" + r"ers)/[a-z]",
            r"registry\.np" + r"mjs|py" + r"pi\.org|pyth" + r"onhosted|deb\.deb" + "ian",
        ]
    )
)


@pytest.mark.parametrize(
    "path",
    [p for p in project_files() if p.suffix in CODE and PRINTED not in p.parents],
    ids=lambda path: str(path),
)
def test_a_file_holds_one_idea_in_at_most_400_lines(path: Path) -> None:
    assert len((ROOT / path).read_text("utf-8").splitlines()) <= MAX_LINES


def test_no_module_is_named_after_nothing() -> None:
    for name in modules():
        words = set(re.split(r"[._]", name))
        assert not words & BANNED_NAMES, name


def test_no_file_contains_a_path_or_a_host_of_the_machine_it_was_written_on() -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in text_files().items()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert not found, "\n".join(found)


def test_nothing_is_left_to_do_in_a_comment() -> None:
    mark = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    found = [f"{p}" for p, text in text_files().items() if mark.search(text)]
    assert found == []


def test_every_suppressed_finding_says_why_on_its_line() -> None:
    bare = [
        f"{path}:{number}"
        for path, text in text_files().items()
        if path.suffix == ".py" and path.name != Path(__file__).name
        for number, line in enumerate(text.splitlines(), 1)
        if (match := SUPPRESSION.search(line)) and len(match[1].strip(" #()-:—")) < 8
    ]
    assert not bare, "\n".join(bare)
