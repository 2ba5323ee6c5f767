"""What the routes work with, put together once in `app`. Knows nothing about HTTP."""

from dataclasses import dataclass

from starlette.requests import Request

from sfumato.api.names import Names
from sfumato.jobs.scheduler import Scheduler
from sfumato.settings import Settings
from sfumato.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The settings, the names, the store and the scheduler of one running server."""

    settings: Settings
    names: Names
    store: Store
    scheduler: Scheduler


def backend_of(request: Request) -> Backend:
    """The backend of the app that serves `request`."""
    backend: Backend = request.app.state.backend
    return backend
