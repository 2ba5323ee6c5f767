import pytest

from sfumato.native.scripts import (
    ISOLATE_END,
    ISOLATE_RTL,
    directed,
    is_shaped,
    is_western,
    pieces,
    runs_right_to_left,
)

PARAGRAPHS = (
    "Fresh bread every morning",
    "日本へようこそ、今日は良い天気ですね。",
    "欢迎光临我们的小店，祝你今天愉快",
    "ยินดีต้อนรับสู่ประเทศไทย",
    "السلام عليكم",
    "東京 2026 へ",
)


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_pieces_put_together_are_the_paragraph(paragraph: str) -> None:
    assert "".join(gap + text for text, gap in pieces(paragraph)) == paragraph


@pytest.mark.parametrize("paragraph", PARAGRAPHS[1:4])
def test_a_sentence_without_spaces_can_be_broken(paragraph: str) -> None:
    assert len(pieces(paragraph)) > 2


def test_no_line_begins_with_what_ends_a_sentence() -> None:
    firsts = {text[0] for text, _ in pieces("「はい」、そうです。本当に？ええ！")}
    assert not firsts & set("、。？！」")


def test_words_of_other_scripts_are_never_broken() -> None:
    assert [text for text, _ in pieces("Wi-Fi Straße")] == ["Wi-Fi", "Straße"]


@pytest.mark.parametrize(
    ("text", "right"),
    [("שלום Tom", True), ("Tom שלום", False), ("2026 مرحبا", True), ("!?", False)],
)
def test_the_first_letter_decides_the_direction_of_every_line(text: str, right: bool) -> None:
    assert runs_right_to_left(text) is right
    assert directed("Tom!", text) == (f"{ISOLATE_RTL}Tom!{ISOLATE_END}" if right else "Tom!")


def test_joining_scripts_are_shaped_and_others_are_not() -> None:
    assert is_shaped("नमस्ते") and is_shaped("a مرحبا")
    assert not is_shaped("日本 Ωδ Žluť")


def test_signs_among_latin_words_stay_western() -> None:
    assert is_western("I ♥ NY ★ 24/7 € №")
    assert not is_western("日本")
