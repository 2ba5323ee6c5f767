"""What a thing or a scene can be made: a colour, a size, a style, an hour, a weather, turned.

Words alone → a change, for the things it is said of. Knows nothing about clauses.
"""

import re
from collections.abc import Mapping

from sfumato.native.editing.changes import (
    Change,
    ChangeBackdrop,
    Flip,
    Light,
    Recolour,
    Resize,
    Restyle,
    Turn,
    Weather,
    Which,
)
from sfumato.native.lexicon import lexicon
from sfumato.native.memory import fold
from sfumato.native.phrases import colour_of
from sfumato.native.scenery import HOURS

BIGGER = "bigger|larger|taller|wider|longer|huger|greater"
SMALLER = "smaller|tinier|shorter|littler"
GROWN = {"tiny": 0.5, "small": 0.7, "large": 1.4, "huge": 1.8}
AMOUNTS = {
    "a little": 0.5,
    "a bit": 0.5,
    "slightly": 0.5,
    "somewhat": 0.7,
    "": 1.0,
    "a lot": 2.0,
    "much": 2.0,
    "far": 2.0,
    "way": 2.5,
    "even": 1.0,
    "a little bit": 0.5,
}
STEP_UP, STEP_DOWN = 0.35, 0.28  # how much "bigger" and "smaller" are
TIMES: Mapping[str, float] = {
    "twice": 2,
    "two times": 2,
    "three times": 3,
    "four times": 4,
    "half": 0.5,
    "double": 2,
    "triple": 3,
    "thrice": 3,
    "a third": 1 / 3,
    "a quarter": 0.25,
    "halve": 0.5,
}
_AMOUNT = "|".join(sorted((a for a in AMOUNTS if a), key=len, reverse=True))
_COMPARED = re.compile(rf"(?:(?P<amount>{_AMOUNT}) )?(?:(?P<up>{BIGGER})|(?P<down>{SMALLER}))")
_TIMES = re.compile(
    rf"(?:to |by )?(?P<times>{'|'.join(TIMES)})(?: (?:as|the|its|their) (?:\w+ )?"
    r"(?:big|large|tall|small|size|wide|long)| (?:bigger|larger))?"
)
_PERCENT = re.compile(r"(?:by |to )?(\d{1,3}) ?(?:%|percent|per cent)(?: (\w+))?")
_WEATHER = {
    "rain": "rain",
    "rainy": "rain",
    "raining": "rain",
    "stormy": "rain",
    "snow": "snow",
    "snowy": "snow",
    "snowing": "snow",
    "winter": "snow",
    "wintry": "snow",
    "starry": "stars",
}
_DAY = frozenset("day daytime daylight noon midday afternoon morning sunny light bright".split())
_PLAIN = frozenset("natural original normal uncoloured uncolored".split())


def quality(words: str, which: Which) -> list[Change] | None:
    """The change that makes `which` what `words` say; None when they say no quality."""
    said = fold(words.replace("%", " percent"))
    for reader in (_colour, _size, _pose):
        if (change := reader(said, which)) is not None:
            return [change]
    return None


def scene_quality(words: str) -> list[Change] | None:
    """Hours, weathers, styles: what can be said of the whole picture."""
    parts = [p for p in re.split(r",? (?:and|with|in the|in) |, ?", f" {words} ".strip()) if p]
    found = [_one_quality(part) for part in parts]
    if len(parts) > 1 and all(found):
        return [change for changes in found if changes for change in changes]
    return _one_quality(words)


def _one_quality(words: str) -> list[Change] | None:
    said = re.sub(
        r"^(?:it is |it's |the |a |an |in |at |during |into |to |with |like |as |of )+",
        "",
        fold(words),
    )
    said = re.sub(r"^(?:falling |heavy |some |more |lots of )+", "", said)
    said = re.sub(
        r"(?: outside| in the sky| weather| scene| picture| time| now| instead| falling"
        r"| everywhere)+$",
        "",
        said,
    )
    if (style := _style(said)) is not None:
        return [Restyle(style=style)]
    hour = lexicon().times.get(said)
    if said in ("dark", "night sky") or hour == "night":
        starry = "starry" in said
        return [Light(night=True), *([Weather(weather="stars")] if starry else [])]
    if hour in HOURS and said != "morning":
        return [Light(night=False), ChangeBackdrop(colours=HOURS[hour])]
    if hour == "day" or said in _DAY:
        return [Light(night=False)]
    weather = lexicon().weathers.get(said) or _WEATHER.get(said)
    if said in ("stars", "a starry sky", "starry sky"):
        weather = "stars"
    if weather is not None:
        return [Weather(weather=weather)]
    if said in ("clear", "dry", "no weather"):
        return [Weather(weather=None)]
    return None


def _style(said: str) -> str | None:
    styles = lexicon().styles
    bare = re.sub(r"^(?:style of |style |look of )", "", said)
    for form in (said, bare, f"{bare} style", bare.removesuffix(" style"), f"an {bare}"):
        if form in styles:
            return styles[form]
    return "sticker" if bare.removesuffix("s") == "sticker" else None


def colour_words(words: str) -> str | None:
    """The lexicon's colour, perhaps with a shade, that `words` are and nothing else."""
    said = re.sub(r"^(?:in |a |an |the |colou?r |to |all |completely |entirely )+", "", fold(words))
    said = re.sub(r"(?: in colou?r| colou?r| coloured| colored| instead| now)+$", "", said)
    known = lexicon()
    if said in known.colours:
        return said
    shade, _, plain = said.partition(" ")
    return said if shade in known.shades and plain in known.colours else None


def _colour(said: str, which: Which) -> Change | None:
    if said.removesuffix(" colour").removesuffix(" color") in _PLAIN:
        return Recolour(which=which, colour=None)
    found = colour_words(said)
    return None if found is None else Recolour(which=which, colour=colour_of(found)[0])


def _size(said: str, which: Which) -> Change | None:
    factor = factor_of(said)
    return None if factor is None else Resize(which=which, factor=factor)


def factor_of(said: str) -> float | None:
    """How many times as large: "bigger", "a bit smaller", "twice as big", "huge", "by 50%"."""
    if match := _COMPARED.fullmatch(said):
        amount = AMOUNTS[match["amount"] or ""]
        return 1 + STEP_UP * amount if match["up"] else max(0.3, 1 - STEP_DOWN * amount)
    if match := re.fullmatch(rf"({BIGGER}|{SMALLER}) (?:by )?(.+)", said):
        return factor_of(f"{match[2]} {match[1]}") or factor_of(match[2])
    if match := _PERCENT.fullmatch(said):
        share = int(match[1]) / 100
        word = match[2] or ""
        if re.fullmatch(SMALLER, word):
            return max(0.1, 1 - share)
        return 1 + share if re.fullmatch(BIGGER, word) else share or None
    if match := _TIMES.fullmatch(said):
        return TIMES[match["times"]]
    bare = said.removeprefix("very ").removeprefix("really ")
    return GROWN.get(lexicon().sizes.get(said) or lexicon().sizes.get(bare) or "")


def _pose(said: str, which: Which) -> Change | None:
    if said in ("upside down", "on its head", "over"):
        return Turn(which=which, degrees=180.0)
    if re.fullmatch(
        r"(?:face |look |facing |looking )?(?:(?:in |to )?the )?(?:other|opposite) "
        r"(?:way|direction|side)|around|round|mirrored|flipped",
        said,
    ):
        return Flip(which=which)
    return None
