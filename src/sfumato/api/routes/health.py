"""GET /healthz (the process answers) and /readyz (a picture would be made now).

Knows no request but its own.
"""

from fastapi import APIRouter, Request, Response

from sfumato.api.backend import backend_of
from sfumato.api.base64_json import dump

router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The event loop turns."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """200 when the engine has its snapshot loaded, 503 before."""
    ready = backend_of(request).scheduler.ready
    body = dump({"status": "ready" if ready else "loading"})
    return Response(body, status_code=200 if ready else 503, media_type="application/json")
