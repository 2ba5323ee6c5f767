"""The request header `Idempotency-Key`: a request that is sent again gets the answer it had.

For a day; a failure is forgotten, so that it can be tried again. Knows nothing about what is asked.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sfumato.api.backend import Backend
from sfumato.api.caller import caller_of
from sfumato.api.long_json import LongString
from sfumato.errors import InvalidRequest, NotFound
from sfumato.store.idempotency import Claim

HEADER = "Idempotency-Key"
LONGEST = 256
REPLAYED = "idempotent-replayed"


def claim_of(request: Request, asked: Any) -> Claim | None:
    """What the header claims; None without one, InvalidRequest for one that is no key.

    `asked` is the body as JSON: two that are equal ask for the same, however they were written.
    Blocks where long strings of it lie on disk.
    """
    given = request.headers.getlist(HEADER)
    if not given:
        return None
    key = given[0]
    printable = key.isascii() and key.isprintable()
    if len(given) > 1 or not printable or not 0 < len(key) <= LONGEST:
        raise InvalidRequest(
            f"Invalid header '{HEADER}': give one of 1 to {LONGEST} printable ASCII characters.",
            param=HEADER,
        )
    path = request.url.path.removeprefix("/v1")
    words = json.dumps([request.method, path, asked], sort_keys=True, default=_long)
    fingerprint = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
    return Claim(caller=caller_of(request).id, key=key, fingerprint=fingerprint)


def replayed(answer: Response, *, strict: bool) -> Response:
    """`answer`, marked as one that was given before."""
    if not strict:
        answer.headers[REPLAYED] = "true"
    return answer


def _long(member: object) -> str:
    """What stands for a string that lies on disk."""
    if not isinstance(member, LongString):
        raise TypeError(f"{type(member).__name__} is not JSON")
    return hashlib.sha256(member.text().encode("utf-8", "surrogatepass")).hexdigest()


async def once(
    claim: Claim | None,
    backend: Backend,
    new_id: Callable[[], str],
    make: Callable[[str], Awaitable[Response]],
    again: Callable[[str], Awaitable[Response]],
) -> Response:
    """Make what was asked under a new id, or answer `again` with the id it was made under.

    The id stands in the books before anything is made: whatever a kill interrupts is made under the
    same id by the retry. `again` raises NotFound when there is nothing under it.
    """
    if claim is None:
        return await make(new_id())
    async with backend.pending.of(claim):
        target = await asyncio.to_thread(backend.store.idempotency.find, claim)
        if target is not None:
            try:
                return replayed(await again(target), strict=backend.settings.strict)
            except NotFound:
                pass
        wanted = target or new_id()
        await asyncio.to_thread(backend.store.idempotency.remember, claim, wanted)
        try:
            return await make(wanted)
        except Exception:
            forget = backend.store.idempotency.forget
            await asyncio.to_thread(forget, claim.caller, wanted)
            raise
