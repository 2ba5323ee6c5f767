import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfumato.native.layout import compose
from sfumato.native.raster import outline
from sfumato.native.reading import RELATIONS, Mention, Reading, Relation, Words
from sfumato.native.scene import BACKGROUNDS, Scene, Thing, scene_from_json
from sfumato.native.svg import sanitise
from tests.native.drawings import Drawings

SIZES = st.sampled_from(
    (
        (1024, 1024),
        (1536, 1024),
        (1024, 1536),
        (3072, 1024),
        (1024, 3072),
        (816, 2048),
        (3840, 2160),
    )
)
SEEDS = st.integers(0, 2**32 - 1)
ASSETS = st.sampled_from(("set/ball", "set/post", "set/bar", "set/cat"))
PLACES = st.sampled_from((None, *BACKGROUNDS))
WORD_SIZES = st.sampled_from(("tiny", "small", "normal", "large", "huge"))

Box = tuple[float, float, float, float]


def box(thing: Thing, size: tuple[int, int]) -> Box:
    """Left, top, right and bottom of a thing's ink in pixels."""
    assert thing.asset is not None
    ink = outline(sanitise(Drawings().svg(thing.asset)))
    scale = thing.size * min(size) / ink.longest
    x, y = thing.x * size[0], thing.y * size[1]
    half = (ink.width * scale / 2, ink.height * scale / 2)
    return x - half[0], y - half[1], x + half[0], y + half[1]


def pair(kind: str, one: str, other: str, place: str | None, sizes: tuple[str, str]) -> Reading:
    return Reading(
        mentions=(
            Mention(concept="gizmo", asset=one, size=sizes[0]),
            Mention(concept="widget", asset=other, size=sizes[1]),
        ),
        relations=(Relation(subject=0, kind=kind, object=1),),
        backdrop=place,
    )


def made(reading: Reading, size: tuple[int, int], seed: int, *, transparent: bool = False) -> Scene:
    return compose(
        reading, Drawings(), width=size[0], height=size[1], transparent=transparent, seed=seed
    )


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(("left of", "right of", "above", "below", "next to")),
    assets=st.tuples(ASSETS, ASSETS),
    place=PLACES,
    sizes=st.tuples(WORD_SIZES, WORD_SIZES),
    size=SIZES,
    seed=SEEDS,
)
def test_relations_of_place_hold_on_every_canvas(
    kind: str,
    assets: tuple[str, str],
    place: str | None,
    sizes: tuple[str, str],
    size: tuple[int, int],
    seed: int,
) -> None:
    scene = made(pair(kind, *assets, place, sizes), size, seed)
    one = box(next(t for t in scene.things if t.concept == "gizmo"), size)
    other = box(next(t for t in scene.things if t.concept == "widget"), size)
    slack = 0.001 * max(size)
    holds = {
        "left of": one[2] < other[0] + slack,
        "right of": one[0] > other[2] - slack,
        "above": one[3] < other[1] + slack,
        "below": one[1] > other[3] - slack,
        "next to": one[2] < other[0] + slack or one[0] > other[2] - slack,
    }
    assert holds[kind]


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(RELATIONS),
    assets=st.tuples(ASSETS, ASSETS),
    size=SIZES,
    seed=SEEDS,
    place=PLACES,
    words=st.booleans(),
)
def test_everything_stays_on_the_canvas(
    kind: str,
    assets: tuple[str, str],
    size: tuple[int, int],
    seed: int,
    place: str | None,
    words: bool,
) -> None:
    reading = pair(kind, *assets, place, ("normal", "normal"))
    text = (Words(text="Hello", holder="sign"),) if words else ()
    reading = Reading(
        mentions=reading.mentions, relations=reading.relations, words=text, backdrop=place
    )
    for thing in made(reading, size, seed).things:
        left, top, right, bottom = box(thing, size)
        assert left >= -1 and top >= -1
        assert right <= size[0] + 1 and bottom <= size[1] + 1


@settings(max_examples=120, deadline=None)
@given(
    count=st.integers(1, 12),
    asset=ASSETS,
    place=PLACES,
    size=SIZES,
    seed=SEEDS,
    concept=st.sampled_from(("gizmo", "star", "apple", "butterfly")),
)
def test_every_one_of_a_count_can_be_seen(
    count: int, asset: str, place: str | None, size: tuple[int, int], seed: int, concept: str
) -> None:
    reading = Reading(
        mentions=(Mention(concept=concept, asset=asset, count=count),), backdrop=place
    )
    scene = made(reading, size, seed)
    boxes = [box(t, size) for t in scene.things]
    assert len(boxes) == count
    for i, behind in enumerate(boxes):
        area = (behind[2] - behind[0]) * (behind[3] - behind[1])
        hidden = sum(_overlap(behind, front) for front in boxes[i + 1 :])
        assert hidden < 0.4 * area


