import pytest

from sfumato.api.tokens import count_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [  # counts printed in OpenAI's own token-counting guide for o200k
        ("", 0),
        ("tiktoken is great!", 6),
        ("antidisestablishmentarianism", 6),
        ("2 + 2 = 4", 7),
        ("お誕生日おめでとう", 8),
    ],
)
def test_tokens_are_those_of_openais_o200k(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


def test_a_special_token_in_a_prompt_is_ordinary_text() -> None:
    assert count_tokens("<|endoftext|>") > 1


@pytest.mark.parametrize("unit", ["a", "日", "🍎", " ", "\n", "1", "'s", "\u0300", "\x00", "ab "])
def test_the_longest_prompts_of_one_repeated_thing_are_counted(unit: str) -> None:
    tokens = count_tokens((unit * 32_000)[:32_000])
    assert 0 < tokens <= 4 * 32_000
