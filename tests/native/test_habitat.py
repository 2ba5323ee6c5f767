import pytest

from sfumato.native.habitat import HOMES, home, moonlit
from sfumato.native.scene import BACKGROUNDS


@pytest.mark.parametrize(
    ("things", "place"),
    [
        (("whale", "submarine"), "underwater"),
        (("sailboat", "whale"), "sea"),
        (("couch", "television"), "room"),
        (("hot beverage", "croissant"), "table"),
        (("red apple", "banana"), "table"),
        (("cow", "horse"), "meadow"),
        (("automobile", "bus"), "road"),
        (("rocket", "ringed planet"), "space"),
        (("rocket", "cow"), None),
        (("cow",), None),
        (("mountain",), "meadow"),
    ],
)
def test_things_stand_where_all_of_them_are_at_home(
    things: tuple[str, ...], place: str | None
) -> None:
    assert home(things) == place


def test_every_home_is_a_backdrop() -> None:
    assert set(HOMES) <= set(BACKGROUNDS)


def test_the_moon_makes_it_night() -> None:
    assert moonlit(("wolf", "full moon"))
    assert not moonlit(("wolf", "sun"))
