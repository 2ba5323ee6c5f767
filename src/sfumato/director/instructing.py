"""What the built-in director makes of `instructions`: defaults for the file and its frame.

Knows nothing about turns.
"""

import re
from dataclasses import replace

from sfumato.director.decision import Decision, Draw
from sfumato.director.wants import Wants, wants

ONLY_FRAMES = (
    "Of the instructions I follow only what they say of size, format, background and quality."
)
_FILLING = re.compile(
    r"\b(?:always|please|all|the|a|an|i|want|use|make|draw|give|me|with|in|on|of|as|pictures?"
    r"|images?|should|must|be|have|and|files?|format|answer"
    r"|(?:transparent|opaque) (?:backgrounds?|backdrops?))\b|[\W_]+",
    re.I,
)
_FORMAT = re.compile(r"(?:\b(?:as|in) )?(?:\ban? )?\b(png|webp|jpe?g)\b", re.I)


def instructed(decision: Decision, instructions: str | None) -> Decision:
    """The decision, its drawings framed as the instructions say where the words do not."""
    if not instructions or not instructions.strip() or not decision.draws:
        return decision
    asked = _asked(instructions)
    draws = tuple(_framed(draw, asked) for draw in decision.draws)
    if not _FILLING.sub("", asked.text):
        return replace(decision, draws=draws)
    text = f"{decision.text} {ONLY_FRAMES}".strip()
    return replace(decision, draws=draws, text=text)


def _asked(instructions: str) -> Wants:
    """`wants`, with a format however it is named."""
    found = _FORMAT.search(instructions)
    asked = wants(_FORMAT.sub(" ", instructions))
    if found is None:
        return asked
    return replace(asked, output_format=found[1].lower().replace("jpg", "jpeg"))


def _framed(draw: Draw, asked: Wants) -> Draw:
    usual = asked.on(draw)
    return replace(
        draw,
        size=draw.size or (usual.size if draw.action == "generate" else None),
        background=draw.background or usual.background,
        output_format=draw.output_format or usual.output_format,
        quality=draw.quality or usual.quality,
    )
