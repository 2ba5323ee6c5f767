from dataclasses import replace

import pytest

from sfumato.errors import InvalidRequest
from sfumato.native.scene import Backdrop, Lettering, Scene, Thing, scene_from_json

FULL = Scene(
    backdrop=Backdrop(kind="meadow", colours=("#102030",), night=True, weather="rain", orb=False),
    things=(Thing(concept="fox", asset="set/fox", colour="red", x=0.2, flip=True, shadow=True),),
    lettering=(Lettering(text="HI", holder="sign", font="serif"),),
    style="noto",
    transparent=True,
    sticker=True,
)


def test_nothing_of_a_scene_is_lost_in_a_recipe() -> None:
    assert scene_from_json(FULL.to_json()) == FULL
    assert scene_from_json(Scene().to_json()) == Scene()
    assert replace(FULL, sticker=False) != FULL


def test_an_unknown_part_is_refused_and_named() -> None:
    with pytest.raises(InvalidRequest, match="glitter"):
        scene_from_json({**FULL.to_json(), "glitter": 1})


@pytest.mark.parametrize(
    "thing",
    [
        {"concept": "cat", "colour": ["red"]},
        {"concept": "cat", "x": 10**400},
        {"concept": 5},
        {"concept": "cat", "asset": ["noto/cat"]},
    ],
)
def test_a_thing_of_a_wrong_type_is_refused_and_does_not_crash(thing: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        scene_from_json({"things": [thing]})
