"""The director over a chat server: a real one, tiny, on a real socket, that answers as told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
import uvicorn

from sfumato.director.chat import LARGEST_ANSWER, ChatDirector
from sfumato.director.decision import Decision, Draw, Wish
from sfumato.director.turns import Turn
from sfumato.errors import ImageUserError, ServerError
from tests.director.telling import TWO, upload, user

T = TypeVar("T")
Answer = dict[str, Any] | bytes


@dataclass(slots=True)
class Chat:
    """A chat server: `answer` is the body of every answer, a dict as JSON."""

    answer: Answer = b""
    status: int = 200
    hangs: bool = False
    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: dict[bytes, bytes] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        self.bodies.append(json.loads(body))
        self.headers, self.paths = dict(scope["headers"]), [*self.paths, scope["path"]]
        if self.hangs:
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        data = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
        kind = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": self.status, "headers": kind})
        await send({"type": "http.response.body", "body": data})


@asynccontextmanager
async def serving(chat: Chat) -> AsyncIterator[Chat]:
    config = uvicorn.Config(chat, port=0, log_level="critical", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    chat.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield chat
    finally:
        server.should_exit = True
        await task


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def ask(chat: Chat, *turns: Turn, wish: Wish | None = None, seconds: float = 30.0) -> Decision:
    async def asked() -> Decision:
        async with serving(chat):
            director = ChatDirector(chat.url, "tiny", "secret", seconds)
            return await director.decide(turns, wish or Wish())

    return run(asked())


def said(text: str | None, *calls: tuple[str, dict[str, Any] | str]) -> Answer:
    """A chat completion with words and tool calls."""
    made = [
        {
            "id": f"call_{index}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": given if isinstance(given, str) else json.dumps(given),
            },
        }
        for index, (name, given) in enumerate(calls)
    ]
    message = {"role": "assistant", "content": text, **({"tool_calls": made} if made else {})}
    return {"object": "chat.completion", "choices": [{"index": 0, "message": message}]}


def test_a_tool_call_becomes_a_draw_with_the_pictures_own_ids() -> None:
    edit = {"prompt": "make it blue", "pictures": ["picture-2", "picture-1"], "quality": "low"}
    chat = Chat(said("Here you are.", ("edit_image", edit)))
    decision = ask(chat, *TWO, user("the second one in blue"))
    draw = Draw(action="edit", prompt="make it blue", pictures=("B", "A"), quality="low")
    assert decision == Decision(draws=(draw,), text="Here you are.")


def test_several_calls_are_several_draws_at_most_as_many_as_wished() -> None:
    calls = [("generate_image", {"prompt": f"cat {n}", "new_seed": n > 0}) for n in range(6)]
    decision = ask(Chat(said(None, *calls)), user("six cats"), wish=Wish(most=3))
    assert [(d.action, d.prompt, d.another) for d in decision.draws] == [
        ("generate", "cat 0", False),
        ("generate", "cat 1", True),
        ("generate", "cat 2", True),
    ]
    assert "at most 3" in decision.text


def test_words_alone_are_an_answer() -> None:
    assert ask(Chat(said("Hello!")), user("hi")) == Decision(text="Hello!")


def test_the_server_gets_the_conversation_the_tools_and_the_key() -> None:
    chat = Chat(said("Yes."))
    wish = Wish(instructions="Be brief.")
    ask(chat, *TWO, upload("ig_secret_id"), user("the first one, but red"), wish=wish)
    (body,) = chat.bodies
    assert chat.paths == ["/v1/chat/completions"]
    assert chat.headers[b"authorization"] == b"Bearer secret"
    assert body["model"] == "tiny"
    assert body["tool_choice"] == "auto"
    assert [t["function"]["name"] for t in body["tools"]] == ["generate_image", "edit_image"]
    system, *messages = body["messages"]
    assert "Be brief." in system["content"]
    assert [m["role"] for m in messages] == ["user", "assistant", "user", "assistant", "user"]
    assert messages[1]["content"].startswith("[picture-1, drawn by you; from: a cat]")
    assert messages[-1]["content"].endswith("the first one, but red")
    assert "picture-3, sent by the user" in messages[-1]["content"]
    assert "ig_secret_id" not in json.dumps(body)


@pytest.mark.parametrize(
    ("wish", "tools", "choice"),
    [
        (Wish(action="generate"), ["generate_image"], "auto"),
        (Wish(action="edit", choice="required"), ["edit_image"], "required"),
        (Wish(masked=True), ["edit_image"], "required"),
    ],
)
def test_the_wish_decides_which_tools_are_offered(
    wish: Wish, tools: list[str], choice: str
) -> None:
    name = tools[0]
    given = {"prompt": "x"} | ({"pictures": ["picture-1"]} if name == "edit_image" else {})
    chat = Chat(said(None, (name, given)))
    assert ask(chat, *TWO, user("x"), wish=wish).draws
    (body,) = chat.bodies
    assert [t["function"]["name"] for t in body["tools"]] == tools
    assert body["tool_choice"] == choice


def test_the_choice_none_offers_no_tools_and_draws_nothing() -> None:
    chat = Chat(said("No picture then.", ("generate_image", {"prompt": "a cat"})))
    assert ask(chat, user("a cat"), wish=Wish(choice="none")).draws == ()
    assert "tools" not in chat.bodies[0]


def test_an_edit_without_a_picture_is_refused_before_the_server_is_asked() -> None:
    chat = Chat(said("?"))
    with pytest.raises(ImageUserError) as caught:
        ask(chat, user("make it blue"), wish=Wish(action="edit"))
    assert caught.value.param == "tools"
    assert chat.bodies == []


@pytest.mark.parametrize(
    ("chat", "why"),
    [
        (Chat(b"{'no': json"), "no chat completion"),
        (Chat(b"\xff\xfe"), "no chat completion"),
        (Chat({"choices": "none"}), "no chat completion"),
        (Chat({"choices": []}), "no choices"),
        (Chat(b"x" * (LARGEST_ANSWER + 1)), "more than"),
        (Chat(said("x"), status=500), "HTTP status 500"),
        (Chat(said("x"), status=302), "HTTP status 302"),
        (Chat(said("x"), status=401), "HTTP status 401"),
        (Chat(said(None)), "neither words nor pictures"),
        (Chat(said(None, ("delete_image", {"prompt": "x"}))), "not one of its tools"),
        (Chat(said(None, ("generate_image", "{prompt:"))), "the arguments"),
        (Chat(said(None, ("generate_image", {}))), "prompt"),
        (Chat(said(None, ("generate_image", {"prompt": 3}))), "prompt"),
        (Chat(said(None, ("generate_image", {"prompt": "x", "size": "9x9"}))), "size"),
        (Chat(said(None, ("generate_image", {"prompt": "x", "n": 3}))), "n of its call"),
        (Chat(said(None, ("edit_image", {"prompt": "x", "pictures": []}))), "pictures"),
        (Chat(said(None, ("edit_image", {"prompt": "x", "pictures": ["picture-9"]}))), "picture-9"),
        (Chat(said(None, ("edit_image", {"prompt": "x", "pictures": ["ig_1"]}))), "ig_1"),
        (Chat(said(None, ("edit_image", {"prompt": "x", "pictures": ["picture-0"]}))), "picture-0"),
        (Chat(said(None, ("generate_image", {"prompt": "x", "keep_look_of": "Z"}))), "'Z'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_that_is_no_use_is_a_server_error_that_says_why(chat: Chat, why: str) -> None:
    with pytest.raises(ServerError) as caught:
        ask(chat, *TWO, user("make it blue"))
    assert why in caught.value.message
    assert "chat" in caught.value.message
    assert "127.0.0.1" not in caught.value.message
    assert "secret" not in caught.value.message


def test_a_required_picture_that_was_not_ordered_is_an_error() -> None:
    with pytest.raises(ServerError, match="though one was required"):
        ask(Chat(said("I would rather not.")), user("a cat"), wish=Wish(choice="required"))


def test_a_server_that_hangs_is_given_up_on() -> None:
    with pytest.raises(ServerError, match=r"within 0\.3 seconds"):
        ask(Chat(hangs=True), user("a cat"), seconds=0.3)


def test_a_server_that_is_not_there_is_a_clear_error() -> None:
    director = ChatDirector("http://127.0.0.1:1/v1", "tiny")
    with pytest.raises(ServerError, match="could not be reached"):
        run(director.decide((user("a cat"),), Wish()))


def test_an_address_that_is_none_is_a_clear_error() -> None:
    director = ChatDirector("ht!tp:/nowhere", "tiny")
    with pytest.raises(ServerError, match="could not be reached"):
        run(director.decide((user("a cat"),), Wish()))
