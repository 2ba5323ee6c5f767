"""Homes with a fake-engine snapshot, and the real command line run on them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sfumato.registry.catalogue import read_catalogue
from sfumato.registry.snapshot import Capabilities, Preset, SizeRule, Snapshot
from sfumato.store import Store

SNAPSHOT = "fake-2026-11-22"


def write_home(folder: Path, *, serves: bool = False, **changes: Any) -> Path:
    """A data folder with the snapshot `SNAPSHOT`; with `serves`, every name points at it."""
    presets = {
        quality: Preset(steps=steps, guidance=1.0, t0=0.5)
        for quality, steps in {"low": 2, "medium": 4, "high": 6}.items()
    }
    facts: dict[str, Any] = {
        "id": SNAPSHOT,
        "engine": "fake",
        "created": "2026-11-22",
        "pipeline_revision": "fake-1",
        "files": (),
        "presets": presets,
        "capabilities": Capabilities(
            tasks=("generate", "edit"),
            sizes=SizeRule(min_area=256),
            output_formats=("png", "jpeg", "webp", "svg", "gif"),
            extensions=("seed", "memory", "negative_prompt", "markup"),
        ),
    }
    snapshot = Snapshot(**(facts | changes))
    (folder / "snapshots").mkdir(parents=True)
    manifest = folder / "snapshots" / f"{snapshot.id}.json"
    manifest.write_text(json.dumps(snapshot.manifest()), "utf-8")
    if serves:
        with Store.open(folder) as store:
            for name in read_catalogue().bindings:
                store.aliases.bind(name, SNAPSHOT)
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command answered, complained and ended with; long lines are not broken."""

    code: int
    out: str
    err: str


def sfumato(home: Path, *arguments: str | Path, folder: Path | None = None) -> Said:
    """Run the command line in a process of its own, in `folder` or in the home."""
    done = subprocess.run(
        [sys.executable, "-m", "sfumato", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=folder or home,
        env=environment(home),
        timeout=120,
    )
    return Said(code=done.returncode, out=done.stdout, err=done.stderr)


def environment(home: Path) -> Mapping[str, str]:
    """The caller's, with this home and this source tree."""
    source = Path(__file__).parents[2] / "src"
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("SFUMATO_")},
        "SFUMATO_HOME": str(home),
        "PYTHONPATH": str(source),
        "COLUMNS": "300",
    }
