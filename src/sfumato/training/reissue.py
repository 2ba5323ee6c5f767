"""A snapshot again, for this version's pipeline and with what it can do: same files, a new date.

    python -m sfumato.training.reissue gpt-image-2-2026-11-23

Capabilities and pipeline decide a snapshot's hash, so a released one never learns anything new; the
one that is written here names it as its parent and has its card, which measured these files. Moves
no alias.
"""

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sfumato.native.pipeline import PIPELINE_REVISION
from sfumato.registry.resolve import PACKAGE_SNAPSHOTS
from sfumato.registry.snapshot import Capabilities, Snapshot, read_snapshot, write_snapshot
from sfumato.training.release import NATIVE_CAPABILITIES, free_day


def reissue(parent: Snapshot, target: Path, capabilities: Capabilities) -> Snapshot:
    """Write the successor of `parent`, for this version's pipeline, into `target` with its files.

    SnapshotDamaged when the files are not there. The card says which pipeline it measured.
    """
    version = parent.id[: -len("-0000-00-00")]
    day = free_day(target, version, datetime.now(UTC).date())
    successor = replace(
        parent,
        id=f"{version}-{day}",
        created=day,
        pipeline_revision=PIPELINE_REVISION,
        capabilities=capabilities,
        parent=parent.id,
        folder=target,
    )
    successor.verify()
    write_snapshot(successor)
    return successor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("snapshot", help="id of a snapshot of this package")
    asked = parser.parse_args()
    parent = read_snapshot(PACKAGE_SNAPSHOTS / f"{asked.snapshot}.json")
    print(reissue(parent, PACKAGE_SNAPSHOTS, NATIVE_CAPABILITIES).id)


if __name__ == "__main__":
    main()
