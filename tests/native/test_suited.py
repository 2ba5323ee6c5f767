from sfumato.native.reading import Mention, Reading, Relation
from sfumato.native.suited import suited


class Names:
    """A shelf of names without drawings."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def svg(self, asset_id: str, /) -> str:
        raise KeyError(asset_id)

    def __contains__(self, asset_id: object, /) -> bool:
        return asset_id in self._names


def asked(kind: str, one: str, other: str, **looks: str) -> Reading:
    mentions = (
        Mention(concept=one.replace("-", " "), asset=f"set/{one}"),
        Mention(concept=other.replace("-", " "), asset=f"set/{other}", **looks),  # type: ignore[arg-type]  # words only
    )
    return Reading(mentions=mentions, relations=(Relation(subject=0, kind=kind, object=1),))


def test_who_reads_holds_an_open_book_of_the_same_set() -> None:
    got = suited(asked("reading", "fox", "closed-book"), Names("set/open-book"))
    assert got.reading.mentions[1].asset == "set/open-book"


def test_a_book_stays_closed_when_it_is_not_read_or_no_open_one_is_there() -> None:
    for kind, names in (("holding", Names("set/open-book")), ("reading", Names())):
        reading = asked(kind, "fox", "closed-book")
        assert suited(reading, names).reading == reading


def test_a_snowman_who_gets_a_hat_takes_his_own_one_off() -> None:
    got = suited(asked("wearing", "snowman", "top-hat"), Names("sfumato/bare-snowman"))
    assert got.reading.mentions[0].asset == "sfumato/bare-snowman"
    assert got.shown == frozenset()


def test_a_cook_wears_a_hat_already_but_no_red_one() -> None:
    assert suited(asked("wearing", "cook", "hat"), Names()).shown == {1}
    assert suited(asked("wearing", "cook", "hat", colour="red"), Names()).shown == frozenset()


def test_a_fish_swims_in_a_bowl_of_glass() -> None:
    got = suited(asked("in", "fish", "bowl"), Names("sfumato/fish-bowl"))
    assert got.reading.mentions[1].asset == "sfumato/fish-bowl"
    assert suited(asked("in", "cherries", "bowl"), Names("sfumato/fish-bowl")).reading.mentions[
        1
    ].asset == ("set/bowl")
