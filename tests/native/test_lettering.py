from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sfumato.errors import ImageUserError, SnapshotDamaged
from sfumato.native.draft import draft, footprint, layers
from sfumato.native.fonts import Fonts
from sfumato.native.lettering import fit, keep_letters
from sfumato.native.scene import HOLDERS, Lettering, Scene
from tests.native.drawings import Drawings, box_fonts

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,.!'"


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Fonts:
    return Fonts.open(box_fonts(tmp_path_factory.mktemp("fonts"), LETTERS))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=st.lists(
        st.text(LETTERS.replace(" ", ""), min_size=1, max_size=18), min_size=1, max_size=20
    ),
    holder=st.sampled_from(HOLDERS),
    size=st.sampled_from(((200, 200), (300, 100), (100, 300))),
    x=st.floats(0.2, 0.8),
    y=st.floats(0.2, 0.8),
)
def test_words_and_their_holder_stay_on_the_canvas(
    fonts: Fonts, words: list[str], holder: str, size: tuple[int, int], x: float, y: float
) -> None:
    lettering = Lettering(text=" ".join(words), holder=holder, x=x, y=y, size=0.4)
    frame = fit(lettering, *size, fonts).frame
    assert frame.left >= 0 and frame.left + frame.across <= size[0]
    assert frame.top >= 0 and frame.top + frame.down <= size[1]


@given(st.lists(st.text("abcXYZ", min_size=1, max_size=9), min_size=1, max_size=12))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_wrapping_keeps_every_word_in_order(fonts: Fonts, words: list[str]) -> None:
    block = fit(Lettering(text=" ".join(words), size=0.3), 300, 200, fonts)
    assert " ".join(block.lines).split() == words


def test_ink_appears_where_the_words_stand(fonts: Fonts) -> None:
    lettering = Lettering(text="Hello", x=0.3, y=0.7, size=0.2, width=0.5, colour="#c2255c")
    scene = Scene(lettering=(lettering,), transparent=True)
    layer = next(iter(layers(scene, Drawings(), 200, 200, fonts)))
    rows, columns = np.nonzero(footprint(layer, 200, 200) > 127)
    assert abs(columns.mean() - 60) < 4
    assert abs(rows.mean() - 140) < 8


def test_longer_words_are_written_smaller(fonts: Fonts) -> None:
    short, long = (
        fit(Lettering(text=text, size=0.3), 200, 200, fonts).em for text in ("Hi", "Hippopotamuses")
    )
    assert long < short


def test_more_lines_are_used_where_they_make_words_larger(fonts: Fonts) -> None:
    block = fit(Lettering(text="happy birthday dear Ada", size=0.4), 200, 200, fonts)
    assert len(block.lines) > 1


def test_what_no_font_can_write_is_refused_by_name(fonts: Fonts) -> None:
    scene = Scene(lettering=(Lettering(text="Hi \u5b57"),))
    with pytest.raises(ImageUserError, match="\u5b57") as refused:
        draft(scene, Drawings(), 64, 64, fonts)
    assert refused.value.param == "prompt"


def test_without_fonts_words_are_refused() -> None:
    with pytest.raises(ImageUserError):
        draft(Scene(lettering=(Lettering(text="Hi"),)), Drawings(), 64, 64)


def test_markup_in_words_is_only_words(fonts: Fonts, tmp_path: Path) -> None:
    more = Fonts.open(box_fonts(tmp_path, LETTERS + '<>/"&;='))
    scene = Scene(lettering=(Lettering(text='</text><image href="x"/>&lt;'),), transparent=True)
    assert draft(scene, Drawings(), 200, 100, more).any()


def test_a_damaged_pack_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "fonts.zip").write_bytes(b"no zip")
    with pytest.raises(SnapshotDamaged):
        Fonts.open(tmp_path / "fonts.zip")


def test_more_words_than_can_be_read_are_refused(fonts: Fonts) -> None:
    with pytest.raises(ImageUserError, match="500"):
        fit(Lettering(text="word " * 101), 200, 200, fonts)


def test_painting_never_damages_letters(fonts: Fonts) -> None:
    lettering = Lettering(text="Hello", x=0.3, size=0.2, width=0.4, holder="sign")
    scene = Scene(lettering=(lettering,))
    drafted = draft(scene, Drawings(), 180, 80, fonts)
    layer = list(layers(scene, Drawings(), 180, 80, fonts))[-1]
    covered = footprint(layer, 180, 80) == 255
    painted = np.full_like(drafted, 255) - drafted // 2
    kept = keep_letters(painted, drafted, scene.lettering, fonts)
    assert covered.any() and (kept[covered] == drafted[covered]).all()
    assert (kept[:, 140:] == painted[:, 140:]).all()


def test_a_picture_without_words_is_left_as_painted(fonts: Fonts) -> None:
    painted = np.zeros((4, 4, 4), np.uint8)
    assert keep_letters(painted, painted + 9, (), fonts) is painted


def test_kept_words_bring_no_haze_to_a_clear_ground(fonts: Fonts) -> None:
    scene = Scene(lettering=(Lettering(text="Hi", size=0.4),), transparent=True)
    drafted = draft(scene, Drawings(), 100, 60, fonts)
    kept = keep_letters(np.zeros_like(drafted), drafted, scene.lettering, fonts)
    assert (kept[..., 3] == drafted[..., 3]).mean() > 0.97 and kept[0, 0, 3] == 0
