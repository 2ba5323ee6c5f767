"""A list of items as it is answered. Knows nothing about where they come from."""

from collections.abc import Mapping, Sequence
from typing import Any

from sfumato.api.responses.kept import shown_item
from sfumato.api.responses.query import Page
from sfumato.errors import NotFound
from sfumato.store.objects import Objects


def item_list(found: Sequence[Mapping[str, Any]], page: Page, objects: Objects) -> dict[str, Any]:
    """The first `page.limit` of `found`, which has one more if there is more."""
    listed = found[: page.limit]
    return {
        "object": "list",
        "data": [shown_item(item, objects, urls=page.urls) for item in listed],
        "first_id": listed[0]["id"] if listed else None,
        "last_id": listed[-1]["id"] if listed else None,
        "has_more": len(found) > page.limit,
    }


def cut_out(items: Sequence[Mapping[str, Any]], page: Page) -> Sequence[Mapping[str, Any]]:
    """What a page of `items` needs; NotFound for an `after` that is not among them."""
    ordered = list(items) if page.order == "asc" else list(reversed(items))
    if page.after is not None:
        places = [place for place, item in enumerate(ordered) if item["id"] == page.after]
        if not places:
            raise NotFound(f"No item with id '{page.after[:100]}' in this list.", param="after")
        ordered = ordered[places[0] + 1 :]
    return ordered[: page.limit + 1]
