"""HEAD as HTTP has it: what GET would answer, without the body. Knows nothing about routes."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sfumato.api.pull import ClientGone


class Head:
    """ASGI middleware: the app below sees GET, and is left as soon as its headers are known."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def headers_only(message: Message) -> None:
            await send(message)
            await send({"type": "http.response.body", "body": b""})
            raise ClientGone  # nobody waits for what would follow

        await self._app({**scope, "method": "GET"}, receive, headers_only)
