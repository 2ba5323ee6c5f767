"""The two function tools that a chat model draws with, and what it called them with.

Pictures are `picture-1`, `picture-2` … to the model; it never sees their ids. Knows no HTTP.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sfumato.director.decision import Draw, Wish
from sfumato.errors import ServerError


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid")

    prompt: Annotated[str, Field(min_length=1, max_length=32_000)]
    size: (
        Literal["1024x1024", "1024x1536", "1536x1024", "2048x2048", "2880x2880", "3840x2160"] | None
    ) = None
    background: Literal["transparent", "opaque"] | None = None
    output_format: Literal["png", "jpeg", "webp"] | None = None
    quality: Literal["low", "medium", "high"] | None = None


class _Generate(_Frame):
    """Draw a new picture from a full description."""

    keep_look_of: Annotated[str | None, Field(description="A picture-N whose look to keep.")] = None
    new_seed: Annotated[bool, Field(description="True for another take of the same prompt.")] = (
        False
    )


class _Edit(_Frame):
    """Change a picture; `prompt` is a short instruction, such as: make the hat red."""

    pictures: Annotated[
        list[str], Field(min_length=1, max_length=16, description="picture-N; the first changes.")
    ]


TOOLS: Mapping[str, type[_Frame]] = {"generate_image": _Generate, "edit_image": _Edit}


def tools_for(wish: Wish) -> list[dict[str, Any]]:
    """The tools that `wish` allows, as a chat server takes them."""
    only = "edit_image" if wish.masked or wish.action == "edit" else None
    if wish.action == "generate":
        only = "generate_image"
    return [_tool(name) for name in TOOLS if only in (None, name)]


def drawn(name: str, arguments: str, wish: Wish, pictures: Sequence[str]) -> Draw:
    """The draw that a tool call means; `pictures` are the ids of `picture-1` and so on.

    ServerError for a tool that was not offered, for wrong arguments and for unknown pictures.
    """
    offered = {tool["function"]["name"] for tool in tools_for(wish)}
    if name not in offered:
        raise _wrong(f"it called '{name[:40]}', which is not one of its tools")
    try:
        call = TOOLS[name].model_validate_json(arguments, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the arguments"
        raise _wrong(f"{where} of its call is wrong ({first['msg']})") from None
    frame = call.model_dump(include={"size", "background", "output_format", "quality"})
    if isinstance(call, _Edit):
        ids = dict.fromkeys(_id(picture, pictures) for picture in call.pictures)
        return Draw(action="edit", prompt=call.prompt, pictures=tuple(ids), **frame)
    assert isinstance(call, _Generate)
    kept = None if call.keep_look_of is None else _id(call.keep_look_of, pictures)
    return Draw(action="generate", prompt=call.prompt, seed_of=kept, another=call.new_seed, **frame)


def _tool(name: str) -> dict[str, Any]:
    model = TOOLS[name]
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": model.__doc__,
            "parameters": model.model_json_schema(),
        },
    }


def _id(name: str, pictures: Sequence[str]) -> str:
    number = name.removeprefix("picture-")
    if name == number or not number.isdecimal() or not 1 <= int(number[:9]) <= len(pictures):
        raise _wrong(f"it named a picture that is not in the conversation ('{name[:40]}')")
    return pictures[int(number) - 1]


def _wrong(what: str) -> ServerError:
    return ServerError(f"The chat model that directs conversations gave no usable answer: {what}.")
