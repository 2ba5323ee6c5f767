from sfumato.safety.folding import plain_words, unleeted


def test_a_prompt_becomes_words_with_one_space_around_each() -> None:
    assert plain_words("  A red,\tBIRD! ") == " a red bird "
    assert plain_words("") == "  "


def test_marks_widths_and_alphabets_are_folded() -> None:
    assert plain_words("\uff2e\u00fa\u200bd\u0435\u0301s \u017f\ufb01") == " nudes sfi "


def test_letters_that_are_spelled_out_are_a_word_and_articles_are_not() -> None:
    assert plain_words("a n.u-d e") == " a nude "


def test_a_digit_among_letters_is_read_as_the_letters_that_it_resembles() -> None:
    assert set(unleeted(" n4k3d 42 1t ")) == {" naked 42 it ", " naked 42 lt "}


def test_no_character_grows_into_more_than_a_few() -> None:
    everything = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    for start in range(0, len(everything), 32_000):
        block = everything[start : start + 32_000]
        assert len(plain_words(block)) <= 4 * len(block) + 2
    assert plain_words("a\ufdfab") == " a b "
