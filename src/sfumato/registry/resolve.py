"""From a model name to the snapshot that answers: a prioritised table of rules, each a sentence.

Also finds snapshots in folders. Knows nothing about HTTP or where moved rows are stored: the
bindings come in as a mapping.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from sfumato.errors import ModelNotFound, SnapshotDamaged
from sfumato.registry.catalogue import Catalogue, Name
from sfumato.registry.snapshot import Snapshot, read_known_snapshot

log = logging.getLogger(__name__)

PACKAGE_SNAPSHOTS = Path(__file__).parents[1] / "snapshots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Which snapshot answers `requested`, and the rule that says why."""

    requested: str | None
    rule: str
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What `resolve` looks at: names, installed snapshots and where each name points now."""

    catalogue: Catalogue
    snapshots: Mapping[str, Snapshot]
    bindings: Mapping[str, str]  # version or alias → snapshot; one without a row is as catalogued

    @property
    def callable_names(self) -> tuple[str, ...]:
        """Every name that answers: versions, aliases, then snapshots, newest id first."""
        names = (name.id for name in self.catalogue.names)
        return (*names, *sorted(self.snapshots, reverse=True))

    def target(self, name: Name) -> str:
        """The id of the snapshot that a version or an alias points at now, installed or not."""
        return self.bindings.get(name.id, name.snapshot)

    def bound(self, name: Name) -> Snapshot:
        """That snapshot; SnapshotDamaged when it is not installed."""
        target = self.target(name)
        if target not in self.snapshots:
            raise SnapshotDamaged(
                f"'{name.id}' points at the snapshot '{target}', which is not installed here."
                f" Installed: {_listing(sorted(self.snapshots))}."
            )
        return self.snapshots[target]


def find_snapshots(folders: Iterable[Path]) -> dict[str, Snapshot]:
    """Every readable manifest `<folder>/<id>.json`; the first wins, damaged ones are logged."""
    found: dict[str, Snapshot] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.json"))):
        try:
            snapshot = read_known_snapshot(path)
        except SnapshotDamaged as error:
            log.error("%s It is not served.", error.message)
            continue
        if snapshot.id != path.stem:
            log.error("Manifest %s says that it is %s. It is not served.", path.name, snapshot.id)
            continue
        first = found.setdefault(snapshot.id, snapshot)
        if first is not snapshot and first.digest != snapshot.digest:
            log.error("%s is there twice and differs; %s serves.", path.stem, first.folder)
    return found


def resolve(name: str | None, registry: Registry) -> Resolved:
    """The first rule that knows `name` decides and is logged; ModelNotFound when none serves it."""
    for rule in RULES:
        if resolved := rule(name, registry):
            log.info("%s", resolved.rule)
            return resolved
    raise ModelNotFound(_refusal(name or "", registry), param="model")


def _absent(name: str | None, registry: Registry) -> Resolved | None:
    if name is not None:
        return None
    alias = registry.catalogue.when_absent
    snapshot = registry.bound(alias)
    said = f"No model was named, so the alias {alias.id} serves; it points at {snapshot.id}."
    return Resolved(requested=name, rule=said, snapshot=snapshot)


def _snapshot(name: str | None, registry: Registry) -> Resolved | None:
    snapshot = registry.snapshots.get(name or "")
    if snapshot is None:
        return None
    said = f"{name} is a snapshot: exactly that one serves."
    return Resolved(requested=name, rule=said, snapshot=snapshot)


def _version(name: str | None, registry: Registry) -> Resolved | None:
    for version in registry.catalogue.versions:
        if version.id == name:
            snapshot = registry.bound(version)
            said = f"{name} is a version; its default snapshot is {snapshot.id}."
            return Resolved(requested=name, rule=said, snapshot=snapshot)
    return None


def _alias(name: str | None, registry: Registry) -> Resolved | None:
    for alias in registry.catalogue.aliases:
        if alias.id == name:
            snapshot = registry.bound(alias)
            said = f"{name} is a moving alias; it points at {snapshot.id}."
            return Resolved(requested=name, rule=said, snapshot=snapshot)
    return None


def _family(name: str | None, registry: Registry) -> None:
    family, catalogue = registry.catalogue.family, registry.catalogue
    if name == family.id:
        raise ModelNotFound(
            f"'{family.id}' is a family, not a model: {family.meaning}."
            f" Its versions: {_listing(v.id for v in catalogue.versions)}."
            f" Its aliases: {_listing(a.id for a in catalogue.aliases)}."
            f" Its snapshots: {_listing(sorted(registry.snapshots))}.",
            param="model",
        )


def _label(name: str | None, registry: Registry) -> None:
    labels = {row.label: row.means for row in registry.catalogue.labels}
    labels |= {v.label: v.id for v in registry.catalogue.versions if v.label}
    labels[registry.catalogue.family.label] = registry.catalogue.versions[0].id
    if name in labels:
        raise ModelNotFound(
            f"'{name}' is a label, not a model id. Its id here is '{labels[name]}'.", param="model"
        )


def _unserved(name: str | None, registry: Registry) -> None:
    for row in registry.catalogue.unserved:
        if row.id == name:
            advice = row.line and (
                " To let a snapshot of yours answer to it, write this line into catalogue.toml in"
                f" the data folder (SFUMATO_HOME): {row.line}."
            )
            raise ModelNotFound(
                f"The model '{name}' is not served here. {row.because}{advice or ''}"
                f" Names that answer: {_listing(registry.callable_names)}.",
                param="model",
            )


RULES: tuple[Callable[[str | None, Registry], Resolved | None], ...] = (
    _absent,
    _snapshot,
    _version,
    _alias,
    _family,
    _label,
    _unserved,
)


def _refusal(name: str, registry: Registry) -> str:
    names = registry.callable_names
    shown = name if len(name) <= 100 else f"{name[:100]}…"
    closest = get_close_matches(name[:100].lower(), names, n=len(names), cutoff=0.6)
    rest = [n for n in names if n not in closest]
    meant = f" Did you mean '{closest[0]}'?" if closest else ""
    return (
        f"The model '{shown}' does not exist.{meant}"
        f" Names that answer: {_listing([*closest, *rest])}."
    )


def _listing(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
