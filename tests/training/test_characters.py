from sfumato.training.characters import (
    CHINESE,
    DINGBATS,
    JAPANESE,
    KANJI,
    KOREAN,
    SIMPLIFIED,
    SYLLABLES,
    SYMBOLS,
    TRADITIONAL,
)


def test_the_standards_have_as_many_characters_as_they_say() -> None:
    assert [len(SIMPLIFIED), len(TRADITIONAL), len(SYLLABLES)] == [3755, 5401, 2350]
    assert len(KANJI) == 2965 + 12


def test_everyday_sentences_are_covered() -> None:
    said = {
        "日本へようこそ。東京タワー、カフェ": JAPANESE,
        "欢迎光临！小心地滑，歡迎光臨": CHINESE,
        "환영합니다! 생일 축하해요": KOREAN,
    }
    for text, kept in said.items():
        assert not {c for c in text if ord(c) not in kept}


def test_signs_carry_no_letters_so_that_they_never_replace_a_face() -> None:
    assert not any(chr(point).isalpha() for point in (SYMBOLS | DINGBATS) - {0x2126, 0x3A9, 0x3C0})
