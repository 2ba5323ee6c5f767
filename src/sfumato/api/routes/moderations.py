"""POST /v1/moderations: texts, and pictures where a classifier is plugged in, judged in order.

Knows no word and no threshold.
"""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request

from sfumato.api.backend import Backend, backend_of
from sfumato.api.body import LIMIT, read_object
from sfumato.api.caller import Caller, caller_of
from sfumato.api.input_pictures import fetch_reference
from sfumato.api.moderation_schema import Matter, read_moderation
from sfumato.errors import InvalidRequest
from sfumato.safety.classifiers import NONE
from sfumato.safety.data_url import LONGEST
from sfumato.safety.verdict import CATEGORIES, Verdict, worst

router = APIRouter()

NOTHING = Verdict(scores={})


@router.post("/moderations")
async def moderations(request: Request) -> dict[str, Any]:
    """One result for each text of `input`; a list of content parts gets one together."""
    backend = backend_of(request)
    sees = backend.settings.image_moderation != NONE
    limit = LIMIT + LONGEST if sees else LIMIT
    asked = read_moderation(await read_object(request, limit))
    if not sees:
        _refuse_pictures(asked.matters)
    caller = caller_of(request)
    return {
        "id": f"modr-{uuid4().hex}",
        "model": asked.model,
        "results": [await _result(matter, backend, caller) for matter in asked.matters],
    }


def _refuse_pictures(matters: tuple[Matter, ...]) -> None:
    if any(matter.image_url is not None for matter in matters):
        raise InvalidRequest(
            "'input' holds a picture, and this server has no picture classifier: it can judge text"
            " alone. Whoever runs it can plug one in with SFUMATO_IMAGE_MODERATION.",
            param="input",
        )


async def _result(matter: Matter, backend: Backend, caller: Caller) -> dict[str, Any]:
    text = NOTHING if matter.text is None else await backend.scheduler.judge_text(matter.text)
    picture = await _judge_picture(matter, backend, caller)
    verdict = worst([text, picture])
    return {
        "flagged": verdict.flagged,
        "categories": dict(verdict.categories),
        "category_scores": {name: verdict.scores.get(name, 0.0) for name in CATEGORIES},
        "category_applied_input_types": {
            name: ["text"] * (name in text.scores) + ["image"] * (name in picture.scores)
            for name in CATEGORIES
        },
    }


async def _judge_picture(matter: Matter, backend: Backend, caller: Caller) -> Verdict:
    if matter.image_url is None:
        return NOTHING
    reference = {"image_url": matter.image_url}
    spooled = await fetch_reference(reference, matter.param, backend, caller)
    try:
        return await backend.scheduler.judge_picture(spooled.path, spooled.param)
    finally:
        spooled.discard()
