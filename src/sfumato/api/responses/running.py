"""One response from its turns to its end: decided, drawn, kept, told.

A run that a restart cut is run again from its plan, and tells the same events under the same
numbers. Knows nothing about who listens.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sfumato.api.backend import Backend
from sfumato.api.responses.crowd import Crowd
from sfumato.api.responses.deciding import decide
from sfumato.api.responses.drawing import Drawn, draw, is_drawn, order_of, submit
from sfumato.api.responses.failing import CUT, is_ours, response_error
from sfumato.api.responses.history import earlier_items, within
from sfumato.api.responses.objects import (
    Ask,
    answer_item,
    director_usage,
    new_body,
    tool_usage,
)
from sfumato.api.responses.plan import Call, Plan, plan_to_json
from sfumato.api.responses.telling import Event, Telling
from sfumato.api.responses.turns import read_context
from sfumato.errors import ServerError, SfumatoError
from sfumato.jobs.job import Job
from sfumato.store.responses import UNKEPT, StoredResponse

MOST_TOLD, MOST_SHOWN = 5, 60  # words that were left aside, and characters of each

log = logging.getLogger(__name__)


class Run:
    """`telling` grows while `carry_out` runs; `failure` is why it gave nothing, if it did."""

    def __init__(
        self,
        ask: Ask,
        new: Sequence[Mapping[str, Any]],
        backend: Backend,
        plan: Plan | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        """`plan` and `body` of a run that a restart found."""
        self.ask = ask
        self.telling = Telling(new_body(ask) if body is None else dict(body))
        self.failure: SfumatoError | None = None
        self.plan = plan
        self.ending = False  # from here on it cannot be cancelled
        self._new = new
        self._backend = backend
        self._results: list[Drawn] = []

    async def accept(self, *, again: bool = False) -> None:
        """Keep a background response before it is answered as queued; a restart found it kept."""
        self.telling.response("created")
        self.telling.response("queued")
        if not again:
            await self._add("queued")

    async def cut(self) -> None:
        """End one that a restart found and nobody waits for any more."""
        self.telling.response("created")
        self.telling.response("in_progress")
        await self._free_key()
        await self._end("failed", error=CUT, completed_at=None)
        self.telling.log.close()

    async def carry_out(self, crowd: Crowd) -> None:
        """All of it. What is refused before anything is told is left in `failure`."""
        try:
            plan = self.plan or await self._decide()
            job = await self._admit(plan)
            self.telling.body["status"] = "in_progress"
            if not self.ask.background:
                self.telling.response("created")
            self.telling.response("in_progress")
            for index, call in enumerate(plan.calls):
                await self._draw(call, job if index == 0 else None, crowd)
            await self._finish(plan)
        except SfumatoError as error:
            await self._fail(error)
        except Exception as error:
            log.error("response %s failed", self.ask.id, exc_info=error)
            await self._fail(ServerError("The server failed at this response. Its log says why."))

    async def cancel(self) -> None:
        """End one whose `carry_out` was stopped by its caller."""
        await self._free_key()
        await self._end("cancelled", completed_at=None)

    async def _decide(self) -> Plan:
        ask, backend = self.ask, self._backend
        earlier = await earlier_items(
            ask.caller.id,
            previous=ask.request.previous_response_id,
            conversation=ask.conversation,
            backend=backend,
        )
        items = within(
            [*earlier, *map(dict, self._new)], automatic=ask.request.truncation == "auto"
        )
        context = await asyncio.to_thread(
            read_context, items, ask.request.instructions, ask.caller.id, backend.store
        )
        return await decide(ask, context, backend)

    async def _admit(self, plan: Plan) -> Job | None:
        """Keep the plan, then take a place for its first picture; 429 when there is none."""
        self.plan = plan
        if self.ask.background:
            kept = {"status": "in_progress", "plan": plan_to_json(plan)}
            await asyncio.to_thread(self._backend.store.responses.save, self.ask.id, **kept)
            return None
        job = None
        if plan.calls:
            order = await order_of(plan.calls[0], self.ask.caller, self._backend)
            job = submit(plan.calls[0], order, self._backend)
        try:
            await self._add("in_progress" if self.ask.kept else UNKEPT)
        except BaseException:
            if job is not None:
                job.cancel()
            raise
        return job

    async def _draw(self, call: Call, job: Job | None, crowd: Crowd) -> None:
        caller, backend = self.ask.caller, self._backend
        if job is not None or await is_drawn(call, caller.id, backend):
            drawn = await draw(call, job, caller.id, self.telling, backend)
        else:
            order = await order_of(call, caller, backend)
            async with crowd.place(self.ask, backend):
                job = submit(call, order, backend)  # at once, while there is room
                drawn = await draw(call, job, caller.id, self.telling, backend)
        self._results.append(drawn)

    async def _finish(self, plan: Plan) -> None:
        failed = [result.error for result in self._results if result.error is not None]
        broken = next((error for error in failed if is_ours(error)), None)
        if broken is not None:
            await self._fail(broken)
            return
        text = plan.text
        if failed:
            text = " ".join(["I could not make this picture.", *(e.message for e in failed)])
        elif plan.whole:
            text = f"{text} {_left_aside(self._results)}".strip()
        if text:
            self.telling.answers(answer_item(plan.message, text, whole=plan.whole))
        if plan.whole:
            await self._end("completed")
        else:
            await self._end("incomplete", incomplete_details={"reason": "max_output_tokens"})

    async def _fail(self, error: SfumatoError) -> None:
        self.failure = error
        await self._free_key()
        if self.telling.log.entries:  # else it is an ordinary HTTP error, and nothing is kept
            await self._end("failed", error=response_error(error), completed_at=None)

    async def _free_key(self) -> None:
        """What came to nothing can be tried again with the same idempotency key."""
        forget = self._backend.store.idempotency.forget
        await asyncio.to_thread(forget, self.ask.caller.id, self.ask.id)

    async def _end(self, status: str, **changed: Any) -> None:
        self.ending = True
        if self.plan is not None:
            changed["usage"] = director_usage(self.plan.read, self.plan.written)
            changed["tool_usage"] = tool_usage([r.spent for r in self._results if r.spent])
        event = self.telling.end(status, **{"completed_at": int(time.time()), **changed})
        if self.ask.kept:
            await self._keep(event)
        self.telling.publish(event)
        self._backend.webhooks.wake()  # its end was announced as it was kept

    async def _keep(self, last: Event) -> None:
        ended = replace(self._row(self.telling.body["status"]), events=self._events(last))
        output = self.telling.body["output"]
        await asyncio.to_thread(self._backend.store.responses.finish, ended, output)

    def _events(self, last: Event) -> list[Event]:
        return [*self.telling.log.entries, last]

    async def _add(self, status: str) -> None:
        await asyncio.to_thread(self._backend.store.responses.add, self._row(status))

    def _row(self, status: str) -> StoredResponse:
        """Of one that is not to be kept only what a sweep after a crash has to know."""
        ask, kept = self.ask, self.ask.kept
        return StoredResponse(
            id=ask.id,
            caller=ask.caller.id,
            created_at=ask.created_at,
            status=status,
            previous=ask.request.previous_response_id if kept else None,
            conversation=ask.conversation if kept else None,
            request={"body": ask.sent, "mask": ask.mask} if kept else {},
            input=self._new if kept else (),
            body=self.telling.body if kept else {},
            events=(),
            plan=self._saved_plan(),
        )

    def _saved_plan(self) -> dict[str, Any] | None:
        if self.plan is None:
            return None
        if self.ask.kept:
            return plan_to_json(self.plan)
        return {"pictures": [call.picture for call in self.plan.calls]}


def _left_aside(results: Sequence[Drawn]) -> str:
    """The words that are not in the pictures, so that nobody has to look for them."""
    words = list(dict.fromkeys(word for result in results for word in result.unread))
    if not words:
        return ""
    listed = ", ".join(f"\u201c{word[:MOST_SHOWN]}\u201d" for word in words[:MOST_TOLD])
    return f"I could make nothing of {listed}."
