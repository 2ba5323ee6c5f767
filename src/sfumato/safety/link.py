"""The http(s) URL of a picture, taken apart and refused when it could mean something else.

Knows the text alone: no name is resolved here.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

import httpx2

from sfumato.errors import InvalidRequest

LONGEST = 8_192  # characters
PORTS = {"http": 80, "https": 443}
NUMBER = re.compile(r"\d+|0x[\da-f]*")  # with a last label like this a host is an IPv4 address
DOTTED = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
LABEL = re.compile(r"[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`host` is lower-case ASCII without brackets or final dot; `text` has no fragment."""

    scheme: str
    host: str
    port: int
    target: bytes  # path and query
    text: str

    @property
    def is_address(self) -> bool:
        """The host is an IP address, to be taken as it stands."""
        return ":" in self.host or DOTTED.fullmatch(self.host) is not None

    @property
    def origin(self) -> str:
        """What the Host header says: IPv6 in brackets, and the port unless it is the scheme's."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def read_link(text: str, *, allowed: Collection[str], param: str | None) -> Link:
    """The parts of `text`; InvalidRequest when its scheme, host or port may not be asked.

    Ports other than 80 and 443 are for an origin in `allowed` alone.
    """
    if len(text) > LONGEST:
        raise refused(f"it has more than {LONGEST:,} characters", param)
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError) as error:
        raise refused("it cannot be read as a URL", param) from error
    if url.scheme not in PORTS:
        raise refused("it must begin with http:// or https://", param)
    if url.userinfo:
        raise refused("it must not hold a user name or password", param)
    link = _link(url)
    if not _is_host(link.host):
        raise refused("it must name a host, or an IP address in its usual form", param)
    if link.port not in PORTS.values() and link.origin not in allowed:
        raise refused("only the ports 80 and 443 can be asked", param)
    return link


def read_allowed(text: str) -> frozenset[str]:
    """Hosts set apart by commas, `files.lan` or `files.lan:8080`. ValueError for what is none."""
    entries = filter(None, map(str.strip, text.split(",")))
    return frozenset(map(_allowed_origin, entries))


def _allowed_origin(entry: str) -> str:
    try:
        url = httpx2.URL(f"http://{entry}")
    except httpx2.InvalidURL as error:
        raise ValueError(f"'{entry}' is not a host or host:port") from error
    if set(entry) & set("/?#@ ") or not url.host:
        raise ValueError(f"'{entry}' is not a host or host:port")
    host = url.raw_host.decode("ascii").lower().removesuffix(".")
    host = f"[{host}]" if ":" in host else host
    return host if url.port is None else f"{host}:{url.port}"


def refused(reason: str, param: str | None) -> InvalidRequest:
    """The error for a URL that will not be asked."""
    return InvalidRequest(
        f"The image URL was refused: {reason}.", param=param, code="invalid_image_url"
    )


def _link(url: httpx2.URL) -> Link:
    return Link(
        scheme=url.scheme,
        host=url.raw_host.decode("ascii").lower().removesuffix("."),
        port=PORTS[url.scheme] if url.port is None else url.port,
        target=url.raw_path,
        text=str(url.copy_with(fragment=None)),
    )


def _is_host(host: str) -> bool:
    """An IPv6 address, four decimal numbers, or a name; not `127.1`, `0x7f.1` or `2130706433`.

    Systems read such short forms as addresses, each in its own way.
    """
    if ":" in host:
        return "%" not in host  # a zone names a network card of this machine
    labels = host.split(".")
    if NUMBER.fullmatch(labels[-1]):
        return DOTTED.fullmatch(host) is not None
    return len(host) <= 253 and all(LABEL.fullmatch(label) for label in labels)
