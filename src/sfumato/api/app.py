"""The wiring: the one place where the server's parts meet. Decides nothing that a request asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from sfumato.api import openapi
from sfumato.api.backend import Backend
from sfumato.api.batch.runner import BatchRunner
from sfumato.api.described import BODIES, QUERIES
from sfumato.api.guard import Guard
from sfumato.api.head import Head
from sfumato.api.links import Links
from sfumato.api.names import Names
from sfumato.api.origins import Origins
from sfumato.api.recognition import Recognition
from sfumato.api.replies import on_http_exception, on_sfumato_error
from sfumato.api.responses.runs import Runs
from sfumato.api.routes import (
    batches,
    conversations,
    edits,
    files,
    health,
    images,
    jobs,
    links,
    models,
    moderations,
    pictures,
    provenance,
    responses,
    session,
)
from sfumato.api.routes.studio import mount_studio
from sfumato.api.server import is_open
from sfumato.api.sweeping import Sweeping
from sfumato.api.tokens import count_tokens
from sfumato.director.choosing import director_for
from sfumato.errors import SfumatoError
from sfumato.jobs.ledger import Ledger
from sfumato.jobs.scheduler import Scheduler
from sfumato.jobs.webhooks import Webhooks
from sfumato.registry.catalogue import Catalogue, read_catalogue
from sfumato.registry.snapshot import Snapshot
from sfumato.safety.classifiers import check_classifier
from sfumato.safety.fetch import open_fetcher
from sfumato.settings import Settings
from sfumato.store import Store
from sfumato.store.only_server import only_server

SPARE_PART = 4  # one place in so many stays free for those who wait with an open connection


def create_app(settings: Settings) -> FastAPI:
    """The server as an ASGI app; its workers live as long as its lifespan.

    CatalogueError for a catalogue that contradicts itself; SnapshotDamaged at start when the
    snapshot that serves by default is not installed; ServerError when a classifier is not, and at
    start when another server has the same home.
    """
    check_classifier(settings.text_moderation, "SFUMATO_TEXT_MODERATION")
    check_classifier(settings.image_moderation, "SFUMATO_IMAGE_MODERATION")
    catalogue = read_catalogue(settings.root / "catalogue.toml")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            _backend(settings, catalogue) as backend,
            BatchRunner(backend) as runner,
            Runs(backend) as runs,
        ):
            app.state.backend, app.state.batches, app.state.responses = backend, runner, runs
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.state.bodies, app.state.queries = BODIES, QUERIES
    app.add_middleware(Head)
    app.add_middleware(Recognition, is_open=is_open(settings))
    app.add_middleware(Guard, origins=Origins.of(settings))
    app.add_exception_handler(SfumatoError, on_sfumato_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.include_router(health.router)
    app.include_router(openapi.router)
    for prefix in ("/v1", ""):  # OpenAI's own test suites leave the prefix out
        shown = bool(prefix)
        app.include_router(images.router, prefix=prefix, include_in_schema=shown)
        app.include_router(edits.router, prefix=prefix, include_in_schema=shown)
        app.include_router(files.router, prefix=prefix, include_in_schema=shown)
        app.include_router(provenance.router, prefix=prefix, include_in_schema=shown)
        app.include_router(batches.router, prefix=prefix, include_in_schema=shown)
        app.include_router(models.router, prefix=prefix, include_in_schema=shown)
        app.include_router(moderations.router, prefix=prefix, include_in_schema=shown)
        app.include_router(responses.router, prefix=prefix, include_in_schema=shown)
        app.include_router(conversations.router, prefix=prefix, include_in_schema=shown)
    if not settings.strict:
        app.include_router(pictures.router, prefix="/v1")
        app.include_router(jobs.router, prefix="/v1")
        app.include_router(links.router, prefix="/v1")
        app.include_router(session.router, prefix="/v1")
    mount_studio(app)
    return app


@asynccontextmanager
async def _backend(settings: Settings, catalogue: Catalogue) -> AsyncIterator[Backend]:
    store = await asyncio.to_thread(Store.open, settings.root)
    with store, only_server(settings.root):
        names = await asyncio.to_thread(Names.open, settings.root, catalogue, store.aliases)
        first = await names.resolve(catalogue.when_absent.id)
        signed = await asyncio.to_thread(Links.open, settings.root)
        await asyncio.to_thread(count_tokens, "")  # the table is read before the first request
        async with (
            Sweeping(store),
            Webhooks(store.webhooks) as webhooks,
            Scheduler(settings, store, warm_up=first.snapshot) as scheduler,
            _ledger(settings, names, scheduler, store, webhooks) as ledger,
        ):
            yield Backend(
                settings=settings,
                names=names,
                store=store,
                scheduler=scheduler,
                ledger=ledger,
                webhooks=webhooks,
                links=signed,
                director=director_for(settings),
                fetcher=await asyncio.to_thread(open_fetcher, settings.fetch, settings.fetch_allow),
            )


def _ledger(
    settings: Settings, names: Names, scheduler: Scheduler, store: Store, webhooks: Webhooks
) -> Ledger:
    async def find(snapshot_id: str) -> Snapshot:
        return (await names.resolve(snapshot_id)).snapshot

    return Ledger(
        scheduler,
        store,
        find=find,
        most_waiting=settings.waiting_jobs,
        spare=settings.queue_size // SPARE_PART,
        on_end=webhooks.wake,
    )
