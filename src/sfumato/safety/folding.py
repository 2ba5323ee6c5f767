"""A prompt folded to plain words, so that disguises of a word are the word. Knows no word list."""

import re
import unicodedata

LEET = str.maketrans("034578", "oeastb")
LOOKALIKES = dict(zip("аеорсухіѕјαεοκι", "aeopcyxisjaeoki", strict=True))
SIGNS = {"@": "a", "$": "s", "!": "i", "|": "i", "€": "e"}
SIGN_IN_WORD = re.compile(
    r"[@$!|€](?=[^\W\d_])"
)  # before a letter: the ! that ends a sentence stays
SPELLED_OUT = re.compile(r"(?<![^\W_])(?!a )(?:[^\W\d_][ .*_-]){2,}[^\W\d_](?![^\W_])")
WORD = re.compile(r"[^\W_]+")
LONGEST_FOLD = 4  # letters in one character; those with more are whole phrases, none of them ours


def plain_words(prompt: str) -> str:
    """Lower-case words with one space around each; marks, zero-width and look-alikes folded."""
    text = prompt.translate({ord(c): _plain(c) for c in set(prompt)})
    text = SIGN_IN_WORD.sub(lambda match: SIGNS[match[0]], text)
    text = SPELLED_OUT.sub(lambda match: "".join(WORD.findall(match[0])), text)
    return f" {' '.join(WORD.findall(text))} "


def unleeted(words: str) -> tuple[str, ...]:
    """The readings of digits as letters in words that also hold a letter: 1 is an i or an l."""
    return tuple({" ".join(_read(word, one) for word in words.split(" ")) for one in "il"})


def _plain(character: str) -> str:
    if character.isascii():
        return character.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold())
    if len(folded) > LONGEST_FOLD:
        return " "
    return "".join(
        LOOKALIKES.get(c, c) for c in folded if unicodedata.category(c) not in ("Mn", "Cf")
    )


def _read(word: str, one: str) -> str:
    if word.isdigit() or not any(c.isdigit() for c in word):
        return word
    return word.translate(LEET).replace("1", one)
