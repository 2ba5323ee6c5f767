"""A random reading, described in random words, is read back: planning inverts captions."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sfumato.native.memory import Memory
from sfumato.native.plan import read
from sfumato.native.reading import Mention, Reading, Relation, Words
from sfumato.native.scene import COLOURS
from sfumato.training.describe import LINKS, PLACES, describe
from tests.native.shelf import ANIMALS, PEOPLE, THINGS, LetterEncoder, told

CAPTIONS = 600
ENOUGH = 0.95
UNSURE = ("star", "books", "full moon", "black cat")  # also scenery, plurals, coloured by name
NAMES = [
    name
    for name in f"{ANIMALS}|{THINGS}|{PEOPLE}".split("|")
    if name not in UNSURE and not name.endswith("glasses") and name != "bouquet"
]
SINGLE = ("holding", "wearing", "riding", "reading", "watering")


def sample(rng: np.random.Generator, memory: Memory) -> Reading:
    """One to three different things, two of them related, somewhere."""
    names = [str(n) for n in rng.choice(NAMES, size=int(rng.integers(1, 4)), replace=False)]
    mentions = [sample_mention(name, rng, memory) for name in names]
    relations: tuple[Relation, ...] = ()
    if len(mentions) > 1:
        kind = pick(list(LINKS), rng)
        relations = (Relation(subject=0, kind=kind, object=1),)
        mentions = mentions[:2]
    return Reading(
        mentions=tuple(mentions),
        relations=relations,
        backdrop=pick(list(PLACES), rng) if rng.random() < 0.5 else None,
        night=bool(rng.random() < 0.2),
        words=(Words(text="HELLO 42"),) if rng.random() < 0.2 else (),
        transparent=bool(rng.random() < 0.1),
    )


def sample_mention(name: str, rng: np.random.Generator, memory: Memory) -> Mention:
    asset = memory.find(name)
    assert asset is not None
    colour = pick(list(COLOURS), rng) if rng.random() < 0.4 else None
    return Mention(
        concept=name,
        asset=asset.id,
        count=int(rng.integers(2, 8)) if rng.random() < 0.4 else 1,
        colour=None if colour == asset.colour else colour,
        size=pick(("normal", "normal", "tiny", "small", "large", "huge"), rng),
    )


def pick(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]


def essence(reading: Reading) -> str:
    """What must come back; who carries the words and where swimmers swim is layout's."""
    words = tuple(Words(text=w.text) for w in reading.words)
    kind = "sea" if reading.backdrop == "underwater" else reading.backdrop
    return told(replace(reading, words=words, backdrop=kind))


def test_what_is_described_in_random_words_is_read_back(shelf: Memory) -> None:
    rng = np.random.default_rng(20261122)
    missed: list[str] = []
    for _ in range(CAPTIONS):
        asked = sample(rng, shelf)
        caption = describe(asked, rng)
        got = read(caption, shelf, LetterEncoder())
        if essence(got) != essence(asked):
            missed.append(f"{caption!r}: {essence(got)} instead of {essence(asked)}")
    share = 1 - len(missed) / CAPTIONS
    assert share >= ENOUGH, "\n".join([f"{share:.1%}", *missed[:40]])
