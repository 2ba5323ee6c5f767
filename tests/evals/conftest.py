"""A fake snapshot, and a tiny real recogniser exported as the judge of a small evals folder."""

import json
from pathlib import Path

import pytest

from sfumato.registry.snapshot import Capabilities, Preset, Snapshot, read_snapshot

SUITES = {
    "nouns": """
name = "nouns"
kind = "concept"
seeds = [1, 2]
size = 64
quality = "low"
[[case]]
prompt = "a cat"
label = "cat"
[[case]]
prompt = "a dog"
label = "dog"
""",
    "colours": """
name = "colours"
kind = "colour"
seeds = [3]
size = 64
quality = "low"
[[case]]
prompt = "a red cat"
label = "red"
noun = "cat"
[[case]]
prompt = "a blue dog"
label = "blue"
noun = "dog"
""",
    "sheet": """
name = "sheet"
kind = "sheet"
seeds = [7]
size = 64
quality = "low"
[[case]]
prompt = "an owl"
[[case]]
prompt = "a key"
""",
    "hundred": """
name = "hundred"
kind = "sheet"
seeds = [11]
size = 64
quality = "low"
[[case]]
prompt = "an owl, wide"
group = "animals"
aspect = "landscape"
[[case]]
prompt = "a sticker of a key"
group = "things"
background = "transparent"
""",
}


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A fake one with two qualities, as a manifest on disk."""
    folder = tmp_path_factory.mktemp("snapshots")
    (folder / "objects").mkdir()
    made = Snapshot(
        id="gpt-image-2-2026-01-01",
        engine="fake",
        created="2026-01-01",
        pipeline_revision="fake-1",
        files=(),
        presets={
            "low": Preset(steps=2, guidance=1.0, t0=0.4),
            "medium": Preset(steps=2, guidance=1.0, t0=0.5),
            "high": Preset(steps=3, guidance=1.0, t0=0.6),
        },
        capabilities=Capabilities(qualities=("low", "high")),
        folder=folder,
    )
    path = folder / f"{made.id}.json"
    path.write_text(json.dumps(made.manifest()), "utf-8")
    return read_snapshot(path)


@pytest.fixture(scope="session")
def evals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small suites with an untrained judge and critic, exported by the real code."""
    import torch

    from sfumato.evals.reference import write_reference
    from sfumato.evals.suites import read_suite
    from sfumato.training.judge_export import write_labels, write_recogniser
    from tests.evals.reference_toys import toy_reference
    from tests.evals.toys import checkpoint, toy_data, toy_encode

    folder = tmp_path_factory.mktemp("evals")
    (folder / "suites").mkdir()
    (folder / "judge").mkdir()
    write_reference(toy_reference(), folder / "reference" / "cpu.npz")
    for name, text in SUITES.items():
        (folder / "suites" / f"{name}.toml").write_text(text, "utf-8")
    suites = [read_suite(path) for path in sorted((folder / "suites").glob("*.toml"))]
    write_labels(suites, toy_encode, folder / "judge" / "labels.npz")
    torch.manual_seed(0)  # whatever ran before
    for name in ("judge", "critic"):
        weights = checkpoint(name, folder / f"{name}.safetensors")
        write_recogniser(name, weights, toy_data(), suites, folder / "judge")
    for name in ("scenes.json", "finder.onnx", "namer.onnx"):  # only hashed here
        (folder / "judge" / name).write_text("{}", "utf-8")
    return folder
