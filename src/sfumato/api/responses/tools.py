"""`tools` and `tool_choice`: the one tool that there is, what it is told, and who decides on it.

Knows nothing about turns and draws no picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sfumato.api.responses.schema import TurnRequest
from sfumato.api.responses.wire import Wire, missing, path, read, unknown, wrong
from sfumato.api.schemas import Text
from sfumato.errors import SfumatoError

TOOL = "image_generation"
ECHOED = {  # what the tool is when it is not told otherwise
    "size": "auto",
    "quality": "auto",
    "background": "auto",
    "moderation": "auto",
    "output_format": "png",
    "output_compression": 100,
}
Choice = Literal["auto", "none", "required"]


class MaskReference(Wire):
    image_url: Any = None  # text, or a LongString
    file_id: Text | None = None


class ToolFields(Wire):
    """The image tool. Values that models differ in are checked by the model, as in Images."""

    type: Literal["image_generation"]
    model: Text | None = None
    action: Literal["auto", "generate", "edit"] | None = None
    size: Any = None
    quality: Any = None
    background: Any = None
    output_format: Any = None
    output_compression: Any = None
    moderation: Any = None
    partial_images: Any = None
    input_fidelity: Any = None
    complexity: Any = None
    frame_count: Any = None
    frame_duration_ms: Any = None
    svg: Any = None
    input_image_mask: MaskReference | None = None
    # Extensions of ours.
    seed: Any = None
    memory: Any = None
    negative_prompt: Any = None


class AllowedTools(Wire):
    type: Literal["allowed_tools"]
    mode: Literal["auto", "required"]
    tools: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTool:
    """The tool at `place`; `fields` are those that it shares with the Images API, as given."""

    place: str
    fields: Mapping[str, Any]
    action: Literal["auto", "generate", "edit"] = "auto"
    mask: Mapping[str, Any] | None = None  # a reference: exactly one of image_url and file_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """The tool, if there is one, and whether it may or must be used; the echoes are as answered."""

    tool: ImageTool | None = None
    choice: Choice = "auto"
    echoed_tools: list[dict[str, Any]] = field(default_factory=list)
    echoed_choice: Any = "auto"


def read_tools(request: TurnRequest, default_model: str) -> Toolbox:
    """InvalidRequest naming the place: another tool, a second one, a choice that is not there."""
    given = request.tools or []
    tool, echo = None, []
    for index, one in enumerate(given):
        read_one = _read_tool(one, f"tools[{index}]")
        if tool is not None:
            raise wrong(f"tools[{index}]", one, "the image tool may stand there once")
        tool = read_one
        echo.append({**ECHOED, "model": default_model, **_given(one), "n": 1})
    choice = _read_choice(request.tool_choice, tool is not None)
    return Toolbox(
        tool=tool,
        choice=choice,
        echoed_tools=echo,
        echoed_choice="auto" if request.tool_choice is None else request.tool_choice,
    )


def placed(error: SfumatoError, tool: ImageTool) -> None:
    """Let the refusal of an order name the field of this request that it is about."""
    if error.param == "prompt":
        error.param = "input"
    elif error.param == "mask":
        error.param = path(tool.place, ["input_image_mask"])
    elif error.param is not None and error.param in ToolFields.model_fields:
        error.param = path(tool.place, [error.param])


def _read_tool(given: Any, place: str) -> ImageTool:
    if not isinstance(given, dict):
        raise wrong(place, given, "it must be an object", code="invalid_type")
    kind = given.get("type")
    if kind is None:
        raise missing(path(place, ["type"]))
    if kind != TOOL:
        raise wrong(path(place, ["type"]), kind, f"the one tool that there is here is '{TOOL}'")
    typed = read(ToolFields, given, place)
    own = {"type", "action", "input_image_mask"}
    fields = {
        name: getattr(typed, name)
        for name in ToolFields.model_fields
        if name not in own and getattr(typed, name) is not None
    }
    mask = typed.input_image_mask
    return ImageTool(
        place=place,
        fields=fields,
        action=typed.action or "auto",
        mask=None if mask is None else mask.model_dump(exclude_none=True),
    )


def without_mask(tools: Any) -> Any:
    """`tools` as they are kept: a mask is a picture, and pictures are kept as files."""
    if not isinstance(tools, list):
        return tools
    return [{k: v for k, v in one.items() if k != "input_image_mask"} for one in tools]


def _given(tool: Mapping[str, Any]) -> dict[str, Any]:
    """What is echoed of the tool: all of it but a mask written out in a URL."""
    echoed = {name: value for name, value in tool.items() if value is not None}
    mask = echoed.get("input_image_mask", {})
    if mask.get("image_url") is not None:
        echoed["input_image_mask"] = {}
    return echoed


def _read_choice(given: Any, there_is_a_tool: bool) -> Choice:
    place, needs = "tool_choice", f"it names '{TOOL}', which 'tools' does not have"
    match given:
        case None | "auto" | "none":
            return "none" if given == "none" or not there_is_a_tool else "auto"
        case "required":
            choice: Choice = "required"
        case {"type": "allowed_tools"}:
            allowed = read(AllowedTools, given, place)
            for index, one in enumerate(allowed.tools):
                _check_named(one, path(place, ["tools", index]))
            if not allowed.tools:
                return "none"
            choice = allowed.mode
        case {"type": _}:
            _check_named(given, place)
            choice = "required"
        case _:
            raise wrong(place, given, "give 'auto', 'none', 'required' or an object with a type")
    if not there_is_a_tool:
        raise wrong(place, given, needs)
    return choice


def _check_named(given: Any, place: str) -> None:
    if not isinstance(given, dict):
        raise wrong(place, given, "it must be an object", code="invalid_type")
    if given.get("type") != TOOL:
        kind = given.get("type")
        raise wrong(path(place, ["type"]), kind, f"the one tool that there is here is '{TOOL}'")
    for name in given:
        if name != "type":
            raise unknown(path(place, [name]))
