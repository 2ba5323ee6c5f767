"""Rewrite the file tree in README.md: `make tree`.

A Python file says itself what it is, in the first sentence of its docstring; other notes are taken
over from the tree that stands there. A test holds the tree to the files.
"""

import ast
import re
import subprocess
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- tree -->\n```\n", "```\n<!-- /tree -->"
CLOSED = ("docs/adr", "docs/images", "docs/evidence", "evals", "tests", "src/sfumato/studio")
CLOSED_NAMES = ("objects", "migrations", "data")
NOTE_WIDTH = 84
BRANCH = re.compile(r"^(?P<stem>(?:│   |    )*)[├└]── (?P<name>\S+)(?: +(?P<note>.+))?$")


def main() -> None:
    text = README.read_text("utf-8")
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    lines = list(draw(PurePosixPath(), "", children(files()), notes(old)))
    README.write_text(f"{before}{BEGIN}" + "\n".join(lines) + f"\n{END}{after}", "utf-8")


def files() -> list[PurePosixPath]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    paths = [PurePosixPath(name) for name in listed.stdout.split("\0") if name]
    return [path for path in paths if (ROOT / path).is_file() and path.name != "__init__.py"]


def children(paths: list[PurePosixPath]) -> dict[PurePosixPath, list[PurePosixPath]]:
    """Folder → what the tree shows in it: folders first, then files, by name."""
    found: dict[PurePosixPath, set[PurePosixPath]] = {}
    for path in paths:
        for inner in (path, *path.parents[:-1]):
            found.setdefault(inner.parent, set()).add(inner)
    order = {
        folder: sorted(inside, key=lambda p: (p not in found, p))
        for folder, inside in found.items()
    }
    return {folder: inside for folder, inside in order.items() if not is_closed(folder)}


def is_closed(folder: PurePosixPath) -> bool:
    return folder.name in CLOSED_NAMES or any(
        folder.is_relative_to(PurePosixPath(closed)) for closed in CLOSED
    )


def draw(
    folder: PurePosixPath,
    stem: str,
    inside: dict[PurePosixPath, list[PurePosixPath]],
    old: dict[PurePosixPath, str],
) -> list[str]:
    """The lines of one folder; notes stand in one column."""
    lines = []
    entries = inside[folder]
    width = max(len(entry.name) for entry in entries) + 2
    for entry in entries:
        last = entry == entries[-1]
        name = entry.name + ("/" if (ROOT / entry).is_dir() else "")
        note = own_note(entry) or old.get(entry, "")
        lines.append(f"{stem}{'└' if last else '├'}── {name:<{width}}{note}".rstrip())
        if entry in inside:
            lines += draw(entry, stem + ("    " if last else "│   "), inside, old)
    return lines


def own_note(path: PurePosixPath) -> str:
    """What a module or a package says of itself, cut after a whole clause."""
    file = ROOT / path / "__init__.py" if (ROOT / path).is_dir() else ROOT / path
    if file.suffix != ".py" or not file.is_file():
        return ""
    docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    sentence = re.split(r"\.(?=\s+[A-Z`]|$)", " ".join(docstring.split()))[0]
    while is_long(sentence) and (cut := re.match(r"(.+)[,;:]\s", sentence)):
        sentence = cut[1]
    return sentence


def is_long(clause: str) -> bool:
    """Too long for a note, or cut within parentheses."""
    return len(clause) > NOTE_WIDTH or clause.count("(") > clause.count(")")


def notes(tree: str) -> dict[PurePosixPath, str]:
    """Path → note of a tree that was drawn before."""
    found, stack = {}, list[str]()
    for line in tree.splitlines():
        if match := BRANCH.match(line):
            stack[len(match["stem"]) // 4 :] = [match["name"].rstrip("/")]
            if match["note"]:
                found[PurePosixPath(*stack)] = match["note"]
    return found


if __name__ == "__main__":
    main()
