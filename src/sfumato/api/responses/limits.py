"""What a director cannot do, field by field: each is refused unless it asks for the usual.

Knows nothing about pictures.
"""

import re
from collections.abc import Mapping
from typing import Any

from sfumato.api.responses.schema import ResponseRequest, TokensRequest, TurnRequest
from sfumato.api.responses.wire import Wire, missing, read, wrong
from sfumato.errors import ModelNotFound

OWN = "sfumato-director"
TEXT_FAMILIES = re.compile(r"(gpt-(\d|oss)|chatgpt-\d|o\d|codex-)[\w.:-]*", re.ASCII)
PICTURES = re.compile(r"(gpt|chatgpt)-image", re.ASCII)
MOST_METADATA, LONGEST_KEY, LONGEST_VALUE = 16, 64, 512

_NO_SAMPLING = "the director samples no text: leave it out, or give"
_NO_REASONING = "the director does not reason before it answers: leave it out, or give"
USUAL: Mapping[str, tuple[tuple[Any, ...], str]] = {
    "temperature": ((1,), _NO_SAMPLING),
    "top_p": ((1,), _NO_SAMPLING),
    "top_logprobs": ((0,), _NO_SAMPLING),
    "reasoning.effort": (("none",), _NO_REASONING),
    "reasoning.summary": ((), _NO_REASONING),
    "reasoning.generate_summary": ((), _NO_REASONING),
    "reasoning.context": (("auto",), _NO_REASONING),
    "reasoning.mode": (("standard",), _NO_REASONING),
    "text.verbosity": (("medium",), "the director is as brief as it is: leave it out, or give"),
    "service_tier": (("auto", "default"), "there is one tier: leave it out, or give"),
    "prompt": ((), "there are no stored prompts: write the text into 'input'"),
    "prompt_cache_options": ((), "there is no prompt cache: leave it out"),
    "prompt_cache_retention": (("in_memory",), "there is no prompt cache: leave it out, or give"),
    "context_management": (([],), "the context is never compacted: leave it out, or give"),
    "access_programs": ((), "there are no access programs: leave it out"),
    "moderation": ((), "moderation is set in the tool, as 'moderation'; leave it out here"),
    "image.context_compression": (("auto", "disabled"), "pictures are never compressed: give"),
    "background_options.continuation_id": ((), "there is nothing to continue: leave it out"),
    "personality": ((), "the director has one personality: leave it out"),
}
LOGPROBS = "message.output_text.logprobs"


def read_response(body: dict[str, Any]) -> ResponseRequest:
    """A typed request without anything that no director can do; InvalidRequest names the field."""
    request = read(ResponseRequest, body)
    _check_turn(request)
    if request.include and LOGPROBS in request.include:
        place = f"include[{request.include.index(LOGPROBS)}]"
        raise wrong(place, LOGPROBS, "the director has no probabilities of words: leave it out")
    _check_metadata(request.metadata)
    if request.background and request.store is False:
        raise wrong("background", True, "it needs 'store', so that the answer can be fetched")
    if request.background_options is not None and not request.background:
        raise wrong("background_options", {}, "it needs 'background': true")
    if request.stream_options is not None and not request.stream:
        raise wrong("stream_options", {}, "it needs 'stream': true")
    return request


def read_turn(body: dict[str, Any]) -> TokensRequest:
    """The same for a request whose tokens are only counted."""
    request = read(TokensRequest, body)
    _check_turn(request)
    return request


def metadata_of(given: Any) -> dict[str, str]:
    """At most 16 pairs of text; InvalidRequest naming the pair that is none."""
    _check_metadata(given)
    return dict(given or {})


def _check_turn(request: TurnRequest) -> None:
    if request.input is None:
        raise missing("input")
    for place, (usual, reason) in USUAL.items():
        value = _at(request, place)
        if value is not None and value not in usual:
            allowed = " or ".join(repr(one) for one in usual)
            raise wrong(place, value, f"{reason} {allowed}".strip())
    if request.previous_response_id is not None and request.conversation is not None:
        raise wrong(
            "conversation", request.conversation, "it excludes 'previous_response_id': give one"
        )


def check_model(name: str | None) -> str:
    """`name`, when it is one that the director answers to."""
    if name is None:
        raise missing("model")
    if PICTURES.match(name):
        raise wrong(
            "model",
            name,
            "a model that makes pictures belongs into the tool, as 'tools[0].model'; here stands"
            f" the name of a model that talks, such as '{OWN}'",
        )
    if name != OWN and not TEXT_FAMILIES.fullmatch(name):
        shown = name.encode("utf-8", "replace").decode()[:100]
        raise ModelNotFound(
            f"The model '{shown}' does not exist. '{OWN}' answers here, also to the names of"
            " OpenAI's models that write text.",
            param="model",
        )
    return name


def _at(request: Wire, place: str) -> Any:
    value: Any = request
    for step in place.split("."):
        value = getattr(value, step, None)
    return value


def _check_metadata(given: Any) -> None:
    if given is None:
        return
    if not isinstance(given, dict):
        raise wrong("metadata", given, "it must be an object", code="invalid_type")
    if len(given) > MOST_METADATA:
        raise wrong("metadata", list(given), f"{MOST_METADATA} pairs are the most")
    for key, value in given.items():
        _check_text("metadata", key, LONGEST_KEY)
        _check_text(f"metadata.{key}"[:200], value, LONGEST_VALUE)


def _check_text(place: str, value: Any, longest: int) -> None:
    place = place.encode("utf-8", "replace").decode()
    if not isinstance(value, str):
        raise wrong(place, value, "it must be text", code="invalid_type")
    if len(value) > longest:
        raise wrong(
            place, value, f"{longest} characters are the most", code="string_above_max_length"
        )
    if value.encode("utf-8", "replace").decode() != value:
        raise wrong(place, value, "it has half of a surrogate pair")
