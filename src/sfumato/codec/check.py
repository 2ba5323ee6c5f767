"""Whether a stranger's file says what made it, and whether what it says holds. Knows no recipes.

There is no list of authorities to trust here, so nothing is ever "trusted": a signature that is
unbroken is "valid", our own too. Watermarks are not looked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sfumato.codec.credentials import Credentials
from sfumato.codec.kinds import STAMPED, kind_of, unsupported
from sfumato.codec.provenance import (
    RECIPE,
    NoCredentials,
    active_manifest,
    assertion,
    is_signed_here,
    read_report,
)
from sfumato.errors import InvalidRequest

_MAX_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one kind of signal says. Watermarks have no `validation_state`; `made_here`: by us."""

    type: Literal["c2pa", "synthid"]
    outcome: Literal["detected", "not_detected"] = "not_detected"
    validation_state: Literal["valid", "invalid", "not_present"] | None = None
    issuer: str | None = None
    model: str | None = None
    generated_at: str | None = None  # RFC 3339 in UTC
    made_here: bool = False


SYNTHID = Finding(type="synthid")  # none was found because none can be looked for


def check(data: bytes, credentials: Credentials, *, param: str = "file") -> tuple[Finding, ...]:
    """C2PA's finding, then SynthID's. A broken statement is not believed, so nothing is detected.

    InvalidRequest `unsupported_file_mimetype` for what is no PNG, JPEG, WebP, GIF or SVG.
    """
    kind = kind_of(data)
    if kind not in STAMPED:
        raise unsupported(kind, "PNG, JPEG, WebP, GIF or SVG", param)
    return _c2pa(data, credentials), SYNTHID


def _c2pa(data: bytes, credentials: Credentials) -> Finding:
    try:
        report = read_report(data)
    except NoCredentials:
        return Finding(type="c2pa", validation_state="not_present")
    except InvalidRequest:
        return Finding(type="c2pa", validation_state="invalid")
    if report.get("validation_state") not in ("Valid", "Trusted"):
        return Finding(type="c2pa", validation_state="invalid")
    manifest = active_manifest(report)
    signature = manifest.get("signature_info", {})
    return Finding(
        type="c2pa",
        outcome="detected",
        validation_state="valid",
        issuer=_text(signature.get("issuer")),
        model=_model(manifest),
        generated_at=_moment(signature.get("time")),
        made_here=is_signed_here(data, credentials),
    )


def _model(manifest: Mapping[str, Any]) -> str | None:
    """What a generating action names as its tool: our snapshot, or a stranger's model."""
    recipe = assertion(manifest, RECIPE)
    if recipe is not None:
        return _text(recipe.get("snapshot"))
    return next(_agents(manifest), None)


def _agents(manifest: Mapping[str, Any]) -> Iterator[str]:
    for label in ("c2pa.actions.v2", "c2pa.actions"):
        for action in (assertion(manifest, label) or {}).get("actions", ()):
            agent = action.get("softwareAgent")
            name = _text(agent.get("name") if isinstance(agent, dict) else agent)
            if name and "lgorithmicMedia" in str(action.get("digitalSourceType")):
                yield name


def _text(value: object) -> str | None:
    return value[:_MAX_NAME] if isinstance(value, str) else None


def _moment(value: object) -> str | None:
    try:
        moment = datetime.fromisoformat(str(value)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
