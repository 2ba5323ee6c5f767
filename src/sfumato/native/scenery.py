"""What lies behind the things, gathered while a prompt is read: kind, colours, time, weather.

Knows how places and hours combine. Knows nothing about sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sfumato.native.lexicon import lexicon
from sfumato.native.phrases import Phrase, colour_of
from sfumato.native.reading import Mention

OWN_COLOURS = {  # what a kind looks like anyway
    "sky": ("blue",),
    "meadow": ("green",),
    "forest": ("green",),
    "sea": ("blue", "turquoise"),
    "underwater": ("blue", "turquoise"),
    "snow": ("white",),
    "beach": ("yellow", "gold"),
    "desert": ("yellow", "gold", "orange"),
    "space": ("black", "blue", "purple"),
    "road": ("grey", "black"),
    "city": ("grey",),
    "mountains": ("grey",),
}
COLOURED = ("plain", "gradient", "room", "table", "sky")  # kinds that show an asked colour
HOURS = {
    "sunset": ("#5b4b8a", "#f3722c", "#fcc46a"),
    "sunrise": ("#7aa6e0", "#f7b0a0", "#fde2b3"),
}
SKYLESS = ("plain", "gradient", "room", "table", "space", "underwater")
DIVES = ("in", "inside", "within", "inside of")
SINKS = ("under", "below", "beneath", "underneath")


SPACE_THINGS = ("rocket", "planet", "astronaut", "satellite", "alien", "comet", "saucer", "moon")


@dataclass(slots=True)
class Scenery:
    """A backdrop under construction."""

    kind: str | None = None
    colours: tuple[str, ...] = ()
    night: bool = False
    weather: str | None = None
    hour: str | None = None
    table_colours: tuple[str, ...] = field(default_factory=tuple)

    def place(self, kind: str, colours: Sequence[str], materials: Sequence[str]) -> bool:
        """Make `kind` the backdrop; False when another one already is."""
        if self.kind not in (None, kind, "sky", "plain") or (self.kind == "plain" and self.colours):
            if kind != "sky" or self.kind in SKYLESS:
                return False
            return self._tint(colours)
        if kind != "sky" or self.kind is None:
            self.kind = kind
        self._colour(kind, colours, materials)
        return True

    def _tint(self, colours: Sequence[str]) -> bool:
        """A coloured sky over another place."""
        asked = tuple(exact for name, exact in map(colour_of, colours) if name != "blue")
        self.colours = asked or self.colours
        return True

    def _colour(self, kind: str, colours: Sequence[str], materials: Sequence[str]) -> None:
        exact = [colour_of(words) for words in colours]
        own = OWN_COLOURS.get(kind, ())
        asked = [
            name if not shaded else hex_colour
            for (name, hex_colour), shaded in zip(exact, map(_shaded, colours), strict=True)
            if shaded or name not in own
        ]
        if kind in COLOURED and asked:
            self.colours = tuple(asked)
        elif kind in COLOURED and materials:
            self.colours = tuple(lexicon().materials[m] for m in materials[:1])

    def wash(self, colours: Sequence[str]) -> None:
        """Colours said of the background after it was named: "from blue to pink"."""
        exact = tuple(e if _shaded(w) else n for w in colours for n, e in (colour_of(w),))
        self.colours = (*self.colours, *exact)
        if self.kind in (None, "plain"):
            self.kind = "plain" if len(self.colours) == 1 else "gradient"

    def colours_lost(self, kind: str, colours: Sequence[str]) -> tuple[str, ...]:
        """The asked colours that a backdrop of this kind cannot show and does not have."""
        if kind in COLOURED:
            return ()
        return tuple(c for c in colours if colour_of(c)[0] not in OWN_COLOURS.get(kind, ()))

    def time(self, value: str, text: str) -> None:
        if value == "night":
            self.night = True
        elif value in HOURS:
            self.hour = value
        if "starry" in text or "starlit" in text:
            self.weather = self.weather or "stars"
        if text.endswith("sky") and self.kind is None:
            self.kind = "sky"

    def dive(self, phrase: str, subjects_swim: bool) -> bool:
        """Whether "in the sea" means under water."""
        return phrase in SINKS or (phrase in DIVES and subjects_swim)

    def starry(self, mentions: Sequence[Mention]) -> None:
        """Stars all around: a night sky, and space around what flies there."""
        self.weather, self.night = "stars", True
        titles = " ".join(m.concept for m in mentions)
        if self.kind is None and any(name in titles for name in SPACE_THINGS):
            self.kind = "space"

    def finished(self) -> tuple[str | None, tuple[str, ...]]:
        """The backdrop's kind and colours, the hour's light included."""
        kind = self.kind
        if self.hour and kind is None:
            kind = "sky"
        if self.hour and kind not in SKYLESS and not self.colours:
            return kind, HOURS[self.hour]
        return kind, self.colours


def are_stars(phrase: Phrase) -> bool:
    """Stars that are not things but the sky: "a rocket among stars"."""
    head = phrase.head
    if head is None or head.asset is None or phrase.count is not None:
        return False
    return head.asset.title == "star" and head.plural


def _shaded(words: str) -> bool:
    """Whether a colour's exact tone matters: "dark blue", "navy"."""
    name, _ = colour_of(words)
    return words != name and words not in ("gray", "golden", "silver")
