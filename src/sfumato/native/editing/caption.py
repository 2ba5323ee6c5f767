"""A Scene in words, as captions of training are: what the denoiser is told to paint.

Knows nothing about pixels.
"""

from collections.abc import Mapping

from sfumato.native.scene import Scene

PLACES: Mapping[str, str] = {
    "sky": "in the sky",
    "meadow": "on a meadow",
    "forest": "in a forest",
    "mountains": "in the mountains",
    "sea": "on the sea",
    "beach": "on a beach",
    "underwater": "under water",
    "desert": "in a desert",
    "snow": "in the snow",
    "city": "in a city",
    "road": "on a road",
    "room": "in a room",
    "table": "on a table",
    "space": "in space",
}
NUMBERS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def caption(scene: Scene) -> str:
    """Things with number and colour, words, place, hour and weather."""
    nouns = [f"{t.colour} {t.concept}" if t.colour else t.concept for t in scene.things]
    told = [_counted(noun, nouns.count(noun)) for noun in dict.fromkeys(nouns)]
    told += [f'the words "{words.text}"' for words in scene.lettering]
    said = " and ".join(told) or "nothing"
    if scene.transparent:
        return f"{said} on a transparent background"
    back = scene.backdrop
    said = " ".join(filter(None, (said, PLACES.get(back.kind))))
    said += " at night" if back.night else ""
    return said + {"rain": " in the rain", "snow": ", it snows", "stars": ", starry sky"}.get(
        back.weather or "", ""
    )


def _counted(noun: str, count: int) -> str:
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {noun}" if count == 1 else f"{number} {noun}s"
