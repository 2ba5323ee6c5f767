"""The text of a message, ready to be understood: quotes hidden, politeness gone.

Quoted text is what a picture says, never an order. Knows no pictures.
"""

import re
from dataclasses import dataclass

from sfumato.director.phrases import phrases

MARK = "\ue000"  # private use: MARK, a number, MARK stands for a quoted text
LONGEST_ORDER = 600  # characters; a longer text is a description, and only its start is read
_QUOTED = re.compile(
    r"“[^”\n]{1,200}[”\"]|„[^“”\n]{1,200}[“”]|«[^»\n]{1,200}»|「[^」\n]{1,200}」|\"[^\"\n]{1,200}\""
    r"|(?<!\w)‘[^’\n]{1,200}’(?!\w)|(?<!\w)'[^'\n]{1,200}'(?!\w)|`[^`\n]{1,200}`"
)
_MARKED = re.compile(rf"{MARK}(\d+){MARK}")
_REST = re.compile(
    r"[\s,.;]*\b(?:(?:and|but) )?(?:please )?(?:(?:don't|do not) (?:change|touch) anything else|"
    r"(?:keep|leave) (?:everything else|all else|the rest)"
    r"(?: (?:(?:exactly )?as (?:it is|is)|the same|unchanged|alone|untouched))?|nothing else)"
    r"(?: please)?[\s.!]*$",
    re.I,
)

_DONT = re.compile(r"(?:don't|do not) [^,;.]{1,80}[,;.] *(?:but |instead |just )*(?=\w)", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`text` is the order with quotes as marks, `said` the same with its politeness.

    `asked` is what was written.
    """

    text: str
    said: str
    asked: str
    quotes: tuple[str, ...] = ()

    def shown(self, text: str) -> str:
        """`text` with its quotes as they were written."""
        return " ".join(_MARKED.sub(lambda m: self.quotes[int(m[1])], text).split())


def heard(text: str) -> Words:
    """Read a message; the work is linear in its length."""
    quotes: list[str] = []

    def hide(match: re.Match[str]) -> str:
        quotes.append(match[0])
        return f"{MARK}{len(quotes) - 1}{MARK}"

    hidden = _QUOTED.sub(hide, text.replace(MARK, " ")).replace("\u2019", "'")
    said = " ".join(hidden.split())
    return Words(text=bare(said), said=said, asked=text.strip(), quotes=tuple(quotes))


def bare(said: str) -> str:
    """Without "please", "can you" and "don't change anything else", which is kept anyway."""
    head, body = said[:LONGEST_ORDER], said[LONGEST_ORDER:]
    if match := phrases().polite.match(head):
        head = head[match.end() :]
    head = _DONT.sub("", head)
    if not body:
        head = phrases().polite_tail.sub("", _REST.sub("", head))
        return head.strip(" ,;:")
    return head + body
