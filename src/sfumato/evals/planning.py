"""How well prompts are read: captions with known readings → the share that comes back right.

Two sets: synthetic captions from a generator whose seed nothing was tuned on, and captions that
people write (`suites/planning.toml`). Needs memory and the text encoder, no denoiser and no judge.
`python -m sfumato.evals.planning MANIFEST` (or MEMORY TEXT_MODEL TOKENIZER) prints both.
Knows nothing about pixels.
"""

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sfumato.native.lexicon import lexicon
from sfumato.native.memory import Memory
from sfumato.native.plan import TextEncoder, read
from sfumato.native.reading import SIZES, Mention, Reading
from sfumato.native.scene import COLOURS
from sfumato.training.wordings import sample

FACETS = ("concept", "count", "colour", "size", "relation", "backdrop", "words")
SYNTHETIC_SEED = 20270501  # nobody reads these captions: only the shares are reported
SYNTHETIC = 1000
EVALS = Path("evals")

Thing = tuple[str, int, str | None, str]  # name, count, colour, size


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a caption says; names are everyday words, relations are indexes into `things`."""

    text: str
    things: tuple[Thing, ...]
    relations: frozenset[tuple[int, str, int]] = frozenset()
    place: str | None = None
    night: bool = False
    weather: str | None = None
    words: tuple[str, ...] = ()


def measure(memory: Memory, encoder: TextEncoder, evals: Path) -> dict[str, Any]:
    """Both sets, JSON-ready: `share right` and the accuracy of every facet where it applies."""
    written = read_suite(evals / "suites" / "planning.toml")
    made = [
        expected(caption, asked) for caption, asked in sample(memory, SYNTHETIC_SEED, SYNTHETIC)
    ]
    return {
        "synthetic": {"seed": SYNTHETIC_SEED, **score(made, memory, encoder)},
        "written": score(written, memory, encoder),
    }


def score(cases: Iterable[Expected], memory: Memory, encoder: TextEncoder) -> dict[str, Any]:
    """`right`: the share of captions read without any fault; each facet's share beside it."""
    marks = [(case, marked(case, read(case.text, memory, encoder), memory)) for case in cases]
    asked = {f: [mark[f] for _, mark in marks if mark[f] is not None] for f in FACETS}
    return {
        "captions": len(marks),
        "right": _share([all(v is not False for v in mark.values()) for _, mark in marks]),
        "facets": {facet: _share(values) for facet, values in asked.items()},
        "asked": {facet: len(values) for facet, values in asked.items()},
        "wrong": [
            {"text": case.text, "facets": [f for f in FACETS if mark[f] is False]}
            for case, mark in marks
            if any(v is False for v in mark.values())
        ],
    }


def marked(case: Expected, got: Reading, memory: Memory) -> Mapping[str, bool | None]:
    """Per facet whether it is right; None where neither the caption nor the reading has any."""
    places = _matched(case, got.mentions, memory)
    pairs = [(case.things[i], got.mentions[j]) for i, j in places.items()]
    whole = len(pairs) == len(case.things) == len(got.mentions)
    found = {(r.subject, r.kind, r.object) for r in got.relations}
    said = {(places.get(s), kind, places.get(o)) for s, kind, o in case.relations}
    where = (case.place, case.night, case.weather)
    read_where = (got.backdrop, got.night, got.weather)
    nowhere = (None, False, None)
    words = tuple(w.text for w in got.words)
    return {
        "concept": whole,
        "count": all(t[1] == m.count for t, m in pairs) if _any(pairs, _counted) else None,
        "colour": all(_colour_right(t, m, memory) for t, m in pairs)
        if _any(pairs, _coloured)
        else None,
        "size": all(t[3] == m.size for t, m in pairs) if _any(pairs, _sized) else None,
        "relation": said == found if said or found else None,
        "backdrop": where == read_where if nowhere != where or nowhere != read_where else None,
        "words": case.words == words if case.words or words else None,
    }


def expected(caption: str, asked: Reading) -> Expected:
    """What a generated caption was made from."""
    return Expected(
        text=caption,
        things=tuple((m.concept, m.count, m.colour, m.size) for m in asked.mentions),
        relations=frozenset((r.subject, r.kind, r.object) for r in asked.relations),
        place=asked.backdrop,
        night=asked.night,
        weather=asked.weather,
        words=tuple(w.text for w in asked.words),
    )


