"""A snapshot that is not whole is refused, and the refusal says what is wrong and what to do."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sfumato.errors import SnapshotDamaged
from sfumato.registry.resolve import find_snapshots
from sfumato.registry.snapshot import NEEDED, Snapshot, SnapshotFile, read_snapshot
from tests.api.home import fake_snapshot, write_snapshot

BEGINNINGS = {"denoiser": b"\x08", "text": b"\x08", "tokenizer": b"{", "upscaler": b"\x08"}
Manifest = dict[str, Any]


def whole(folder: Path, **contents: bytes) -> Snapshot:
    """A native snapshot of tiny files that begin as theirs do."""
    (folder / "objects").mkdir(parents=True, exist_ok=True)
    made = {r: BEGINNINGS.get(r, b"PK\x03\x04") + r.encode() * 50 for r in NEEDED["native"]}
    files = []
    for role, content in (made | contents).items():
        sha256 = hashlib.sha256(content).hexdigest()
        (folder / "objects" / sha256).write_bytes(content)
        files.append(SnapshotFile(role=role, sha256=sha256, size=len(content)))
    snapshot = fake_snapshot(engine="native", files=tuple(files))
    write_snapshot(folder, snapshot)
    return read_snapshot(folder / f"{snapshot.id}.json")


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def test_a_whole_snapshot_verifies_with_and_without_the_optional_upscaler(tmp_path: Path) -> None:
    plain = whole(tmp_path / "a")
    plain.verify()
    assert not plain.has("upscaler")
    with_it = whole(tmp_path / "b", upscaler=b"\x08\x0a")
    with_it.verify()
    assert with_it.has("upscaler")


@pytest.mark.parametrize("role", NEEDED["native"])
@pytest.mark.parametrize(
    ("damage", "told"),
    [(flip_a_bit, "SHA-256"), (cut, r"bytes instead of"), (Path.unlink, "is missing")],
)
def test_a_damaged_file_is_named_with_its_role_and_with_what_to_do(
    tmp_path: Path, role: str, damage: Callable[[Path], None], told: str
) -> None:
    snapshot = whole(tmp_path)
    damage(snapshot.path(role))
    with pytest.raises(SnapshotDamaged, match=told) as refused:
        snapshot.verify()
    assert f"'{role}' (objects/{snapshot.path(role).name})" in refused.value.message
    assert refused.value.message.endswith("Restore it from the release or the repository.")


@pytest.mark.parametrize("role", ["denoiser", "memory", "tokenizer"])
def test_a_pickle_is_never_opened_whatever_its_hash(tmp_path: Path, role: str) -> None:
    snapshot = whole(tmp_path, **{role: b"\x80\x04\x95pickled"})
    with pytest.raises(SnapshotDamaged, match=rf"'{role}'.*not of the format"):
        snapshot.verify()


def without_memory(manifest: Manifest) -> None:
    manifest["files"] = [file for file in manifest["files"] if file["role"] != "memory"]


def with_memory_twice(manifest: Manifest) -> None:
    manifest["files"] += [file for file in manifest["files"] if file["role"] == "memory"]


def with_a_role_called_vae(manifest: Manifest) -> None:
    manifest["files"][0]["role"] = "vae"


def with_a_path_for_a_hash(manifest: Manifest) -> None:
    manifest["files"][0]["sha256"] = "../../secret"


def without_low(manifest: Manifest) -> None:
    del manifest["presets"]["low"]


def without_steps(manifest: Manifest) -> None:
    manifest["presets"]["low"]["steps"] = 0


def without_files(manifest: Manifest) -> None:
    del manifest["files"]


def with_a_field_of_tomorrow(manifest: Manifest) -> None:
    manifest["shoe_size"] = 44


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (without_memory, "memory .roles without a file"),
        (with_memory_twice, "memory .roles that stand twice"),
        (with_a_role_called_vae, "vae .unknown roles; known are denoiser"),
        (with_a_path_for_a_hash, "denoiser .roles whose sha256"),
        (without_low, "low .qualities without a preset"),
        (without_steps, "low .presets that need steps"),
        (without_files, "lacks 'files'"),
        (with_a_field_of_tomorrow, "shoe_size"),
    ],
)
def test_a_manifest_that_cannot_be_served_says_which_part(
    tmp_path: Path, spoil: Callable[[Manifest], None], told: str
) -> None:
    path = tmp_path / f"{whole(tmp_path).id}.json"
    manifest = json.loads(path.read_text("utf-8"))
    spoil(manifest)
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(SnapshotDamaged, match=told) as refused:
        read_snapshot(path)
    assert path.name in refused.value.message
    assert "Restore it" in refused.value.message


def test_a_manifest_that_did_not_change_is_not_parsed_again(tmp_path: Path) -> None:
    snapshot = whole(tmp_path)
    path = tmp_path / f"{snapshot.id}.json"
    first = find_snapshots([tmp_path])[snapshot.id]
    assert find_snapshots([tmp_path])[snapshot.id] is first
    path.write_text(path.read_text("utf-8").replace("fake-1", "fake-2"), "utf-8")
    os.utime(path, ns=(1, 1))  # even where the clock is too coarse to tell the two apart
    assert find_snapshots([tmp_path])[snapshot.id].pipeline_revision == "fake-2"
    path.unlink()
    assert find_snapshots([tmp_path]) == {}
