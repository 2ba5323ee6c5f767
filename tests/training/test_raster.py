import numpy as np

from sfumato.training.raster import AssetTensor, held_out
from tests.training.toy import assets


def _tensor(pairs: list[tuple[str, str]]) -> AssetTensor:
    titles, styles = zip(*pairs, strict=True)
    pixels = np.zeros((len(pairs), 64, 64, 4), np.uint8)
    return AssetTensor(pixels=pixels, titles=titles, styles=styles, sources=("toy",) * len(pairs))


def test_about_one_pair_in_twelve_is_held_out() -> None:
    share = np.mean([held_out(f"thing {i}", "flat") for i in range(2000)])
    assert 0.06 < share < 0.11


def test_a_pair_is_held_out_only_while_the_thing_has_another_style() -> None:
    title = next(f"thing {i}" for i in range(100) if held_out(f"thing {i}", "flat"))
    other = next(style for style in "abcdef" if not held_out(title, style))
    assert _tensor([(title, "flat"), (title, other)]).held_out.tolist() == [True, False]
    assert _tensor([(title, "flat")]).held_out.tolist() == [False]


def test_rows_are_taken_with_their_words() -> None:
    toys = assets()
    rows = np.arange(len(toys.titles)) % 2 == 0
    some = toys.only(rows)
    assert some.titles == toys.titles[::2]
    assert some.styles == toys.styles[::2]
    assert (some.pixels == toys.pixels[::2]).all()
