"""Text tokens by o200k, OpenAI's public vocabulary, from the table shipped beside this file.

tiktoken would fetch the table from the network; ours is the same file (its SHA-256 is checked
against the one that tiktoken names), so counting works offline. Knows nothing about pictures.
"""

import base64
import hashlib
import lzma
from functools import cache
from pathlib import Path

import tiktoken

TABLE = Path(__file__).with_name("o200k_base.tiktoken.xz")
TABLE_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_WORD_END = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
PATTERN = "|".join(
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + _WORD_END,
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + _WORD_END,
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)


def count_tokens(text: str) -> int:
    """Number of o200k tokens of `text`; special tokens in it are ordinary text."""
    return len(_encoding().encode_ordinary(text))


def first_tokens(text: str, most: int) -> str:
    """The first `most` tokens of `text`, without a character of which one of them is a part."""
    tokens = _encoding().encode_ordinary(text)
    if len(tokens) <= most:
        return text
    return _encoding().decode(tokens[: max(0, most)]).rstrip("\N{REPLACEMENT CHARACTER}")


@cache
def _encoding() -> tiktoken.Encoding:
    table = lzma.decompress(TABLE.read_bytes())
    if hashlib.sha256(table).hexdigest() != TABLE_SHA256:
        raise ValueError(f"{TABLE.name} is not OpenAI's o200k table: its SHA-256 differs.")
    rows = (line.split() for line in table.splitlines())
    ranks = {base64.b64decode(token): int(rank) for token, rank in rows}
    encoding = tiktoken.Encoding(
        "o200k_base", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={}
    )
    ranks.clear()  # it has its own copy outside Python; this one would hold 27 MB for nothing
    return encoding
