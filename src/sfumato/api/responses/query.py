"""What stands behind the question mark of these routes. Knows no list.

OpenAI's clients write a list as `include[]=…&include[]=…`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from starlette.requests import Request

from sfumato.api.query import read_choice, read_limit
from sfumato.api.responses.limits import LOGPROBS
from sfumato.api.responses.schema import Include
from sfumato.api.responses.wire import unknown, wrong
from sfumato.errors import InvalidRequest

URLS = "message.input_image.image_url"
LISTED, MOST = 20, 100  # items of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which items of a list; `urls` writes pictures that were sent into them."""

    limit: int
    order: Literal["asc", "desc"]
    after: str | None
    urls: bool


def read_query(request: Request, known: Collection[str]) -> tuple[Mapping[str, str], bool]:
    """The parameters, and whether `include` asks for the URLs; InvalidRequest for unknown ones."""
    found: dict[str, str] = {}
    included: list[str] = []
    for name, value in request.query_params.multi_items():
        if name in ("include", "include[]"):
            included.append(value)
        elif name not in known:
            raise unknown(name)
        elif name in found:
            raise InvalidRequest(f"'{name}' stands twice. Give it once.", param=name)
        else:
            found[name] = value
    for value in included:
        if value not in get_args(Include) or value == LOGPROBS:
            raise wrong("include", value, f"give '{URLS}'")
    return found, URLS in included


def read_page(request: Request) -> Page:
    """`limit`, `order`, `after` and `include` of a list of items."""
    query, urls = read_query(request, ("limit", "order", "after"))
    order: Any = read_choice(query, "order", ("asc", "desc")) or "desc"
    limit = read_limit(query, absent=LISTED, most=MOST)
    return Page(limit=limit, order=order, after=query.get("after"), urls=urls)


def read_flag(query: Mapping[str, str], name: str) -> bool:
    """`true` or `false`; false when it is absent."""
    return read_choice(query, name, ("true", "false")) == "true"


def read_number(query: Mapping[str, str], name: str) -> int | None:
    """A whole number from 0 on, or None when it is absent."""
    given = query.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise wrong(name, given, "give a whole number", code="invalid_type")
    return int(given)
