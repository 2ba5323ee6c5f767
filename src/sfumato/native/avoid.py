"""A Reading without what a negative prompt names. Knows nothing about pixels or embeddings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sfumato.errors import ImageUserError
from sfumato.native.reading import Mention, Reading
from sfumato.native.scene import COLOURS, Scene

SCENERY_WORDS = {  # what backdrops bring along → its name in scene.SCENERY
    **dict.fromkeys("cloud clouds".split(), "clouds"),
    **dict.fromkeys("tree trees fir firs forest evergreen".split(), "trees"),
    **dict.fromkeys("star stars".split(), "stars"),
    **dict.fromkeys("flower flowers blossom".split(), "flowers"),
    **dict.fromkeys("grass herb".split(), "grass"),
}
ORBS = frozenset("sun moon".split())
WRITTEN = re.compile(r"\b(?:text|words?|letters?|lettering|writing|captions?|typography)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoided:
    """The reading that is left, what was taken out of it, and what was not understood, in words."""

    reading: Reading
    dropped: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    scenery: tuple[str, ...] = ()  # of scene.SCENERY: what the backdrop is not to bring along
    orb: bool = True  # whether it may have a sun or moon of its own

    def bare(self, scene: Scene) -> Scene:
        """The scene, its backdrop without what is unwanted."""
        if not self.scenery and self.orb:
            return scene
        orb = scene.backdrop.orb and self.orb
        return replace(scene, backdrop=replace(scene.backdrop, without=self.scenery, orb=orb))


def avoid(reading: Reading, unwanted: Reading, negative_prompt: str) -> Avoided:
    """Take out the things, colours, place, light, weather and words that `unwanted` names.

    A thing that is unwanted in one colour only goes when it has that colour. What was not in the
    reading is not there anyway. ImageUserError when nothing would be left of what was asked.
    """
    kept = [i for i, m in enumerate(reading.mentions) if not _unwanted(m, unwanted.mentions)]
    gone = [m.concept for i, m in enumerate(reading.mentions) if i not in kept]
    place = {i: new for new, i in enumerate(kept)}
    relations = tuple(
        replace(r, subject=place[r.subject], object=place[r.object])
        for r in reading.relations
        if r.subject in place and r.object in place
    )
    left = replace(reading, mentions=tuple(reading.mentions[i] for i in kept), relations=relations)
    left, around = _surroundings(left, unwanted)
    if reading.mentions and not left.mentions and not left.words:
        raise ImageUserError(
            f"The negative prompt takes away all that the prompt asks for: {', '.join(gone)}."
            " Leave some of it out.",
            param="negative_prompt",
        )
    words = set(re.findall(r"[a-z]+", negative_prompt.lower()))
    scenery = sorted({name for word, name in SCENERY_WORDS.items() if word in words})
    unread = [word for word in unwanted.unmatched if not WRITTEN.search(word)]
    if WRITTEN.search(negative_prompt) and left.words:
        left, around = replace(left, words=()), [*around, "words"]
    dropped = tuple(dict.fromkeys([*gone, *around]))
    return Avoided(
        reading=left,
        dropped=dropped,
        unread=tuple(unread),
        scenery=tuple(scenery),
        orb=not words & ORBS,
    )


def _unwanted(mention: Mention, unwanted: Sequence[Mention]) -> bool:
    return any(_same(mention, other) and _in_colour(mention, other) for other in unwanted)


def _same(a: Mention, b: Mention) -> bool:
    return a.concept == b.concept or (a.asset is not None and a.asset == b.asset)


def _in_colour(mention: Mention, other: Mention) -> bool:
    """Named in a colour, even in its own ("red car"), it is meant in that colour only."""
    coloured = not COLOURS.keys().isdisjoint(other.words.lower().split())
    return mention.colour == other.colour if coloured else True


def _surroundings(reading: Reading, unwanted: Reading) -> tuple[Reading, list[str]]:
    gone = []
    if unwanted.backdrop is not None and reading.backdrop == unwanted.backdrop:
        gone.append(f"{reading.backdrop} backdrop")
        reading = replace(reading, backdrop=None)
    colours = tuple(c for c in reading.backdrop_colours if c not in unwanted.backdrop_colours)
    if colours != reading.backdrop_colours:
        gone.append("backdrop colour")
        reading = replace(reading, backdrop_colours=colours)
    if unwanted.night and reading.night:
        gone.append("night")
        reading = replace(reading, night=False)
    if unwanted.weather is not None and reading.weather == unwanted.weather:
        gone.append(f"{reading.weather}")
        reading = replace(reading, weather=None)
    return reading, gone
