"""A data folder whose names point at a tiny snapshot of the fake engine."""

import json
from pathlib import Path
from typing import Any

from sfumato.registry.snapshot import Capabilities, Preset, Snapshot
from sfumato.settings import Settings
from sfumato.store import Store

FAKE = "gpt-image-2-2026-01-01"
PRESETS = {
    "low": Preset(steps=4, guidance=1.0, t0=0.5),
    "medium": Preset(steps=8, guidance=1.0, t0=0.6),
    "high": Preset(steps=12, guidance=1.0, t0=0.7),
}


CAPABILITIES = Capabilities(
    tasks=("generate", "edit"),
    output_formats=("png", "jpeg", "webp", "gif", "svg"),
    extensions=("seed", "memory", "negative_prompt", "response_format", "markup"),
)


def fake_snapshot(snapshot_id: str = FAKE, **more: Any) -> Snapshot:
    fields: dict[str, Any] = {
        "id": snapshot_id,
        "engine": "fake",
        "created": "2026-01-01",
        "pipeline_revision": "fake-1",
        "files": (),
        "presets": PRESETS,
        "capabilities": CAPABILITIES,
    }
    return Snapshot(**{**fields, **more})


def write_snapshot(folder: Path, snapshot: Snapshot) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    manifest = json.dumps(snapshot.manifest())
    (folder / f"{snapshot.id}.json").write_text(manifest, "utf-8")


def make_home(root: Path, snapshot: Snapshot, **more: Any) -> Settings:
    """Settings of a home where `gpt-image-2` and `chatgpt-image-latest` point at `snapshot`."""
    settings = Settings.model_validate({"home": root, "port": 0, "threads": 1, **more})
    write_snapshot(settings.root / "snapshots", snapshot)
    with Store.open(settings.root) as store:
        for name in ("gpt-image-2", "chatgpt-image-latest"):
            store.aliases.bind(name, snapshot.id)
    return settings
