"""The response as it grows, and the events that tell it, in OpenAI's order.

Pictures are named, not held. Knows neither who listens nor how pictures are made.
"""

import re
from collections.abc import Mapping
from typing import Any

from sfumato.api.responses.kept import FILE, PICTURE, output_text
from sfumato.jobs.broadcast import Broadcast

Event = dict[str, Any]
WORDS_AT_ONCE = re.compile(r"(?:\S+\s*){1,4}|\s+")  # of one delta


class Telling:
    """Each event is published once, with the next number; `body` is the response as it is now."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        self.log: Broadcast[Event] = Broadcast()
        self._number = 0

    def response(self, kind: str) -> None:
        """An event with the whole response: created, queued, in_progress."""
        self._say(f"response.{kind}", response=self._copy())

    def end(self, status: str, **changed: Any) -> Event:
        """The last event, not published yet: first it is kept, then everybody is told."""
        self.body.update(status=status, **changed)
        kind = "failed" if status == "cancelled" else status  # OpenAI has no event for it
        return self._event(f"response.{kind}", response=self._copy())

    def publish(self, event: Event) -> None:
        """Tell everybody."""
        self._number += 1
        self.log.publish(event)

    def call_begins(self, item_id: str) -> None:
        """A picture was ordered."""
        item = {"id": item_id, "type": "image_generation_call", "status": "in_progress"}
        self._say("response.output_item.added", output_index=self._place, item=item)
        self._about(item_id, "in_progress")

    def call_generates(self, item_id: str) -> None:
        """It is being made."""
        self._about(item_id, "generating")

    def call_shows(self, item_id: str, index: int, key: str, members: Mapping[str, Any]) -> None:
        """A partial image, kept under `key`."""
        picture = {"partial_image_index": index, PICTURE: {FILE: key}}
        self._about(item_id, "partial_image", **picture, **members)

    def call_ends(self, item: Mapping[str, Any]) -> None:
        """It is finished, or it failed: the item says which."""
        if item["status"] == "completed":
            self._about(item["id"], "completed")
        self._done(item)

    def answers(self, item: Mapping[str, Any]) -> None:
        """The director's words, piece by piece."""
        text = item["content"][0]["text"]
        begun = {**item, "status": "in_progress", "content": []}
        place = {"item_id": item["id"], "output_index": self._place, "content_index": 0}
        self._say("response.output_item.added", output_index=self._place, item=begun)
        self._say("response.content_part.added", **place, part=output_text(""))
        for delta in WORDS_AT_ONCE.findall(text):
            self._say("response.output_text.delta", **place, delta=delta, logprobs=[])
        self._say("response.output_text.done", **place, text=text, logprobs=[])
        self._say("response.content_part.done", **place, part=item["content"][0])
        self._done(item)

    @property
    def _place(self) -> int:
        return len(self.body["output"])

    def _about(self, item_id: str, what: str, **more: Any) -> None:
        place = {"item_id": item_id, "output_index": self._place}
        self._say(f"response.image_generation_call.{what}", **place, **more)

    def _done(self, item: Mapping[str, Any]) -> None:
        self._say("response.output_item.done", output_index=self._place, item=dict(item))
        self.body["output"] = [*self.body["output"], dict(item)]

    def _say(self, kind: str, **members: Any) -> None:
        self.publish(self._event(kind, **members))

    def _event(self, kind: str, **members: Any) -> Event:
        return {"type": kind, "sequence_number": self._number, **members}

    def _copy(self) -> dict[str, Any]:
        return dict(self.body)
