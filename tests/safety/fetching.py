"""Fetchers whose internet ends at a server of this machine."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import pytest

from sfumato.errors import InvalidRequest
from sfumato.safety.download import Internet as RealInternet
from sfumato.safety.fetch import Fetcher
from tests.safety.web import Answer, Internet, Names, Web, serving

LIMIT = 1_000_000
NO_TRUST = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # spares reading this machine's certificates


async def got(fetcher: Fetcher, url: str, limit: int = LIMIT, seconds: float = 20.0) -> bytes:
    return await fetcher.fetch(url, limit_bytes=limit, seconds=seconds, param="image_url")


async def refusal(fetcher: Fetcher, url: str, limit: int = LIMIT, seconds: float = 20.0) -> str:
    """The code and message with which `url` is refused."""
    with pytest.raises(InvalidRequest) as caught:
        await got(fetcher, url, limit, seconds)
    assert caught.value.param == "image_url"
    return f"{caught.value.code}: {caught.value.message}"


def through(web: Web, names: Names) -> tuple[Fetcher, Internet]:
    """A fetcher whose internet ends at `web`, and that internet."""
    internet = Internet(web.port)
    real = RealInternet(network=internet, trust=NO_TRUST)
    return Fetcher(resolve=names, internet=real), internet


def with_server(
    answer: Answer, check: Callable[[Web], Awaitable[None]], tls: ssl.SSLContext | None = None
) -> None:
    async def run() -> None:
        async with serving(answer, tls) as web:
            await check(web)

    asyncio.run(run())
