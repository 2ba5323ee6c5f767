"""Kept items as the director reads them: what was said, what was shown, and what system text says.

Knows no decision.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sfumato.api.responses.kept import PICTURE, PICTURE_ID
from sfumato.director.turns import Said, Shown, Turn
from sfumato.engines.inputs import scene_of
from sfumato.errors import NotFound
from sfumato.native.editing.caption import caption
from sfumato.native.scene import scene_from_json
from sfumato.store import Store

SYSTEM = ("system", "developer")
TEXTS = ("input_text", "output_text", "refusal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`pictures` are the kept ones and `recipes` theirs, by the ids that `turns` call them."""

    turns: tuple[Turn, ...]
    instructions: str | None = None
    pictures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    recipes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Everything that there is to read."""
        said = [turn.text for turn in self.turns if isinstance(turn, Said)]
        return "\n".join([*filter(None, [self.instructions]), *said])


def read_context(
    items: Sequence[Mapping[str, Any]], instructions: str | None, caller: str, store: Store
) -> Context:
    """Oldest item first; `instructions` come before those of the messages. Blocks."""
    turns: list[Turn] = []
    system = [instructions] if instructions else []
    pictures: dict[str, Mapping[str, Any]] = {}
    recipes: dict[str, Mapping[str, Any]] = {}
    for item in items:
        if item.get("role") in SYSTEM:
            system.append(_text(item))
            continue
        for name, picture in _pictures(item):
            pictures[name] = picture
            recipes[name] = _recipe(picture, caller, store)
            turns.append(_shown(name, item, picture, recipes[name]))
        if item["type"] == "message" and (text := _text(item)):
            turns.append(Said(text=text, by="user" if item["role"] == "user" else "director"))
    told = "\n\n".join(system) or None
    return Context(turns=tuple(turns), instructions=told, pictures=pictures, recipes=recipes)


def _text(item: Mapping[str, Any]) -> str:
    parts = [part for part in item["content"] if part["type"] in TEXTS]
    return "\n".join(part["refusal" if part["type"] == "refusal" else "text"] for part in parts)


def _pictures(item: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if item["type"] == "message":
        for index, part in enumerate(item["content"]):
            if PICTURE in part:
                yield f"{item['id']}#{index}", part[PICTURE]
    elif PICTURE in item:
        yield item["id"], item[PICTURE]


def _recipe(picture: Mapping[str, Any], caller: str, store: Store) -> Mapping[str, Any]:
    if PICTURE_ID not in picture:
        return picture["recipe"] or {}
    try:
        return store.pictures.get(caller, picture[PICTURE_ID]).recipe
    except NotFound:  # removed from the history meanwhile
        return {}


def _shown(
    name: str, item: Mapping[str, Any], picture: Mapping[str, Any], recipe: Mapping[str, Any]
) -> Shown:
    scene = scene_of(recipe)
    whole = None if scene is None else scene_from_json(scene)
    return Shown(
        id=name,
        by="user" if item["type"] == "message" else "director",
        prompt=item.get("revised_prompt"),
        caption=None if whole is None else caption(whole),
        things=() if whole is None else tuple(thing.concept for thing in whole.things),
        width=picture["width"],
        height=picture["height"],
    )
