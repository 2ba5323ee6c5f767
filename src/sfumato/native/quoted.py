"""Words that a prompt wants written on the picture: quoted in any style, or said in plain.

Takes them out of the prompt and leaves marks in their place. Knows nothing about what carries them.
"""

import re

MARK = "\ue000"  # private use: MARK, a digit string, MARK stands for a quoted text
# A quote of more than 200 characters is prose, not lettering; the bound also bounds the work.

_QUOTES = re.compile(
    r"“([^”\n]{1,200})[”\"]|„([^“”\n]{1,200})[“”]|«\s?([^»\n]{1,200}?)\s?»|「([^」\n]{1,200})」|『([^』\n]{1,200})』"
    r"|\"([^\"\n]{1,200})\"|(?<!\w)‘([^\n]{1,200}?)’(?!\w)|(?<!\w)'([^\n]{1,200}?)'(?!\w)|`([^`\n]{1,200})`"
)
_SAID = re.compile(
    r"\b((?:[Ss]ays?|[Ss]aying|[Rr]eads|[Tt]he (?:words?|text|letters|title|caption|name|number)"
    r"|[Ll]abell?ed|[Tt]itled|[Cc]aptioned|[Ss]pelling|[Ww]ith text):?\s+)"
    r"((?:[A-Z0-9][\w'’!?&.-]*)(?:\s+[A-Z0-9&][\w'’!?&-]*)*[!?]*)"
)
_SAID_LOW = re.compile(
    r"\b((?:says?|saying|the words?)\s+)"
    r"((?!(?:the|a|an|that|it|on|in)\b)[a-z][\w'’]*"
    r"(?:\s+(?!(?:on|in|with|and|next|under|at|to)\b)[a-z][\w'’]*){0,3}[!?]*)"
)


def take_quotes(prompt: str) -> tuple[str, tuple[str, ...]]:
    """The prompt with marks instead of its lettering, and the lettering in order."""
    found: list[str] = []

    def mark(text: str) -> str:
        found.append(" ".join(text.split()))
        return f" {MARK}{len(found) - 1}{MARK} "

    def quoted(match: re.Match[str]) -> str:
        text = next(group for group in match.groups() if group)
        return mark(text) if text.strip() else match[0]

    def said(match: re.Match[str]) -> str:
        return match[1] + mark(match[2].rstrip("."))

    text = _QUOTES.sub(quoted, prompt.replace(MARK, " "))
    if not found:
        text = _SAID.sub(said, text)
    if not found:
        text = _SAID_LOW.sub(said, text)
    return text, tuple(found)
