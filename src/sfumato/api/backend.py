"""What the routes work with, put together once in `app`. Knows nothing about HTTP."""

from dataclasses import dataclass, field

from starlette.requests import Request

from sfumato.api.limits import Limits
from sfumato.api.links import Links
from sfumato.api.names import Names
from sfumato.api.pending import Pending
from sfumato.director.built_in import BuiltInDirector
from sfumato.director.decision import Director
from sfumato.jobs.ledger import Ledger
from sfumato.jobs.scheduler import Scheduler
from sfumato.jobs.webhooks import Webhooks
from sfumato.safety.fetch import Fetcher
from sfumato.settings import Settings
from sfumato.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The settings, the names, the store and the scheduler of one running server."""

    settings: Settings
    names: Names
    store: Store
    scheduler: Scheduler
    ledger: Ledger
    webhooks: Webhooks
    links: Links
    director: Director = field(default_factory=BuiltInDirector)
    limits: Limits = field(default_factory=Limits)
    pending: Pending = field(default_factory=Pending)
    fetcher: Fetcher = field(default_factory=Fetcher)  # of pictures that are named by a URL


def backend_of(request: Request) -> Backend:
    """The backend of the app that serves `request`."""
    backend: Backend = request.app.state.backend
    return backend
