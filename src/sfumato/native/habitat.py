"""Where things are at home: the place of a picture whose words name none.

Tables of words. Knows nothing about prompts, colours or geometry.
"""

from collections.abc import Collection, Mapping

from sfumato.native.kinds import FLOATERS, SWIMMERS, is_one_of

MOON = frozenset(("moon", "crescent"))
LANDMARKS = frozenset("mountain mountains volcano".split())
COSMIC = frozenset(
    "rocket astronaut planet saturn satellite alien saucer ufo comet meteor spaceship earth".split()
)
# Place → what is at home there, tried in this order; everything in the picture must be.
HOMES: Mapping[str, frozenset[str]] = {
    "space": COSMIC | MOON,
    "underwater": SWIMMERS | {"diver", "anchor", "shell", "seaweed"},
    "sea": SWIMMERS | FLOATERS | {"pelican", "lighthouse", "seagull", "buoy"},
    "road": frozenset(
        "car automobile bus truck lorry taxi van jeep motorcycle motorbike scooter bicycle bike"
        " ambulance engine tractor trolleybus minibus cone meter hydrant".split()
    ),
    "room": frozenset(
        "sofa couch armchair chair bed lamp television tv bookshelf wardrobe fireplace desk table"
        " clock piano refrigerator fridge oven stove bathtub shower toilet mirror door"
        " radio rug toaster washing".split()
    ),
    "table": frozenset(
        "cup mug coffee tea beverage glass milk plate bowl teapot spoon fork knife bread croissant"
        " cake pie cookie donut doughnut sandwich pizza burger hamburger egg cheese pretzel bagel"
        " apple orange tangerine lemon pear banana grapes strawberry cherries peach tomato carrot"
        " pineapple melon kiwi bottle jar vase candle laptop book pen pencil notebook scissors"
        " pancakes waffle juice wine beer sushi salad soup honey chocolate cupcake".split()
    ),
    "meadow": frozenset(
        "cow horse sheep goat pig chicken rooster hen donkey ox dog fox wolf deer rabbit hare bear"
        " squirrel hedgehog frog butterfly bee ladybug snail mouse tree evergreen oak flower tulip"
        " rose sunflower mushroom house hut cabin tent barn windmill castle church farmer scarecrow"
        " girl boy child man woman person lion elephant giraffe zebra tiger monkey panda duck"
        " bush fence knight king queen princess prince dragon unicorn sun cloud rainbow kite"
        " mountain volcano hill balloon bird owl cat bench stump gnome".split()
    ),
}


def home(concepts: Collection[str]) -> str | None:
    """The place (one of scene.BACKGROUNDS) where two kinds of things or more all belong."""
    if any(is_one_of(c, LANDMARKS) for c in concepts):
        return "meadow"
    if len(set(concepts)) < 2:
        return None
    return next(
        (place for place, words in HOMES.items() if all(_head_in(c, words) for c in concepts)),
        None,
    )


def moonlit(concepts: Collection[str]) -> bool:
    """Whether the moon is there: then it is night."""
    return any(is_one_of(c, MOON) for c in concepts)


def _head_in(concept: str, words: frozenset[str]) -> bool:
    return is_one_of(concept.split()[-1], words)
