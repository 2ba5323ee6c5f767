"""Which hosts name this server, and the pages of which origins may use it.

A page may when it came from here, or when the operator listed its origin. Knows no keys.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from sfumato.api.server import is_loopback
from sfumato.settings import Settings

PREFLIGHT_SECONDS = 600
METHODS = "GET, HEAD, POST, DELETE"
EXPOSED = (
    "x-request-id, openai-processing-ms, openai-version, retry-after, retry-after-ms,"
    " x-should-retry, x-ratelimit-limit-requests, x-ratelimit-remaining-requests,"
    " x-ratelimit-reset-requests, x-ratelimit-limit-tokens, x-ratelimit-remaining-tokens,"
    " x-ratelimit-reset-tokens, location, preference-applied, idempotent-replayed,"
    " x-sfumato-snapshot, x-sfumato-seed, x-sfumato-image-sha256, x-sfumato-director,"
    " x-sfumato-unmatched"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """`names` are host names in lower case; any IP address is one where `any_address`."""

    names: frozenset[str]
    listed: frozenset[str]
    own: frozenset[str]
    any_address: bool = False

    @classmethod
    def of(cls, settings: Settings) -> "Origins":
        """From the address that is bound, the public URL and the listed origins."""
        public = settings.public_url
        names = {settings.host.lower()} | ({urlsplit(public).hostname or ""} if public else set())
        return cls(
            names=frozenset(names),
            listed=frozenset(settings.cors_origins),
            own=frozenset({public} if public else ()),
            any_address=settings.host in ("0.0.0.0", "::"),
        )

    def is_ours(self, host: str) -> bool:
        """Whether a Host header names this server.

        An IP address cannot be rebound to another machine by a name server, so where every address
        is bound, all of them are let in.
        """
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self.names or is_loopback(name) or (self.any_address and _is_address(name))

    def may_write(self, origin: str, host: str) -> bool:
        """Whether a page of `origin` may do more than read."""
        scheme, _, authority = origin.partition("://")
        same = scheme in ("http", "https") and authority.lower() == host.lower()
        return same or origin in self.own or origin in self.listed

    def allowed(self, headers: Headers) -> Mapping[str, str]:
        """What an answer tells the browser of a listed origin; nothing for any other."""
        if not self.listed:
            return {}
        origin = _only(headers.getlist("origin"))
        if origin not in self.listed:
            return {"vary": "Origin"}
        return {
            "access-control-allow-origin": origin,
            "access-control-expose-headers": EXPOSED,
            "vary": "Origin",
        }

    def preflight(self, headers: Headers) -> Mapping[str, str] | None:
        """The answer to a browser that asks before it sends; None when it is not one to answer."""
        asked = headers.get("access-control-request-method")
        if asked is None or _only(headers.getlist("origin")) not in self.listed:
            return None
        return {
            **self.allowed(headers),
            "access-control-allow-methods": METHODS,
            "access-control-allow-headers": headers.get("access-control-request-headers", ""),
            "access-control-max-age": str(PREFLIGHT_SECONDS),
        }


def _only(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
