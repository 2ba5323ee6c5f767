"""Sfumato Studio's static files, at / and /studio/. The page uses the same API as everyone.

Knows nothing of what is in them.
"""

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parents[2] / "studio"
SERVED = frozenset({".css", ".html", ".js", ".json", ".png", ".svg", ".webp", ".woff2"})
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
        " img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",
}

router = APIRouter()


@router.get("/")
async def page() -> Response:
    """The page."""
    return FileResponse(FOLDER / "index.html", headers=HEADERS)


@router.get("/studio")
@router.get("/studio/")
async def to_the_page() -> Response:
    """The page is at /."""
    return RedirectResponse("/")


class StudioFiles(StaticFiles):
    """The page's own files, and nothing else that may lie beside them."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        if Path(path).suffix not in SERVED:
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        return response


def mount_studio(app: FastAPI) -> None:
    """Serve the page at / and its files under /studio/."""
    app.include_router(router, include_in_schema=False)
    app.mount("/studio", StudioFiles(directory=FOLDER))
