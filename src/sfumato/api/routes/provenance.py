"""POST /v1/content_provenance_checks: what a file says of what made it, and whether that holds.

Knows nothing about credentials; the light worker reads them.
"""

from time import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from sfumato.api.backend import backend_of
from sfumato.api.file_request import file_rules, the_file
from sfumato.api.input_pictures import LARGEST
from sfumato.api.multipart import read_form

if TYPE_CHECKING:  # the server itself has no use for the library behind it
    from sfumato.codec.check import Finding

router = APIRouter()


@router.post("/content_provenance_checks")
async def check(request: Request) -> dict[str, Any]:
    """The findings; the file is gone afterwards."""
    backend = backend_of(request)
    form = await read_form(request, file_rules((), LARGEST), backend.store.inputs.spool)
    try:
        file = the_file(form)
        findings = await backend.scheduler.check_provenance(file.path, file.name)
    finally:
        form.discard()
    strict = backend.settings.strict
    return {
        "object": "content_provenance_check",
        "created_at": int(time()),
        "results": [_result(finding, strict=strict) for finding in findings],
    }


def _result(finding: "Finding", *, strict: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": finding.type, "outcome": finding.outcome}
    if finding.type == "c2pa":
        shown |= {"validation_state": finding.validation_state, "issuer": finding.issuer}
    shown |= {"model": finding.model, "generated_at": finding.generated_at}
    return shown if strict else shown | {"sfumato": _extension(finding)}


def _extension(finding: "Finding") -> dict[str, bool]:
    """Whether this server signed the file; that nothing here can see SynthID's watermark."""
    if finding.type == "c2pa":
        return {"made_here": finding.made_here}
    return {"looked_for": False}
