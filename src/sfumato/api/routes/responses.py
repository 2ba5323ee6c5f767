"""POST /v1/responses and what can be done with a response afterwards.

Knows the order of the hops, and nothing of what each of them decides.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from sfumato.api.answer import JsonAnswer
from sfumato.api.backend import Backend, backend_of
from sfumato.api.caller import caller_of
from sfumato.api.idempotency import claim_of
from sfumato.api.idempotency import replayed as marked
from sfumato.api.pull import ClientGone, pull
from sfumato.api.responses.asking import read_ask
from sfumato.api.responses.body import picture_body
from sfumato.api.responses.counting import count_turns
from sfumato.api.responses.kept import shown_response
from sfumato.api.responses.once import earlier, in_turn, remember
from sfumato.api.responses.pages import cut_out, item_list
from sfumato.api.responses.query import read_flag, read_number, read_page, read_query
from sfumato.api.responses.running import Run
from sfumato.api.responses.runs import Runs, runs_of
from sfumato.api.responses.stream import Answered, Listening, replayed
from sfumato.api.responses.telling import Event
from sfumato.api.responses.wire import wrong
from sfumato.errors import InvalidRequest
from sfumato.store.responses import StoredResponse

router = APIRouter()

DIRECTOR = "x-sfumato-director"


@router.post("/responses")
async def create(request: Request) -> Response:
    """Refuse, or answer: at once when it runs in the background, else when it is over.

    `model` is the name that was asked for; a header says which director served it.
    """
    backend, reply = backend_of(request), await _created(request)
    if not backend.settings.strict:
        reply.headers[DIRECTOR] = backend.director.name
    return reply


async def _created(request: Request) -> Response:
    backend, caller = backend_of(request), caller_of(request)
    read_query(request, ())
    async with picture_body(request, backend) as body:
        claim = await asyncio.to_thread(claim_of, request, body)
        async with in_turn(claim, backend):
            found = await earlier(claim, backend, runs_of(request))
            if found is not None:
                reply = await _again(found, request, backend)
                return marked(reply, strict=backend.settings.strict)
            ask, items = await read_ask(body, backend, caller)
            run = Run(ask, items, backend)
            await remember(claim, run, backend)  # first: a key without its response is made anew
            if ask.background:
                await run.accept()
            queued = dict(run.telling.body)
            runs_of(request).begin(run)
    if ask.background and not ask.request.stream:
        return JsonAnswer(shown_response(queued, backend.store.objects))
    return await _answered(run, request, backend, stays=claim is not None and ask.kept)


@router.post("/responses/input_tokens")
async def input_tokens(request: Request) -> dict[str, Any]:
    """How many tokens the director would read."""
    backend = backend_of(request)
    read_query(request, ())
    async with picture_body(request, backend) as body:
        count = await count_turns(body, backend, caller_of(request))
    return {"object": "response.input_tokens", "input_tokens": count}


@router.get("/responses/{response_id}")
async def retrieve(request: Request, response_id: str) -> Response:
    """The response as it is now, or its events from any of them on."""
    backend, caller = backend_of(request), caller_of(request)
    query, _ = read_query(request, ("stream", "starting_after", "include_obfuscation"))
    streams, after = read_flag(query, "stream"), read_number(query, "starting_after")
    if after is not None and not streams:
        raise wrong("starting_after", after, "it needs 'stream=true'")
    run = runs_of(request).find(caller.id, response_id)
    stored = None if run else await _stored(request, response_id)
    if not streams:
        body = run.telling.body if run else stored.body if stored else {}
        return JsonAnswer(shown_response(body, backend.store.objects))
    return Listening(
        _events(run, stored, -1 if after is None else after),
        runs_of(request).sharing,
        obfuscated=read_flag(query, "include_obfuscation"),
    )


@router.delete("/responses/{response_id}")
async def delete(request: Request, response_id: str) -> dict[str, Any]:
    """Stop it if it is not over, and forget it; its pictures stay in the history."""
    backend, caller = backend_of(request), caller_of(request)
    read_query(request, ())
    run = runs_of(request).find(caller.id, response_id)
    if run is not None:
        await runs_of(request).stop(run)
    await asyncio.to_thread(backend.store.responses.remove, caller.id, response_id)
    return {"id": response_id, "object": "response.deleted", "deleted": True}


@router.post("/responses/{response_id}/cancel")
async def cancel(request: Request, response_id: str) -> Response:
    """End a background response; one that is over stays as it is."""
    backend, caller = backend_of(request), caller_of(request)
    read_query(request, ())
    run = runs_of(request).find(caller.id, response_id)
    stored = await _stored(request, response_id)
    if not stored.body["background"]:
        raise InvalidRequest(
            "Only a response that was made with 'background': true can be cancelled. Close the"
            " connection to stop another.",
            code=None,
        )
    if run is not None:
        await runs_of(request).stop(run)
    body = run.telling.body if run else stored.body
    return JsonAnswer(shown_response(body, backend.store.objects))


@router.get("/responses/{response_id}/input_items")
async def input_items(request: Request, response_id: str) -> Response:
    """What was sent with it, newest first."""
    backend, page = backend_of(request), read_page(request)
    stored = await _stored(request, response_id)
    found = cut_out(stored.input, page)
    return JsonAnswer(item_list(found, page, backend.store.objects))


async def _again(found: Run | StoredResponse, request: Request, backend: Backend) -> Response:
    """What a request with the same idempotency key got, or is about to get."""
    if isinstance(found, Run):
        return await _answered(found, request, backend, stays=True)
    asked = found.request["body"]
    if asked.get("stream"):
        obfuscated = bool((asked.get("stream_options") or {}).get("include_obfuscation"))
        events, sharing = replayed(found.events, -1), runs_of(request).sharing
        return Listening(events, sharing, obfuscated=obfuscated)
    return JsonAnswer(shown_response(found.body, backend.store.objects))


async def _answered(run: Run, request: Request, backend: Backend, *, stays: bool) -> Response:
    """As it was asked for; one that `stays` goes on when the client leaves."""
    if run.ask.request.stream:
        return await _streamed(run, request)
    if run.ask.background:
        return JsonAnswer(shown_response(run.telling.body, backend.store.objects))
    return await _waited_for(run, request, backend, stays=stays)


async def _streamed(run: Run, request: Request) -> Response:
    """Errors that come before the first event are ordinary answers."""
    try:
        async with aclosing(pull(run.telling.log.read(), request.receive)) as pulled:
            begun = await anext(pulled, None) is not None
    except ClientGone:
        await _left(run, runs_of(request))
        raise
    if not begun:
        await _over(run, runs_of(request))
        raise _failure(run)
    options = run.ask.request.stream_options
    return Listening(
        run.telling.log.read(),
        runs_of(request).sharing,
        obfuscated=bool(options and options.include_obfuscation),
        on_leave=partial(_left, run, runs_of(request)),
        on_end=partial(_over, run, runs_of(request)),
    )


async def _waited_for(run: Run, request: Request, backend: Backend, *, stays: bool) -> Response:
    try:
        async with aclosing(pull(run.telling.log.read(), request.receive)) as pulled:
            async for _ in pulled:
                pass
    except ClientGone:
        if not stays:
            await runs_of(request).stop(run)
            await _over(run, runs_of(request))
        raise
    if run.failure is not None:
        await _over(run, runs_of(request))
        raise _failure(run)
    body = shown_response(run.telling.body, backend.store.objects)
    return Answered(body, on_end=partial(_over, run, runs_of(request)))


async def _left(run: Run, runs: Runs) -> None:
    """A client that leaves a stream can read it again, if it is kept; else the work stops."""
    if not run.ask.kept:
        await runs.stop(run)


async def _over(run: Run, runs: Runs) -> None:
    if not run.ask.kept:
        await runs.forget(run)


def _failure(run: Run) -> Exception:
    return run.failure or ClientGone()


async def _stored(request: Request, response_id: str) -> StoredResponse:
    kept, caller = backend_of(request).store.responses, caller_of(request).id
    return await asyncio.to_thread(kept.get, caller, response_id)


def _events(run: Run | None, stored: StoredResponse | None, after: int) -> AsyncGenerator[Event]:
    if run is not None:
        return run.telling.log.read(after)
    return replayed([] if stored is None else stored.events, after)
