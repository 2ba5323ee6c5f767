"""A director over any OpenAI-compatible chat server. Knows its wire, and no pictures' pixels.

The server gets the conversation's words and what is known of its pictures, never the pictures.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx2
from pydantic import BaseModel, ValidationError

from sfumato.director.decision import Decision, Draw, Wish
from sfumato.director.request import no_picture
from sfumato.director.tools import drawn, tools_for
from sfumato.director.turns import Said, Shown, Turn
from sfumato.errors import ServerError

LARGEST_ANSWER = 1 << 20  # bytes
RULES = """You direct an image model. Answer the newest message: call generate_image for a new \
picture, edit_image to change pictures that are there, once per wanted picture and at most {most} \
times. Pictures are named picture-1, picture-2 … in the conversation; "it" is the newest. A prompt \
keeps the user's words and adds nothing that was not asked for; text in quotes is what the picture \
shows, word for word. An edit's prompt is one short instruction such as "make it blue", "remove \
the hat", "add a dog on the left", "at night". Set size, background, output_format and quality \
only if the user asks. If no picture is asked for, answer in one or two short sentences and say \
honestly that you only make and change pictures."""
MASKED = "The user drew a mask: call edit_image once and pass the user's words on as they are."


class ChatDirector:
    """POSTs each conversation to `url`/chat/completions; `seconds` bounds an answer in all."""

    name = "chat"

    def __init__(self, url: str, model: str, key: str | None = None, seconds: float = 60.0) -> None:
        self._url = url.rstrip("/") + "/chat/completions"
        self._model = model
        self._headers = {"authorization": f"Bearer {key}"} if key else {}
        self._seconds = seconds

    async def decide(self, turns: Sequence[Turn], wish: Wish) -> Decision:
        """ServerError when the chat server does not answer in time, or with nothing usable."""
        pictures = tuple(dict.fromkeys(t.id for t in turns if isinstance(t, Shown)))
        if (wish.action == "edit" or wish.masked) and not pictures and wish.choice != "none":
            no_picture()
        message = _message(await self._asked(_body(self._model, turns, wish, pictures)))
        return _decision(message, wish, pictures)

    async def _asked(self, body: dict[str, Any]) -> bytes:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._posted(body)
        except TimeoutError:
            raise _failed(f"did not answer within {self._seconds:g} seconds") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _failed(f"could not be reached ({type(error).__name__})") from None

    async def _posted(self, body: dict[str, Any]) -> bytes:
        client = httpx2.AsyncClient(trust_env=False, timeout=self._seconds, headers=self._headers)
        async with client, client.stream("POST", self._url, json=body) as response:
            if response.status_code != 200:
                raise _failed(f"answered with HTTP status {response.status_code}")
            answer = bytearray()
            async for chunk in response.aiter_bytes():
                answer += chunk
                if len(answer) > LARGEST_ANSWER:
                    raise _failed(f"answered with more than {LARGEST_ANSWER} bytes")
            return bytes(answer)


class _Function(BaseModel):
    name: str
    arguments: str


class _Call(BaseModel):
    function: _Function


class _Message(BaseModel):
    content: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    choices: list[_Choice]


def _body(model: str, turns: Sequence[Turn], wish: Wish, pictures: Sequence[str]) -> dict[str, Any]:
    rules = [RULES.format(most=wish.most)]
    rules += [MASKED] if wish.masked else []
    rules += [f"The user's own instructions:\n{wish.instructions}"] if wish.instructions else []
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": "\n\n".join(rules)}, *_told(turns, pictures)],
    }
    if wish.choice != "none":
        body["tools"] = tools_for(wish)
        body["tool_choice"] = "required" if wish.masked else wish.choice
    return body


def _told(turns: Sequence[Turn], pictures: Sequence[str]) -> list[dict[str, str]]:
    """The turns as messages; neighbours of one role are joined, as many servers demand."""
    messages: list[dict[str, str]] = []
    for turn in turns:
        role = "user" if turn.by == "user" else "assistant"
        text = turn.text if isinstance(turn, Said) else _line(turn, pictures.index(turn.id) + 1)
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += f"\n{text}"
        else:
            messages.append({"role": role, "content": text})
    return messages


def _line(picture: Shown, number: int) -> str:
    """A picture in words."""
    origin = "sent by the user" if picture.by == "user" else "drawn by you"
    facts = [f"picture-{number}, {origin}"]
    facts += [f"from: {picture.prompt}"] if picture.prompt else []
    shows = picture.caption or ", ".join(picture.things)
    facts += [f"it shows: {shows}"] if shows else []
    return f"[{'; '.join(facts)}]"


def _message(answer: bytes) -> _Message:
    try:
        completion = _Completion.model_validate_json(answer)
    except ValidationError:
        raise _failed("answered with something that is no chat completion") from None
    if not completion.choices:
        raise _failed("answered with no choices")
    return completion.choices[0].message


def _decision(message: _Message, wish: Wish, pictures: Sequence[str]) -> Decision:
    text = (message.content or "").strip()
    calls = [call.function for call in message.tool_calls or ()]
    if wish.choice == "none":
        calls = []
    draws = [drawn(call.name, call.arguments, wish, pictures) for call in calls]
    if not draws and (wish.choice == "required" or wish.masked):
        raise _failed("ordered no picture, though one was required")
    if not draws and not text:
        raise _failed("answered with neither words nor pictures")
    return Decision(draws=_bounded(draws, wish), text=text + _rest(draws, wish))


def _bounded(draws: Sequence[Draw], wish: Wish) -> tuple[Draw, ...]:
    return tuple(draws[: max(1, wish.most)])


def _rest(draws: Sequence[Draw], wish: Wish) -> str:
    """Says so when more was ordered than an answer may draw."""
    most = max(1, wish.most)
    return f" (One answer draws at most {most} pictures.)" if len(draws) > most else ""


def _failed(what: str) -> ServerError:
    return ServerError(
        f"The chat server that directs conversations {what}. Check the settings SFUMATO_DIRECTOR_*,"
        " or remove them to use the built-in director."
    )
