"""The response object and the items that it answers with. Knows neither streams nor the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sfumato.api.caller import Caller
from sfumato.api.responses.kept import message, output_text
from sfumato.api.responses.schema import ResponseRequest
from sfumato.api.responses.tools import Toolbox
from sfumato.core import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request in which everything was checked that can be before its turns are read.

    `sent` is its body without pictures; `conversation` an id that exists; `mask` an object's key.
    """

    id: str
    caller: Caller
    created_at: int
    sent: Mapping[str, Any]
    request: ResponseRequest
    toolbox: Toolbox
    conversation: str | None = None
    mask: str | None = None

    @property
    def background(self) -> bool:
        return bool(self.request.background)

    @property
    def kept(self) -> bool:
        """Whether the answer can be fetched later."""
        return self.request.store is not False

    @property
    def most_calls(self) -> int:
        """How many pictures it may have: OpenAI names no limit, so there is one of ours."""
        if self.request.parallel_tool_calls is False:
            return 1
        asked = self.request.max_tool_calls
        return MOST_CALLS if asked is None else min(asked, LARGEST_ANSWER)


MOST_CALLS, LARGEST_ANSWER = 4, 10


def new_body(ask: Ask) -> dict[str, Any]:
    """The response before anything was done."""
    request = ask.request
    told = {
        "id": ask.id,
        "object": "response",
        "created_at": ask.created_at,
        "status": "queued" if ask.background else "in_progress",
        "background": ask.background,
        "completed_at": None,
        "conversation": None if ask.conversation is None else {"id": ask.conversation},
        "error": None,
        "incomplete_details": None,
        "instructions": request.instructions,
        "max_output_tokens": request.max_output_tokens,
        "max_tool_calls": request.max_tool_calls,
        "metadata": dict(request.metadata or {}),
        "model": request.model,
        "output": [],
        "parallel_tool_calls": request.parallel_tool_calls is not False,
        "previous_response_id": request.previous_response_id,
        "reasoning": {"effort": "none", "summary": None},
        "service_tier": "default",
        "store": ask.kept,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": ask.toolbox.echoed_choice,
        "tools": ask.toolbox.echoed_tools,
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": request.truncation or "disabled",
        "usage": None,
        "user": request.user,
    }
    for name in ("safety_identifier", "prompt_cache_key"):
        if getattr(request, name) is not None:
            told[name] = getattr(request, name)
    return told


def answer_item(name: str, text: str, *, whole: bool = True) -> dict[str, Any]:
    """The director's words."""
    status = "completed" if whole else "incomplete"
    return message("assistant", [output_text(text)], id=name, status=status)


def director_usage(read: int, written: int) -> dict[str, Any]:
    """What the director read and wrote, in tokens."""
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }


def tool_usage(spent: list[Usage]) -> dict[str, Any]:
    """What all pictures cost together."""
    text = sum(one.text_tokens for one in spent)
    images = sum(one.image_tokens_in for one in spent)
    output = sum(one.output_tokens for one in spent)
    return {
        "image_gen": {
            "input_tokens": text + images,
            "input_tokens_details": {"image_tokens": images, "text_tokens": text},
            "output_tokens": output,
            "output_tokens_details": {"image_tokens": output, "text_tokens": 0},
            "total_tokens": text + images + output,
            "cached_tokens": 0,
            "cached_tokens_details": {"cached_image_tokens": 0, "cached_text_tokens": 0},
        },
        "web_search": {"num_requests": 0},
    }
