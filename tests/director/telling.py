"""Conversations to decide on, and decisions in a line that a table of cases can hold."""

from collections.abc import Mapping, Sequence

from sfumato.director.decision import Decision, Draw
from sfumato.director.turns import Said, Shown, Turn


def user(text: str) -> Said:
    return Said(text=text, by="user")


def drawn(name: str, prompt: str, caption: str | None = None) -> Shown:
    return Shown(id=name, by="director", prompt=prompt, caption=caption)


def upload(name: str) -> Shown:
    return Shown(id=name, by="user")


CAT: Sequence[Turn] = (user("a cat"), drawn("A", "a cat"))
HAT: Sequence[Turn] = (*CAT, user("add a hat"), drawn("B", "add a hat"))
TWO: Sequence[Turn] = (
    *CAT,
    Said(text="Here is your picture.", by="director"),
    user("a red fox on a sofa"),
    drawn("B", "a red fox on a sofa"),
)
BATCH: Sequence[Turn] = (
    user("two versions of a cat"),
    drawn("A", "a cat"),
    drawn("B", "a cat"),
    Said(text="Here are 2 pictures.", by="director"),
)
PHOTO: Sequence[Turn] = (upload("U"),)
PHOTO_CHANGED: Sequence[Turn] = (
    upload("U"),
    user("make it blue"),
    drawn("A", "make it blue"),
)
CONVERSATIONS: Mapping[str, Sequence[Turn]] = {
    "nothing": (),
    "a cat": CAT,
    "a cat, then a hat added": HAT,
    "a cat, a red fox on a sofa": TWO,
    "two cats at once": BATCH,
    "a photo sent along": PHOTO,
    "a photo that was changed": PHOTO_CHANGED,
    "a cat, a photo sent along": (*CAT, *PHOTO),
    "two photos sent along": (upload("U"), upload("V")),
    "three photos sent along": (upload("U"), upload("V"), upload("W")),
    "a request that failed": (user("a cat"),),
    "an edit that failed": (*CAT, user("add a hat")),
    "the cat named again": (*TWO, drawn("A", "a cat")),
}


def told(decision: Decision) -> str:
    """ "edit A: make it blue, size=…" for each draw; the words where there are none."""
    if not decision.draws:
        return f"say: {decision.text[:32]}"
    lines = [_line(draw) for draw in decision.draws]
    counts = {line: lines.count(line) for line in lines}
    return "; ".join(line if n == 1 else f"{n} x {line}" for line, n in counts.items())


def _line(draw: Draw) -> str:
    fields = ("size", "background", "output_format", "quality", "seed_of", "another")
    asked = [f"{name}={getattr(draw, name)}" for name in fields if getattr(draw, name)]
    action = f"{draw.action} {'+'.join(draw.pictures)}".strip()
    return ", ".join([f"{action}: {draw.prompt}", *asked])
