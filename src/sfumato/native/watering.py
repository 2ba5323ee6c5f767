"""Drops that fall from who waters onto what is watered: no drawing of a watering can exists.

Units: fractions of the short edge. Knows nothing about how the two came to their places.
"""

from typing import Protocol

from sfumato.native.blocks import Part
from sfumato.native.reading import Reading
from sfumato.native.scene import Thing

DROPS = ((0.16, -0.02, 0.8), (0.42, -0.1, 0.95), (0.68, -0.02, 1.0), (0.9, 0.14, 1.1))
DROP_ASSETS = ("fluent-emoji-flat/droplet", "noto/droplet", "fluent-emoji/droplet")


class Shelf(Protocol):
    """What layout needs of memory: drawings by id, and whether there is one."""

    def svg(self, asset_id: str, /) -> str: ...

    def __contains__(self, asset_id: object, /) -> bool: ...


def water(
    reading: Reading, placed: tuple[Part, ...], memory: Shelf, width: int, height: int
) -> tuple[Thing, ...]:
    """An arc of drops for each watering; none where memory has no drop."""
    asset = next((a for a in DROP_ASSETS if a in memory), None)
    if asset is None:
        return ()
    short = min(width, height)
    things: list[Thing] = []
    for relation in reading.relations:
        who = [p for p in placed if p.mention == relation.subject]
        what = [p for p in placed if p.mention == relation.object]
        if relation.kind == "watering" and who and what:
            things += _arc(who[0], what, asset, width / short, height / short)
    return tuple(things)


def _arc(who: Part, what: list[Part], asset: str, across: float, down: float) -> list[Thing]:
    """From the waterer's side over to the middle of what is watered, just above it."""
    start, end = who.right, sum(p.x for p in what) / len(what)
    top = min(p.top for p in what)
    size = 0.22 * min(who.height, who.width)
    return [
        Thing(
            concept="water drop",
            asset=asset,
            x=round((start + share * (end - start)) / across, 5),
            y=round((top + fall * who.height - 0.75 * size) / down, 5),
            size=round(size * grow * 0.7, 5),
        )
        for share, fall, grow in DROPS
    ]
