"""What stands behind the question mark of a list, or a 400 that names what is wrong there.

Knows no list.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from starlette.requests import Request

from sfumato.api.refusing import unknown_parameter
from sfumato.errors import InvalidRequest


class Listed(Protocol):
    """Whatever a list has: it can be named."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Listed)


def read_query(request: Request, known: Collection[str]) -> Mapping[str, str]:
    """The parameters; InvalidRequest for one that is not `known`, and for two of a kind."""
    given = request.query_params.multi_items()
    for name, times in Counter(name for name, _ in given).items():
        if name not in known:
            raise unknown_parameter(name)
        if times > 1:
            raise InvalidRequest(f"'{name}' stands {times} times. Give it once.", param=name)
    return dict(given)


def read_limit(query: Mapping[str, str], *, absent: int, most: int) -> int:
    """`limit`, from 1 to `most`."""
    given = query.get("limit", str(absent))
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:9]) <= most):
        raise InvalidRequest(
            f"Invalid 'limit': give a whole number from 1 to {most}.", param="limit"
        )
    return int(given[:9])


def read_choice(query: Mapping[str, str], name: str, allowed: Sequence[str]) -> str | None:
    """The value of `name`, one of `allowed`, or None."""
    given = query.get(name)
    if given is not None and given not in allowed:
        raise InvalidRequest(
            f"Invalid '{name}': {given[:100]!r}. Allowed: {', '.join(allowed)}.", param=name
        )
    return given


def page(found: Sequence[T], limit: int, shown: Callable[[T], Mapping[str, Any]]) -> dict[str, Any]:
    """OpenAI's list of the first `limit` of `found`, which has one more if there is more."""
    listed = found[:limit]
    return {
        "object": "list",
        "data": [shown(one) for one in listed],
        "first_id": listed[0].id if listed else None,
        "last_id": listed[-1].id if listed else None,
        "has_more": len(found) > limit,
    }
