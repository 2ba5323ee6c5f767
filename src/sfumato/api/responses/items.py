"""Input items as they come over the wire, typed one by one; nothing is fetched or looked up here.

Knows nothing about what a director makes of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sfumato.api.long_json import LongString
from sfumato.api.responses.wire import Wire, missing, path, read, wrong
from sfumato.api.schemas import Text
from sfumato.errors import InvalidRequest

MOST_ITEMS = 1_000
MOST_PARTS = 100  # of one message
Detail = Literal["auto", "low", "high", "original"]


class InputText(Wire):
    type: Literal["input_text"]
    text: Text


class InputImage(Wire):
    type: Literal["input_image"]
    detail: Detail | None = None
    image_url: Any = None  # text, or a LongString
    file_id: Text | None = None


class OutputText(Wire):
    type: Literal["output_text"]
    text: Text
    annotations: list[Any] | None = None
    logprobs: list[Any] | None = None


class Refusal(Wire):
    type: Literal["refusal"]
    refusal: Text


class Message(Wire):
    type: Literal["message"] | None = None
    role: Literal["user", "assistant", "system", "developer"]
    content: Any = None
    id: Text | None = None
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    phase: Literal["commentary", "final_answer"] | None = None


class ImageCall(Wire):
    """An earlier picture, by its id; the other members come along when an output is sent back."""

    type: Literal["image_generation_call"]
    id: Text
    result: Any = None  # text, or a LongString
    status: Literal["in_progress", "completed", "generating", "failed"] | None = None
    revised_prompt: Text | None = None
    action: Literal["generate", "edit", "auto"] | None = None
    background: Text | None = None
    output_format: Text | None = None
    quality: Text | None = None
    size: Text | None = None
    error: dict[str, Any] | None = None
    svg_usage: dict[str, Any] | None = None
    sfumato: dict[str, Any] | None = None


class Reference(Wire):
    type: Literal["item_reference"] | None = None
    id: Text


Part: TypeAlias = InputText | InputImage | OutputText | Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMessage:
    """A message with its parts typed; `place` is where it stands."""

    place: str
    message: Message
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCall:
    """An earlier picture that is named or sent again."""

    place: str
    call: ImageCall


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReference:
    """Any earlier item, by its id."""

    place: str
    id: str


ReadItem: TypeAlias = ReadMessage | ReadCall | ReadReference

PARTS: Mapping[str, Mapping[str, type[Part]]] = {
    "user": {"input_text": InputText, "input_image": InputImage},
    "system": {"input_text": InputText},
    "developer": {"input_text": InputText},
    "assistant": {"output_text": OutputText, "refusal": Refusal},
}


def read_items(given: Any, place: str = "input") -> tuple[ReadItem, ...]:
    """A text is one message of the user's. InvalidRequest names the place that is wrong."""
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    if not isinstance(given, list):
        raise wrong(place, given, "give text or a list of items", code="invalid_type")
    if not given:
        raise wrong(place, given, "it is empty")
    if len(given) > MOST_ITEMS:
        raise _too_long(place, len(given), MOST_ITEMS)
    return tuple(_read_item(item, path(place, [i])) for i, item in enumerate(given))


def _read_item(given: Any, place: str) -> ReadItem:
    if not isinstance(given, dict):
        raise wrong(place, given, "it must be an object", code="invalid_type")
    match given.get("type"):
        case "image_generation_call":
            call = read(ImageCall, given, place)
            _check_text(call.result, path(place, ["result"]))
            return ReadCall(place=place, call=call)
        case "item_reference":
            return ReadReference(place=place, id=read(Reference, given, place).id)
        case "message":
            return _read_message(given, place)
        case None if "role" not in given and "id" in given:
            return ReadReference(place=place, id=read(Reference, given, place).id)
        case None:
            return _read_message(given, place)
        case other:
            raise wrong(
                path(place, ["type"]),
                other,
                "the director reads 'message', 'image_generation_call' and 'item_reference'",
            )


def _read_message(given: Any, place: str) -> ReadMessage:
    message = read(Message, given, place)
    where = path(place, ["content"])
    content = message.content
    if content is None:
        raise missing(where)
    if isinstance(content, str):
        kind = "output_text" if message.role == "assistant" else "input_text"
        content = [{"type": kind, "text": content}]
    if not isinstance(content, list):
        raise wrong(where, content, "give text or a list of parts", code="invalid_type")
    if len(content) > MOST_PARTS:
        raise _too_long(where, len(content), MOST_PARTS)
    parts = tuple(
        _read_part(part, path(where, [i]), message.role) for i, part in enumerate(content)
    )
    return ReadMessage(place=place, message=message, parts=parts)


def _read_part(given: Any, place: str, role: str) -> Part:
    if not isinstance(given, dict):
        raise wrong(place, given, "it must be an object", code="invalid_type")
    kind = given.get("type")
    if kind is None:
        raise missing(path(place, ["type"]))
    allowed = PARTS[role]
    if not isinstance(kind, str) or kind not in allowed:
        names = " and ".join(f"'{name}'" for name in allowed)
        raise wrong(path(place, ["type"]), kind, f"a message of the {role} may have {names}")
    part = read(allowed[kind], given, place)
    if isinstance(part, InputImage):
        _check_image(part, place)
    return part


def _check_image(image: InputImage, place: str) -> None:
    _check_text(image.image_url, path(place, ["image_url"]))
    if (image.image_url is None) == (image.file_id is None):
        raise wrong(place, image.type, "it must have exactly one of 'file_id' and 'image_url'")
    if image.detail == "low":
        raise wrong(path(place, ["detail"]), "low", "pictures are always read whole: leave it out")


def _check_text(given: Any, place: str) -> None:
    if not isinstance(given, str | LongString | None):
        raise wrong(place, given, "it must be text", code="invalid_type")


def _too_long(place: str, length: int, most: int) -> InvalidRequest:
    return InvalidRequest(
        f"Invalid '{place}': it has {length} entries; {most} are the most.",
        param=place,
        code="array_above_max_length",
    )
