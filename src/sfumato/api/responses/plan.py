"""What a response will do, decided once: its pictures with their seeds and ids, and its words.

It is kept before anything is rendered, so that a restart goes on with the same pictures. Knows
nothing about how they are made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from sfumato.api.answer import shape
from sfumato.core import ImageParams
from sfumato.jobs.saved_params import params_from_json, params_to_json
from sfumato.safety.moderation import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One picture: `id` of its item, `picture` the id that it will be kept under."""

    id: str
    picture: str
    action: Literal["generate", "edit"]
    prompt: str
    snapshot: str
    params: ImageParams
    text_tokens: int
    level: Level  # of moderation

    @property
    def members(self) -> dict[str, Any]:
        """What its item and its partial images tell beside the picture."""
        return shape(self.params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`text` is said after the pictures, in the item `message`; `whole` unless it was cut."""

    calls: tuple[Call, ...]
    message: str
    text: str
    whole: bool
    read: int  # tokens of the director
    written: int


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """JSON-ready."""
    calls = [{**_flat(call), "params": params_to_json(call.params)} for call in plan.calls]
    return {**_flat(plan), "calls": calls}


def plan_from_json(kept: Mapping[str, Any]) -> Plan:
    """What `plan_to_json` was given."""
    calls = (Call(**{**c, "params": params_from_json(c["params"])}) for c in kept["calls"])
    return Plan(**{**kept, "calls": tuple(calls)})


def _flat(value: Call | Plan) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
