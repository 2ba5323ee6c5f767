"""Small hand-made cards, of this schema and of the first."""

from typing import Any

JUDGE = {"parameters": 10, "samples": 20, "held_out": ["emojione"], "seed": 1, "sha256": "a" * 64}


def card(**changes: Any) -> dict[str, Any]:
    """A card with a few parts; `changes` replace whole members."""
    found: dict[str, Any] = {
        "schema": 2,
        "snapshot": "gpt-image-2-2026-11-23",
        "snapshot_digest": "d" * 64,
        "pipeline_revision": "native-2",
        "threads": 2,
        "judge": JUDGE,
        "scene_judge": JUDGE,
        "nouns": {
            "from_noise": {"top1": 0.25},
            "with_memory": {"top1": 0.9},
            "ceiling": {"held_out": {"top1": 0.72}},
            "judge": JUDGE,
        },
        "fidelity": {
            "from_noise": {"kid": 0.02},
            "with_memory": {"kid": 0.01},
            "floor": {"kid": 0.002},
        },
        "speed": {"size": 1024, "low": {"first_s": 1.5, "warm_s": 1.0, "peak_mb": 300.0}},
        "painting": {"low": {"painted_share": 0.2}},
    }
    return found | changes


def first_schema() -> dict[str, Any]:
    """As `sfumato eval` wrote it for the first snapshot: no schema 2 parts, another judge."""
    return {
        "schema": 1,
        "snapshot": "gpt-image-2-2026-11-22",
        "snapshot_digest": "e" * 64,
        "judge": {"parameters": 10, "samples": 15, "held_out": ["emojione"], "seed": 1},
        "nouns": {
            "labels": 80,
            "from_noise": {"top1": 0.1, "per_label": {"cat": 0.5}},
            "with_memory": {"top1": 0.95},
            "ceiling": {"held_out": {"top1": 0.7}},
        },
        "speed": {"size": 1024, "low": {"first_s": 1.5, "warm_s": 2.0, "peak_mb": 200.0}},
    }
