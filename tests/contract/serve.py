"""The server for one test run, as `sfumato serve` runs it: settings from the environment."""

import asyncio

from sfumato.api.app import create_app
from sfumato.api.server import serve
from sfumato.settings import Settings


def _announce(url: str) -> None:
    print(url, flush=True)  # noqa: T201 the test that started this process reads the URL from here


if __name__ == "__main__":
    settings = Settings.model_validate({})  # the rest is in the environment
    asyncio.run(serve(create_app(settings), settings, _announce))
