"""The project as files: what git would carry. Knows nothing about what is inside them."""

import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "sfumato"


def project_files() -> list[Path]:
    """Every file that is tracked or would be added, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (Path(name) for name in listed.stdout.split("\0") if name)
    return sorted(path for path in paths if (ROOT / path).is_file())


def text_files() -> dict[Path, str]:
    """The files that people write, with their text; snapshots and pictures are left out."""
    return {
        path: (ROOT / path).read_text("utf-8")
        for path in project_files()
        if path.suffix
        in {"", ".py", ".md", ".toml", ".txt", ".js", ".css", ".html", ".json", ".yml"}
        and "objects" not in path.parts
    }


def modules() -> dict[str, Path]:
    """Dotted name → file of every module of the package."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = path
    return found


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
