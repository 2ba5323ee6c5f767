"""Which pictures a picture was made from, as the recipes in their files tell it.

What a recipe says is a stranger's word: it is cut to size and its types are checked, never believed
to be true. Knows nothing about files or signatures.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, zip_longest
from typing import Any, Literal, TypeAlias, cast

from sfumato.core import SEED_SPACE, InputPicture

MAX_ANCESTORS = 64
MAX_PROMPT = 500  # code points
_MAX_NAME = 100
_SHA256 = re.compile(r"[0-9a-f]{64}")

Task: TypeAlias = Literal["generation", "edit", "upload"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """One picture on the way. A known fact or None.

    `image_sha256` is of the encoded file before its stamp, as its recipe says; `pixels_sha256` of
    the pixels that were read. An "upload" has no recipe.
    """

    task: Task
    image_sha256: str | None = None
    pixels_sha256: str | None = None
    prompt: str | None = None
    snapshot: str | None = None
    seed: int | None = None

    def facts(self) -> dict[str, Any]:
        """What is known, for a recipe."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def ancestors_of(inputs: Sequence[InputPicture]) -> tuple[Ancestor, ...]:
    """The input pictures, then theirs, newest first; each once, MAX_ANCESTORS at most."""
    recorded = (read_ancestors(picture.recipe or {}) for picture in inputs)
    older = (found for round in zip_longest(*recorded) for found in round if found is not None)
    return tuple(dict.fromkeys(chain(map(_input, inputs), older)))[:MAX_ANCESTORS]


def read_ancestors(recipe: Mapping[str, Any]) -> tuple[Ancestor, ...]:
    """Those that a recipe records, newest first; what is no ancestor is left out."""
    recorded = recipe.get("ancestors")
    if not isinstance(recorded, list):
        return ()
    facts = (entry for entry in recorded[:MAX_ANCESTORS] if isinstance(entry, dict))
    return tuple(_ancestor(entry, entry.get("pixels_sha256")) for entry in facts)


def input_ingredients(
    inputs: Sequence[str], ancestors: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, str], ...]:
    """C2PA's ingredients for the hashes of input pixels, each told by the ancestor of that hash.

    The first picture is the parent; the files themselves do not travel with the new one.
    """
    told = {ancestor.get("pixels_sha256"): ancestor for ancestor in reversed(ancestors)}
    return tuple(
        {
            "label": f"input-{number}",
            "title": str(told.get(sha256, {}).get("prompt") or f"picture {number}")[:_MAX_NAME],
            "instance_id": f"sha256:{sha256}",
            "relationship": "parentOf" if number == 1 else "inputTo",
            "description": _description(sha256, told.get(sha256, {})),
        }
        for number, sha256 in enumerate(inputs, 1)
    )


def _description(sha256: str, told: Mapping[str, Any]) -> str:
    found = [told.get("snapshot"), told.get("image_sha256") and f"file {told['image_sha256']}"]
    return ", ".join((*filter(None, found), f"pixels {sha256}"))


def _input(picture: InputPicture) -> Ancestor:
    recipe = picture.recipe
    if recipe is None:
        return Ancestor(task="upload", pixels_sha256=picture.sha256)
    settings = recipe.get("settings")
    edited = recipe.get("inputs") or (isinstance(settings, dict) and settings.get("inputs"))
    return _ancestor(
        {**recipe, "task": "edit" if edited else "generation"}, pixels_sha256=picture.sha256
    )


def _ancestor(facts: Mapping[str, Any], pixels_sha256: object) -> Ancestor:
    task, seed = facts.get("task"), facts.get("seed")
    return Ancestor(
        task=cast(Task, task) if task in ("generation", "edit") else "upload",
        image_sha256=_hash(facts.get("image_sha256")),
        pixels_sha256=_hash(pixels_sha256),
        prompt=_text(facts.get("prompt"), MAX_PROMPT),
        snapshot=_text(facts.get("snapshot"), _MAX_NAME),
        seed=seed if type(seed) is int and 0 <= seed < SEED_SPACE else None,
    )


def _hash(value: object) -> str | None:
    return value if isinstance(value, str) and _SHA256.fullmatch(value) else None


def _text(value: object, longest: int) -> str | None:
    return value[:longest] if isinstance(value, str) else None