def read_suite(path: Path) -> list[Expected]:
    """The handwritten cases; ValueError for a relation that is none."""
    raw = tomllib.loads(path.read_text("utf-8"))
    return [_case(entry) for entry in raw["case"]]


def _case(raw: Mapping[str, Any]) -> Expected:
    return Expected(
        text=raw["text"],
        things=tuple(_thing(text) for text in raw["things"]),
        relations=frozenset(_relation(text) for text in raw.get("relations", ())),
        place=raw.get("place"),
        night=raw.get("night", False),
        weather=raw.get("weather"),
        words=tuple(raw.get("words", ())),
    )


def _thing(text: str) -> Thing:
    words = text.split()
    count = int(words.pop(0)) if words[0].isdigit() else 1
    size = words.pop(0) if words[0] in SIZES else "normal"
    colour = words.pop(0) if words[0] in COLOURS and len(words) > 1 else None
    return " ".join(words), count, colour, size


def _relation(text: str) -> tuple[int, str, int]:
    subject, *kind, other = text.split()
    return int(subject), " ".join(kind), int(other)


def _matched(case: Expected, mentions: Sequence[Mention], memory: Memory) -> dict[int, int]:
    """Which mention each thing became, in order; things without one are absent."""
    free = list(range(len(mentions)))
    places = {}
    for i, thing in enumerate(case.things):
        fits = (j for j in free if _is_called(mentions[j], thing, case.text, memory))
        mention = next(fits, None)
        if mention is not None:
            places[i] = mention
            free.remove(mention)
    return places


def _is_called(mention: Mention, thing: Thing, text: str, memory: Memory) -> bool:
    """By its name, by its colour and name ("blue book" is a title), or by more of the caption's
    own words: a "wooden chair" is a chair.
    """
    if mention.asset is None:
        return False
    name, _, colour, _ = thing
    called = {asset.title for asset in memory.named(name)} | {name}
    called |= {asset.title for asset in memory.named(f"{colour} {name}")}
    said = mention.concept.endswith(f" {name}") and mention.concept in text.lower()
    return mention.concept in called or said


def _colour_right(thing: Thing, mention: Mention, memory: Memory) -> bool:
    """The paint that was asked for, or none where the drawing has that colour by nature."""
    own = memory[mention.asset].colour if mention.asset else None
    name = mention.concept.split()[0]
    wanted = lexicon().colours.get(thing[2] or "", (None, ""))[0]
    if mention.colour == wanted:
        return True
    return (mention.colour is None and wanted in (own, name)) or (
        wanted is None and name == mention.colour
    )


def _any(pairs: Sequence[tuple[Thing, Mention]], asks: Any) -> bool:
    return any(asks(thing, mention) for thing, mention in pairs)


def _counted(thing: Thing, mention: Mention) -> bool:
    return thing[1] > 1 or mention.count > 1


def _coloured(thing: Thing, mention: Mention) -> bool:
    return thing[2] is not None or mention.colour is not None


def _sized(thing: Thing, mention: Mention) -> bool:
    return thing[3] != "normal" or mention.size != "normal"


def _share(values: Sequence[object]) -> float | None:
    return round(Counter(map(bool, values))[True] / len(values), 4) if values else None


def _print(result: Mapping[str, Any]) -> None:
    for name in ("synthetic", "written"):
        part = result[name]
        facets = "  ".join(f"{f} {part['facets'][f]}" for f in FACETS)
        print(f"{name}: {part['captions']} captions, all right {part['right']}  {facets}")
        for miss in part["wrong"][:40] if name == "written" else ():
            print(f"  {', '.join(miss['facets'])}: {miss['text']}")


def main(arguments: Sequence[str]) -> None:
    """A manifest, or memory, text model and tokenizer as paths; `--json` prints everything."""
    from sfumato.native.text import TextEncoder as Encoder
    from sfumato.registry.snapshot import read_snapshot

    paths = [Path(word) for word in arguments if not word.startswith("--")]
    if len(paths) == 1:
        snapshot = read_snapshot(paths[0])
        paths = [snapshot.path(role) for role in ("memory", "text", "tokenizer")]
    memory_path, text, tokenizer = paths
    memory = Memory.open(memory_path)
    result = measure(memory, Encoder(text, tokenizer, 1), EVALS)
    if "--json" in arguments:
        print(json.dumps(result, indent=1))
    else:
        _print(result)


if __name__ == "__main__":
    main(sys.argv[1:])
