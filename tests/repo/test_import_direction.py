"""Nothing imports upwards. The order is the architecture's; see docs/architecture.md."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repo.project import modules

ORDER = (  # a part may import what stands to its right; evals and training have rules of their own
    "__main__",
    "cli",
    "api",
    "studio",
    "director",
    "cluster",
    "jobs",
    "engines",
    "registry",
    "native",
    "codec",
    "safety",
    "store",
    "core",
    "errors",
    "settings",
)
OFFLINE = ("evals", "training")
OFFLINE_MAY_IMPORT = {*OFFLINE, "registry", "native", "codec", "core", "errors", "settings"}
HEAVY = ("torch", "diffusers", "transformers", "einops", "onnx", "onnxscript", "safetensors")
WIRE_AND_STORE = ("fastapi", "starlette", "uvicorn", "sqlalchemy", "alembic", "obstore")


def imports_of(path: Path) -> Iterator[str]:
    """The dotted name of everything that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(module: str) -> str | None:
    """`sfumato.api.app` → `api`; None for the package itself and for what is not ours."""
    names = module.split(".")
    return names[1] if names[0] == "sfumato" and len(names) > 1 else None


def own_imports(module: str, path: Path) -> set[str]:
    return {p for name in imports_of(path) if (p := part(name)) and p in {*ORDER, *OFFLINE}}


def may_import(importer: str, imported: str) -> bool:
    if importer == imported:
        return True
    if importer in OFFLINE:
        return imported in OFFLINE_MAY_IMPORT or (importer, imported) == ("evals", "engines")
    if imported in OFFLINE:
        return importer == "cli"
    return ORDER.index(importer) < ORDER.index(imported)


def test_every_part_of_the_package_has_a_place_in_the_order() -> None:
    parts = {part(name) for name in modules()} - {None, "snapshots"}
    assert parts <= {*ORDER, *OFFLINE}


@pytest.mark.parametrize("module", sorted(m for m in modules() if part(m)))
def test_a_module_imports_only_what_stands_below_it(module: str) -> None:
    importer = part(module)
    assert importer is not None
    upwards = {p for p in own_imports(module, modules()[module]) if not may_import(importer, p)}
    assert not upwards, f"{module} must not import {sorted(upwards)}"


def test_the_rule_itself_refuses_an_upward_import() -> None:
    assert may_import("api", "jobs")
    assert not may_import("jobs", "api")
    assert not may_import("native", "registry")
    assert not may_import("engines", "training")
    assert not may_import("training", "jobs")


@pytest.mark.parametrize(
    "module", sorted(m for m in modules() if part(m) not in {"training", "evals"})
)
def test_serving_code_never_names_a_training_library(module: str) -> None:
    roots = {name.partition(".")[0] for name in imports_of(modules()[module])}
    assert not roots & {*HEAVY}, f"{module} imports {sorted(roots & {*HEAVY})}"


@pytest.mark.parametrize(
    "module", sorted(m for m in modules() if part(m) in {"native", "training", "codec", "core"})
)
def test_the_model_knows_nothing_of_http_or_the_store(module: str) -> None:
    roots = {name.partition(".")[0] for name in imports_of(modules()[module])}
    assert not roots & {*WIRE_AND_STORE}


@pytest.mark.parametrize("module", ["sfumato.cli", "sfumato.api.app"])
def test_the_server_starts_without_torch(module: str) -> None:
    script = f"import sys, {module}\nprint(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == ""


def test_of_what_serves_only_settings_reads_the_environment() -> None:
    readers = set()
    for name, path in modules().items():
        if part(name) in OFFLINE:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
                readers.add(name)
    assert readers <= {"sfumato.settings"}
