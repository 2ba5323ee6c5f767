"""The body of POST /v1/responses as it comes over the wire, typed and nothing more.

Which values can be honoured is decided in `limits`, `tools` and `items`.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from sfumato.api.responses.wire import Wire
from sfumato.api.schemas import Text

Include = Literal[
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


Tier = Literal["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"]


class StreamOptions(Wire):
    include_obfuscation: bool | None = None


class BackgroundOptions(Wire):
    completion_window: Literal["soonest", "2h", "8h"] | None = None
    continuation_id: Text | None = None


class Reasoning(Wire):
    effort: Effort | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None
    generate_summary: Literal["auto", "concise", "detailed"] | None = None
    context: Literal["auto", "current_turn", "all_turns"] | None = None
    mode: Text | None = None


class TextFormat(Wire):
    type: Literal["text"]  # a director writes plain sentences and no JSON


class TextOptions(Wire):
    format: TextFormat | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class ImageContext(Wire):
    context_compression: Literal["auto", "enabled", "disabled"] | None = None


class ConversationReference(Wire):
    id: Text


class TurnRequest(Wire):
    """What the director reads: these fields count in POST /v1/responses/input_tokens too."""

    model: Text | None = None
    input: Any = None  # text or a list of items: see `items`
    instructions: Text | None = None
    tools: list[Any] | None = None  # see `tools`
    tool_choice: Any = None
    parallel_tool_calls: bool | None = None
    previous_response_id: Text | None = None
    conversation: Any = None  # an id, or an object with one
    truncation: Literal["auto", "disabled"] | None = None
    reasoning: Reasoning | None = None
    text: TextOptions | None = None


class TokensRequest(TurnRequest):
    """The body of POST /v1/responses/input_tokens."""

    personality: Text | None = None


class ResponseRequest(TurnRequest):
    """Every field of OpenAI's reference, those that no director here honours included."""

    stream: bool | None = None
    stream_options: StreamOptions | None = None
    background: bool | None = None
    background_options: BackgroundOptions | None = None
    store: bool | None = None
    include: list[Include] | None = None
    metadata: Any = None
    max_output_tokens: Annotated[int, Field(ge=16)] | None = None
    max_tool_calls: Annotated[int, Field(ge=1)] | None = None
    safety_identifier: Text | None = None
    user: Text | None = None
    prompt_cache_key: Text | None = None
    # Fields of models that write text, known so that the refusal can say why.
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    service_tier: Tier | None = None
    prompt: Any = None
    prompt_cache_options: Any = None
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    context_management: list[Any] | None = None
    access_programs: Any = None
    moderation: Any = None
    image: ImageContext | None = None
