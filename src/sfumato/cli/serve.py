"""`sfumato serve`: the server at one address, told once when it answers. Knows no route."""

from typing import TYPE_CHECKING, Annotated

import typer

from sfumato.cli.speech import say

if TYPE_CHECKING:
    from sfumato.settings import Settings


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to bind; one that is not loopback needs a key.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to bind; 0 is any free one.", min=0, max=65535)
    ] = None,
) -> None:
    """Serve OpenAI's image API and the Studio until Ctrl-C."""
    import asyncio
    from contextlib import suppress

    from sfumato.api.app import create_app
    from sfumato.api.server import check_address
    from sfumato.api.server import serve as serve_app
    from sfumato.cli.wiring import open_home, read_settings
    from sfumato.store.only_server import only_server

    settings = read_settings(host=host, port=port)
    # What would stop the server at its start is found out, and told in words, before it.
    check_address(settings)
    _check_port(settings)
    with open_home(settings) as home, only_server(settings.root):
        asyncio.run(home.names.resolve(None))
    with suppress(KeyboardInterrupt):  # comes when the server has finished what was in flight
        asyncio.run(serve_app(create_app(settings), settings, say))
    say("Stopped.")


def _check_port(settings: "Settings") -> None:
    """ServerError when the address cannot be bound; the socket is given back at once."""
    import os
    import socket

    from sfumato.errors import ServerError

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise ServerError(
            f"Port {settings.port} on {settings.host} cannot be used: {reason}."
            " If another program or another Sfumato has it, stop that one, or choose another port:"
            " set SFUMATO_PORT, or sfumato serve --port 0, which takes any free one."
        ) from error
