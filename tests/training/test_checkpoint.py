from pathlib import Path

import torch

from sfumato.training.checkpoint import PART_BYTES, Checkpoint, load_checkpoint, save_checkpoint


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    tensors = {"model.a": torch.randn(3, 4), "muon.a.momentum_buffer": torch.randn(3, 4)}
    save_checkpoint(tmp_path / "checkpoint", Checkpoint(step=7, tensors=tensors))
    loaded = load_checkpoint(tmp_path / "checkpoint")
    assert loaded is not None
    assert loaded.step == 7
    assert loaded.tensors.keys() == tensors.keys()
    assert all(torch.equal(loaded.tensors[name], tensors[name]) for name in tensors)


def test_no_part_reaches_sixteen_megabytes(tmp_path: Path) -> None:
    tensors = {str(i): torch.zeros(2**20) for i in range(9)}
    save_checkpoint(tmp_path / "checkpoint", Checkpoint(step=1, tensors=tensors))
    sizes = [part.stat().st_size for part in (tmp_path / "checkpoint").glob("part-*")]
    assert len(sizes) > 1
    assert max(sizes) < PART_BYTES + 2**20 < 16 * 2**20 + 1


def test_a_kill_between_the_two_renames_leaves_the_old_checkpoint(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    save_checkpoint(folder, Checkpoint(step=1, tensors={"a": torch.ones(1)}))
    folder.rename(tmp_path / "checkpoint.old")
    loaded = load_checkpoint(folder)
    assert loaded is not None
    assert loaded.step == 1


def test_a_run_that_wrote_nothing_has_no_checkpoint(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path / "checkpoint") is None


def test_a_copy_at_half_size_comes_back_in_single_precision(tmp_path: Path) -> None:
    tensors = {"a": torch.randn(64, 64)}
    save_checkpoint(tmp_path / "copy", Checkpoint(step=3, tensors=tensors), torch.bfloat16)
    loaded = load_checkpoint(tmp_path / "copy")
    assert loaded is not None
    assert loaded.tensors["a"].dtype == torch.float32
    assert torch.allclose(loaded.tensors["a"], tensors["a"], rtol=1e-2)
    assert (tmp_path / "copy" / "part-000.safetensors").stat().st_size < 64 * 64 * 4
