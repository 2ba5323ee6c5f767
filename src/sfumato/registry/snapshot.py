"""A snapshot: immutable, content-hashed weights and what they can do. Knows nothing about names."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sfumato.errors import SnapshotDamaged


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRule:
    """Flexible sizes: edges are multiples of `multiple`, within edge, ratio and area limits."""

    multiple: int = 16
    longest_edge: int = 3840
    ratio: int = 3
    min_area: int = 655_360
    max_area: int = 8_294_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Sampling parameters of one quality: from noise, and from a draft noised to `t0`."""

    steps: int
    guidance: float
    t0: float
    draft_guidance: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a snapshot can honour; validation, `/v1/models` and the Studio are driven by it."""

    tasks: tuple[str, ...] = ("generate",)
    sizes: SizeRule = field(default_factory=SizeRule)
    qualities: tuple[str, ...] = ("low", "medium", "high")
    backgrounds: tuple[str, ...] = ("opaque", "transparent")
    output_formats: tuple[str, ...] = ("png", "jpeg", "webp")
    max_n: int = 10
    max_partial_images: int = 3
    max_prompt: int = 32_000
    extensions: tuple[str, ...] = ("seed", "memory")
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFile:
    """One content-addressed file: `objects/<sha256>` under the folder that holds the manifest."""

    role: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A parsed manifest. `folder` is where it was found; everything else decides `digest`."""

    id: str
    engine: str
    created: str  # ISO date
    pipeline_revision: str
    files: tuple[SnapshotFile, ...]
    presets: Mapping[str, Preset]
    capabilities: Capabilities = field(default_factory=Capabilities)
    licence: str = "Apache-2.0"
    parent: str | None = None
    recipe: Mapping[str, Any] = field(default_factory=dict)  # training config, commit, samples
    data: tuple[Mapping[str, Any], ...] = ()  # lineage: source, version, licence, count, sha256
    card: Mapping[str, Any] = field(default_factory=dict)
    folder: Path = field(default=Path(), compare=False)

    def path(self, role: str) -> Path:
        """The file that plays `role`. KeyError when the manifest has none."""
        for file in self.files:
            if file.role == role:
                return self.folder / "objects" / file.sha256
        raise KeyError(role)

    def manifest(self) -> dict[str, Any]:
        """The manifest as JSON-ready data, without the folder it lies in."""
        fields = asdict(self)
        del fields["folder"]
        return fields

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical manifest without its card: what makes two snapshots the same."""
        content = {k: v for k, v in self.manifest().items() if k != "card"}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def verify(self) -> None:
        """Hash every file; SnapshotDamaged names the first that is missing or differs."""
        for file in self.files:
            path = self.path(file.role)
            if not path.is_file():
                raise SnapshotDamaged(f"Snapshot {self.id}: the file for '{file.role}' is missing.")
            if hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
                raise SnapshotDamaged(
                    f"Snapshot {self.id}: the file for '{file.role}' is damaged (its SHA-256 is not"
                    " the manifest's). Restore it from the release or the repository."
                )


def read_snapshot(path: Path) -> Snapshot:
    """Parse `<folder>/<id>.json`; SnapshotDamaged when it is not a manifest."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        capabilities = raw.pop("capabilities")
        return Snapshot(
            files=tuple(SnapshotFile(**f) for f in raw.pop("files")),
            presets={k: Preset(**v) for k, v in raw.pop("presets").items()},
            capabilities=_capabilities(capabilities),
            data=tuple(raw.pop("data")),
            folder=path.parent,
            **raw,
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SnapshotDamaged(f"Snapshot manifest {path.name} cannot be read: {error}") from error


def write_snapshot(snapshot: Snapshot) -> None:
    """Write the manifest `<folder>/<id>.json`, whole or not at all."""
    path = snapshot.folder / f"{snapshot.id}.json"
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(snapshot.manifest(), indent=1, ensure_ascii=False) + "\n", "utf-8")
    fresh.replace(path)


def attach_card(snapshot: Snapshot, card: Mapping[str, Any]) -> Snapshot:
    """Add measured parts to the snapshot's card; its digest stays what it was."""
    carded = replace(snapshot, card={**snapshot.card, **card})
    write_snapshot(carded)
    return carded


def _capabilities(raw: dict[str, Any]) -> Capabilities:
    sizes = SizeRule(**raw.pop("sizes"))
    lists: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
    return Capabilities(sizes=sizes, **lists)
