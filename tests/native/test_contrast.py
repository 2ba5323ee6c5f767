import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfumato.native.contrast import ENOUGH, contrast, pair
from sfumato.native.holders import GROUNDS, colours
from sfumato.native.palette import to_rgb
from sfumato.native.scene import COLOURS, HOLDERS, Lettering


def test_the_ratios_are_those_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@given(st.integers(0, 0xFFFFFF), st.sampled_from(HOLDERS))
@settings(max_examples=60, deadline=None)
def test_every_ink_reads_on_every_holder(ink: int, holder: str) -> None:
    chosen, ground = pair(f"#{ink:06x}", GROUNDS[holder])
    assert contrast(chosen, ground) >= ENOUGH


@pytest.mark.parametrize("name", COLOURS)
@pytest.mark.parametrize("holder", HOLDERS)
def test_a_named_ink_stays_the_colour_that_was_asked(holder: str, name: str) -> None:
    asked = COLOURS[name]
    ink, _ = colours(Lettering(text="Hi", holder=holder, colour=asked))
    assert max(abs(a - b) for a, b in zip(to_rgb(ink), to_rgb(asked), strict=True)) <= 32


def test_ink_that_reads_well_is_left_alone() -> None:
    assert pair("#000000", ("#ffffff", "#000000")) == ("#000000", "#ffffff")
