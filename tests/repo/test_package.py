"""What people install is whole and light."""

from importlib.metadata import requires
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from sfumato.registry.snapshot import read_snapshot
from tests.repo.project import ROOT, SOURCE, project_files

MEGABYTE = 2**20
BUDGET = 80 * MEGABYTE
SHARES = {  # of it, by what a file is for
    ("denoiser",): 30 * MEGABYTE,
    ("text", "tokenizer"): 24 * MEGABYTE,
    ("memory", "fonts"): 20 * MEGABYTE,
    ("upscaler",): 6 * MEGABYTE,
}


def test_the_wheel_carries_every_file_of_the_package() -> None:
    builder = WheelBuilder(str(ROOT))
    carried = {Path(file.relative_path) for file in builder.recurse_included_files()}
    wanted = {path for path in project_files() if (ROOT / path).is_relative_to(SOURCE)}
    assert wanted
    assert wanted <= carried


def test_the_default_installation_has_no_training_library() -> None:
    default = [line for line in requires("sfumato") or [] if "extra ==" not in line]
    assert default
    assert not [line for line in default if line.startswith(("torch", "diffusers", "transformers"))]


def test_every_shipped_snapshot_is_whole_and_within_its_budget() -> None:
    manifests = sorted((SOURCE / "snapshots").glob("*.json"))
    assert 1 <= len(manifests) <= 2
    for manifest in manifests:
        snapshot = read_snapshot(manifest)
        assert snapshot.id == manifest.stem
        snapshot.verify()
        assert sum(file.size for file in snapshot.files) <= BUDGET == sum(SHARES.values())
        for roles, share in SHARES.items():
            assert sum(file.size for file in snapshot.files if file.role in roles) <= share
        assert {file.role for file in snapshot.files} <= {r for roles in SHARES for r in roles}
        assert all(snapshot.path(file.role).stat().st_size == file.size for file in snapshot.files)


def test_the_tree_holds_no_object_that_no_snapshot_uses() -> None:
    folder = SOURCE / "snapshots"
    used = {file.sha256 for path in folder.glob("*.json") for file in read_snapshot(path).files}
    assert {path.name for path in (folder / "objects").iterdir()} == used
