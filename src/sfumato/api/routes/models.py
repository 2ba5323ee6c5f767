"""GET /v1/models and /v1/models/{id}: every name that answers, and what it can do.

Knows no rule of resolution.
"""

from datetime import UTC, date, datetime, time
from typing import Any

from fastapi import APIRouter, Request

from sfumato.api.backend import backend_of
from sfumato.registry.catalogue import Alias, Name
from sfumato.registry.resolve import resolve
from sfumato.registry.snapshot import Snapshot

router = APIRouter()

OWNER = "sfumato"  # the weights are ours or the operator's, whatever the id


@router.get("/models")
async def models(request: Request) -> dict[str, Any]:
    """Versions, aliases and snapshots; the family is not a model and never listed."""
    backend = backend_of(request)
    registry = await backend.names.registry()
    strict = backend.settings.strict
    named = [
        _model(row.id, registry.snapshots[target], row, strict=strict)
        for row in registry.catalogue.names
        if (target := registry.target(row)) in registry.snapshots
    ]
    newest_first = sorted(registry.snapshots.values(), key=lambda s: s.id, reverse=True)
    dated = [_model(snapshot.id, snapshot, None, strict=strict) for snapshot in newest_first]
    return {"object": "list", "data": [*named, *dated]}


@router.get("/models/{name}")
async def model(request: Request, name: str) -> dict[str, Any]:
    """One of them; ModelNotFound says which exist."""
    backend = backend_of(request)
    registry = await backend.names.registry()
    snapshot = resolve(name, registry).snapshot
    row = next((row for row in registry.catalogue.names if row.id == name), None)
    return _model(name, snapshot, row, strict=backend.settings.strict)


def _model(name: str, snapshot: Snapshot, row: Name | None, *, strict: bool) -> dict[str, Any]:
    created = date.fromisoformat(snapshot.created)
    if row is not None and row.released is not None:
        created = row.released
    shutdown = row.shutdown.isoformat() if row is not None and row.shutdown is not None else None
    listed = {
        "id": name,
        "object": "model",
        "created": int(datetime.combine(created, time(), UTC).timestamp()),
        "owned_by": OWNER,
        "shutdown_date": shutdown,
    }
    return listed if strict else listed | {"sfumato": _described(snapshot, row)}


def _described(snapshot: Snapshot, row: Name | None) -> dict[str, Any]:
    kind = "snapshot" if row is None else "alias" if isinstance(row, Alias) else "version"
    words = {} if row is None else {"label": row.label, "meaning": row.meaning, "use": row.use}
    manifest = snapshot.manifest()
    return {
        "kind": kind,
        **{key: text for key, text in words.items() if text},
        "snapshot": snapshot.id,
        "digest": snapshot.digest,
        "engine": snapshot.engine,
        "pipeline_revision": snapshot.pipeline_revision,
        "licence": snapshot.licence,
        "presets": manifest["presets"],
        "capabilities": manifest["capabilities"],
    }
