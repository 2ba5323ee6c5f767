import pytest

from sfumato.errors import ImageUserError
from sfumato.native.avoid import avoid
from sfumato.native.backdrop import backdrop_svg
from sfumato.native.reading import Mention, Reading, Relation, Words
from sfumato.native.scene import Backdrop, Scene, scene_from_json

CAT = Mention(concept="cat", asset="a/cat", words="a cat")
DOG = Mention(concept="dog", asset="a/dog", words="a dog")
RED_CAR = Mention(concept="automobile", asset="a/car", words="a red car")  # red of its own
BLUE_CAR = Mention(concept="automobile", asset="a/car", colour="blue", words="a blue car")
PLACE = Reading(
    mentions=(CAT, DOG, BLUE_CAR),
    relations=(
        Relation(subject=0, kind="left of", object=1),
        Relation(subject=2, kind="behind", object=0),
    ),
    words=(Words(text="Hi"),),
    backdrop="meadow",
    night=True,
    weather="rain",
)


def test_an_unwanted_thing_goes_with_its_relations() -> None:
    found = avoid(PLACE, Reading(mentions=(DOG,)), "dog")
    assert found.reading.mentions == (CAT, BLUE_CAR)
    assert found.reading.relations == (Relation(subject=1, kind="behind", object=0),)
    assert found.dropped == ("dog",)


@pytest.mark.parametrize(
    ("unwanted", "left"),
    [
        (RED_CAR, (BLUE_CAR,)),
        (BLUE_CAR, (RED_CAR,)),
        (Mention(concept="automobile", asset=None), ()),
    ],
)
def test_a_colour_says_which_one_is_meant(unwanted: Mention, left: tuple[Mention, ...]) -> None:
    reading = Reading(mentions=(CAT, RED_CAR, BLUE_CAR))
    assert avoid(reading, Reading(mentions=(unwanted,)), "").reading.mentions == (CAT, *left)


def test_place_light_and_weather_can_be_unwanted() -> None:
    found = avoid(PLACE, Reading(backdrop="meadow", night=True, weather="rain"), "")
    assert (found.reading.backdrop, found.reading.night, found.reading.weather) == (
        None,
        False,
        None,
    )
    assert found.dropped == ("meadow backdrop", "night", "rain")


def test_other_places_are_no_reason_to_move() -> None:
    unwanted = Reading(backdrop="sea", weather="snow")
    assert avoid(PLACE, unwanted, "the sea").reading == PLACE


@pytest.mark.parametrize("words", ["text", "no Letters", "watermark, words"])
def test_lettering_can_be_unwanted(words: str) -> None:
    found = avoid(PLACE, Reading(unmatched=("watermark", "text")), words)
    assert found.reading.words == ()
    assert found.unread == ("watermark",)


def test_a_negative_prompt_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(ImageUserError, match="takes away all") as refused:
        avoid(Reading(mentions=(CAT,)), Reading(mentions=(CAT,)), "cat")
    assert refused.value.param == "negative_prompt"


def test_what_a_backdrop_brings_along_can_be_unwanted() -> None:
    trees = Mention(concept="deciduous tree", asset="a/tree", count=3, words="trees")
    sun = Mention(concept="sun", asset="a/sun", words="the sun")
    found = avoid(PLACE, Reading(mentions=(trees, sun)), "trees, the sun")
    scene = found.bare(Scene(backdrop=Backdrop(kind="snow")))
    assert (scene.backdrop.without, scene.backdrop.orb) == (("trees",), False)
    assert scene_from_json(scene.to_json()) == scene
    bare, full = (backdrop_svg(b, 640, 480) for b in (scene.backdrop, Backdrop(kind="snow")))
    assert len(bare) < len(full)
