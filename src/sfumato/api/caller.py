"""Who asks: the key that came with a request, or this machine. Knows nothing about how it is told.

Everything that is kept belongs to one caller; what belongs to another is a 404.
"""

from dataclasses import dataclass

from starlette.requests import Request

from sfumato.store.keys import Key

SCOPE = "sfumato.caller"  # where the recognition puts it in the ASGI scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`id` scopes what is kept; the budgets are per minute, None for none."""

    id: str
    requests_per_minute: int | None = None
    image_tokens_per_minute: int | None = None

    @classmethod
    def of(cls, key: Key) -> "Caller":
        """Whom a key stands for."""
        return cls(
            id=key.id,
            requests_per_minute=key.requests_per_minute,
            image_tokens_per_minute=key.image_tokens_per_minute,
        )


LOCAL = Caller(id="local")  # everybody on this machine, while it is open


def caller_of(request: Request) -> Caller:
    """The caller that was recognised."""
    caller: Caller = request.scope.get(SCOPE, LOCAL)
    return caller