@pytest.mark.parametrize("size", [(1024, 1024), (1536, 1024), (1024, 1536)])
@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("place", [None, "meadow", "snow"])
@pytest.mark.parametrize("asset", ["set/ball", "set/post", "set/cat"])
def test_up_to_four_stand_apart(
    asset: str, place: str | None, count: int, size: tuple[int, int]
) -> None:
    reading = Reading(
        mentions=(Mention(concept="gizmo", asset=asset, count=count),), backdrop=place
    )
    boxes = [box(t, size) for t in made(reading, size, 4).things]
    for i, one in enumerate(boxes):
        area = (one[2] - one[0]) * (one[3] - one[1])
        assert sum(_overlap(one, other) for other in boxes[i + 1 :]) < 0.1 * area
    assert min(max(b[2] - b[0], b[3] - b[1]) for b in boxes) > 0.16 * min(size)


@pytest.mark.parametrize("kind", ["left of", "right of", "above", "below"])
@pytest.mark.parametrize("concepts", [("ant", "elephant"), ("castle", "ring"), ("cat", "dog")])
@pytest.mark.parametrize("size", [(1024, 1024), (1536, 1024), (1024, 1536)])
def test_two_that_stand_to_each_other_are_both_large_and_their_middles_tell_how(
    kind: str, concepts: tuple[str, str], size: tuple[int, int]
) -> None:
    mentions = tuple(Mention(concept=c, asset="set/cat") for c in concepts)
    reading = Reading(mentions=mentions, relations=(Relation(subject=0, kind=kind, object=1),))
    things = {t.concept: t for t in made(reading, size, 11).things}
    one, other = (things[c] for c in concepts)
    assert min(one.size, other.size) > 0.33
    across = (one.x - other.x) * size[0] / min(size)
    down = (one.y - other.y) * size[1] / min(size)
    far, near = (across, down) if "of" in kind else (down, across)
    assert far * (-1 if kind in ("left of", "above") else 1) > 0.3 > abs(near)


def test_an_owl_stands_on_the_bough_and_not_on_the_air_above_it() -> None:
    size = (1024, 1024)
    scene = made(pair("on", "set/cat", "set/bough", None, ("normal", "normal")), size, 5)
    owl, bough = (
        box(next(t for t in scene.things if t.concept == c), size) for c in ("gizmo", "widget")
    )
    bark = bough[1] + 0.75 * (bough[3] - bough[1])  # the leaf at its end reaches up to the top
    assert abs(owl[3] - bark) < 0.1 * (bough[3] - bough[1])


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, tall)


def test_on_means_that_feet_touch_the_top() -> None:
    size = (1024, 1024)
    scene = made(pair("on", "set/cat", "set/bar", "meadow", ("normal", "normal")), size, 5)
    cat, bar = (
        box(next(t for t in scene.things if t.concept == c), size) for c in ("gizmo", "widget")
    )
    assert bar[1] <= cat[3] <= bar[3]
    assert bar[0] < (cat[0] + cat[2]) / 2 < bar[2]


def test_in_front_of_is_drawn_later_and_behind_is_drawn_earlier() -> None:
    for kind, order in (("in front of", ["widget", "gizmo"]), ("behind", ["gizmo", "widget"])):
        scene = made(pair(kind, "set/cat", "set/ball", None, ("normal", "normal")), (1024, 1024), 1)
        assert [t.concept for t in scene.things] == order


@given(seed=SEEDS, size=SIZES)
@settings(max_examples=20, deadline=None)
def test_the_same_seed_gives_the_same_scene(seed: int, size: tuple[int, int]) -> None:
    reading = pair("riding", "set/cat", "set/bar", "road", ("normal", "normal"))
    assert made(reading, size, seed) == made(reading, size, seed)


def test_another_seed_gives_another_scene() -> None:
    reading = pair("next to", "set/cat", "set/bar", "meadow", ("normal", "normal"))
    assert len({made(reading, (1024, 1024), seed).backdrop.variant for seed in range(8)}) == 8


def test_a_transparent_scene_casts_no_shadow() -> None:
    reading = pair("next to", "set/cat", "set/ball", None, ("normal", "normal"))
    scene = made(reading, (1024, 1024), 3, transparent=True)
    assert scene.transparent
    assert not any(t.shadow for t in scene.things)


def test_a_sticker_is_outlined() -> None:
    reading = Reading(
        mentions=(Mention(concept="gizmo", asset="set/cat"),),
        transparent=True,
        matched=("sticker",),
    )
    assert made(reading, (1024, 1024), 3).sticker


def test_watering_lets_drops_fall() -> None:
    reading = pair("watering", "set/cat", "set/post", "meadow", ("normal", "normal"))
    scene = made(reading, (1024, 1024), 3)
    assert sum(t.concept == "water drop" for t in scene.things) >= 3


@pytest.mark.parametrize("place", [None, *BACKGROUNDS])
def test_a_composed_scene_survives_its_recipe(place: str | None) -> None:
    reading = Reading(
        mentions=(Mention(concept="moon", asset="set/ball", count=2, colour="blue"),),
        words=(Words(text="Hi", holder="card"), Words(text="you", holder="bubble")),
        backdrop=place,
        backdrop_colours=("blue",),
        night=True,
    )
    scene = made(reading, (1024, 1024), 9)
    assert scene_from_json(scene.to_json()) == scene


def test_a_thing_that_memory_lacks_takes_no_room() -> None:
    with_it = Reading(
        mentions=(
            Mention(concept="gizmo", asset="set/cat"),
            Mention(concept="flibbertigibbet", asset=None),
        )
    )
    assert [t.concept for t in made(with_it, (1024, 1024), 2).things] == ["gizmo"]
