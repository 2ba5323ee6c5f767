"""Where something is, as whoever sent a request can reach it. Knows nothing about what it is."""

from starlette.requests import Request

from sfumato.api.backend import Backend


def link_to(backend: Backend, request: Request, picture_id: str) -> str:
    """A picture's address for who sent the request, good for an hour without a key."""
    base = backend.settings.public_url or str(request.base_url)
    return base.rstrip("/") + backend.links.sign(picture_id)
