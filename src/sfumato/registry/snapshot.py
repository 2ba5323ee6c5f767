"""A snapshot: immutable, content-hashed weights and what they can do. Knows nothing about names."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sfumato.errors import SnapshotDamaged

ROLES: Mapping[str, re.Pattern[bytes]] = {  # how a file of each role begins: no pickle among them
    "denoiser": re.compile(rb"\x08"),  # ONNX: the field ir_version
    "text": re.compile(rb"\x08"),
    "upscaler": re.compile(rb"\x08"),
    "tokenizer": re.compile(rb"\s*\{"),  # JSON
    "memory": re.compile(rb"PK\x03\x04"),  # zip
    "fonts": re.compile(rb"PK\x03\x04"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {  # an engine's roles; the others can be absent
    "native": ("denoiser", "text", "tokenizer", "memory", "fonts"),
}
REPAIR = "Restore it from the release or the repository"


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

    @property
    def markup(self) -> bool:
        """Whether drawings over the first picture may say where an edit happens."""
        return "markup" in self.extensions


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

    def has(self, role: str) -> bool:
        """Whether a file plays `role`: some are optional."""
        return any(file.role == role for file in self.files)

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
            if problem := _problem(file, self.path(file.role)):
                raise SnapshotDamaged(
                    f"Snapshot {self.id}: the file for '{file.role}' (objects/{file.sha256})"
                    f" {problem}. {REPAIR}."
                )


def read_snapshot(path: Path) -> Snapshot:
    """Parse `<folder>/<id>.json`; SnapshotDamaged when it is not a manifest that can be served."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        capabilities = raw.pop("capabilities")
        snapshot = Snapshot(
            files=tuple(SnapshotFile(**f) for f in raw.pop("files")),
            presets={k: Preset(**v) for k, v in raw.pop("presets").items()},
            capabilities=_capabilities(capabilities),
            data=tuple(raw.pop("data")),
            folder=path.parent,
            **raw,
        )
        _check(snapshot)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        said = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise SnapshotDamaged(
            f"Snapshot manifest {path.name} cannot be read: {said}. {REPAIR}."
        ) from error
    return snapshot


def read_known_snapshot(path: Path) -> Snapshot:
    """`read_snapshot`, but a manifest that did not change since is not parsed again."""
    try:
        facts = path.stat()
    except OSError as error:
        raise SnapshotDamaged(f"Snapshot manifest {path.name} cannot be read: {error}") from error
    return _read_once(path, facts.st_mtime_ns, facts.st_size)


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


@lru_cache(maxsize=64)
def _read_once(path: Path, mtime_ns: int, size: int) -> Snapshot:
    """Errors are not kept: a manifest that is being mended is read again."""
    return read_snapshot(path)


def _check(snapshot: Snapshot) -> None:
    """ValueError says which role or preset is missing, unknown or impossible."""
    roles = [file.role for file in snapshot.files]
    _none_of(set(roles) - ROLES.keys(), f"unknown roles; known are {', '.join(ROLES)}")
    _none_of({role for role in roles if roles.count(role) > 1}, "roles that stand twice")
    _none_of(set(NEEDED.get(snapshot.engine, ())) - set(roles), "roles without a file")
    qualities = set(snapshot.capabilities.qualities)
    _none_of(qualities - snapshot.presets.keys(), "qualities without a preset")
    wrong = {f.role for f in snapshot.files if not re.fullmatch(r"[0-9a-f]{64}", f.sha256)}
    _none_of(wrong, "roles whose sha256 is none")
    wild = {q for q, p in snapshot.presets.items() if p.steps < 1 or not 0 < p.t0 <= 1}
    _none_of(wild, "presets that need steps ≥ 1 and t0 in (0, 1]")


def _none_of(names: set[str], what: str) -> None:
    if names:
        raise ValueError(f"{', '.join(sorted(names))} ({what})")


def _problem(file: SnapshotFile, path: Path) -> str | None:
    """What is wrong with the file at `path`, as the end of a sentence; None when it is whole."""
    if not path.is_file():
        return "is missing"
    if (size := path.stat().st_size) != file.size:
        return f"is damaged: it has {size} bytes instead of {file.size}"
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        return "is damaged: its SHA-256 is not the manifest's"
    if not ROLES[file.role].match(content):
        return "is not of the format that this role has"
    return None
