"""The wiring: the one place where the server's parts meet. Decides nothing that a request asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from sfumato.api.backend import Backend
from sfumato.api.guard import Guard
from sfumato.api.names import Names
from sfumato.api.replies import on_http_exception, on_sfumato_error
from sfumato.api.routes import health, images, models, pictures
from sfumato.api.routes.studio import mount_studio
from sfumato.api.tokens import count_tokens
from sfumato.errors import SfumatoError
from sfumato.jobs.scheduler import Scheduler
from sfumato.registry.catalogue import Catalogue, read_catalogue
from sfumato.settings import Settings
from sfumato.store import Store


def create_app(settings: Settings) -> FastAPI:
    """The server as an ASGI app; its workers live as long as its lifespan.

    CatalogueError for a catalogue that contradicts itself; SnapshotDamaged at start when the
    snapshot that serves by default is not installed.
    """
    catalogue = read_catalogue(settings.root / "catalogue.toml")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _backend(settings, catalogue) as backend:
            app.state.backend = backend
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.add_middleware(Guard, host=settings.host)
    app.add_exception_handler(SfumatoError, on_sfumato_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.include_router(health.router)
    for prefix in ("/v1", ""):  # OpenAI's own test suites leave the prefix out
        app.include_router(images.router, prefix=prefix)
        app.include_router(models.router, prefix=prefix)
    if not settings.strict:
        app.include_router(pictures.router, prefix="/v1")
    mount_studio(app)
    return app


@asynccontextmanager
async def _backend(settings: Settings, catalogue: Catalogue) -> AsyncIterator[Backend]:
    store = await asyncio.to_thread(Store.open, settings.root)
    with store:
        names = await asyncio.to_thread(Names.open, settings.root, catalogue, store.aliases)
        first = await names.resolve(catalogue.when_absent.id)
        await asyncio.to_thread(count_tokens, "")  # the table is read before the first request
        async with Scheduler(settings, store, warm_up=first.snapshot) as scheduler:
            yield Backend(settings=settings, names=names, store=store, scheduler=scheduler)
