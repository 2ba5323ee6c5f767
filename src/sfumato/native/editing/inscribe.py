"""Where new words go in a finished Scene: the band that covers least. Knows no fonts."""

from dataclasses import replace

from numpy.random import PCG64, Generator

from sfumato.native import typeset
from sfumato.native.blocks import Part
from sfumato.native.editing.changes import Write
from sfumato.native.editing.stage import Stage, overlap
from sfumato.native.reading import Reading
from sfumato.native.scene import Lettering, Scene

BANDS = {"top": (0.13,), "centre": (0.5,), "bottom": (0.87,)}  # middles, of the height
ANYWHERE = (0.13, 0.87, 0.18, 0.82, 0.24, 0.76, 0.5)
TALL = 0.2  # of the canvas height
HOLDERS_TALL = 0.26
SLOPES = 1e-3  # of two bands as free, the one listed first


def written(change: Write, scene: Scene, stage: Stage) -> Lettering:
    """The new lettering in its holder's own look, where it hides least of what is there."""
    rng = Generator(PCG64(0))
    (lettering,), area = typeset.typeset(
        Reading(words=(change.words,)),
        scene.backdrop,
        stage.width,
        stage.height,
        transparent=scene.transparent,
        rng=rng,
    )
    tall = TALL if change.words.holder == "plain" else HOLDERS_TALL
    boxes = stage.boxes(scene)
    bands = BANDS.get(change.side or "", ANYWHERE)

    def covered(place: tuple[int, float]) -> float:
        band = Part(
            mention=0,
            width=0.8 * stage.across,
            height=tall * stage.down,
            x=stage.across / 2,
            y=place[1] * stage.down,
        )
        return sum(overlap(band, box) for box in boxes) + SLOPES * place[0]

    _, y = min(enumerate(bands), key=covered)
    return replace(
        lettering,
        x=0.5,
        y=y,
        size=round(min(lettering.size, 0.62 * tall * stage.down), 5),
        height=tall,
        width=round(area.width / stage.across, 5),
    )
