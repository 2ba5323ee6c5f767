"""The words to be written, what carries them, and the occasion they are written for.

Knows holders and themes. Knows nothing about word order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sfumato.native.lexicon import lexicon
from sfumato.native.memory import Memory
from sfumato.native.phrases import Phrase
from sfumato.native.reading import Mention, Words


@dataclass(slots=True)
class Inscription:
    """Lettering under construction."""

    quotes: Sequence[str]
    words: list[Words] = field(default_factory=list)
    holder: str | None = None
    themes: list[str] = field(default_factory=list)

    def write(self, number: int, *, spoken: bool) -> str:
        """Put quote `number` on the latest holder, or into the bubble of who speaks."""
        text = self.quotes[number]
        holder = self.holder or ("bubble" if spoken else "plain")
        self.words.append(Words(text=text, holder=holder))
        return text

    def hold(self, phrase: Phrase) -> None:
        """A sign, a card, a poster; it also carries words that were said just before it."""
        known = lexicon()
        self.themes += [t for t in known.themes if f" {t} " in f" {phrase.words.lower()} "]
        self.themes += [span.text for span in phrase.heads if span.kind == "theme"]
        self.holder = next(span.value for span in phrase.heads if span.kind == "holder")
        if self.words and self.words[-1].holder == "plain":
            self.words[-1] = replace(self.words[-1], holder=self.holder)

    def occasion(
        self, memory: Memory, style: str | None, *, empty: bool
    ) -> tuple[list[Mention], list[str], list[str]]:
        """What an occasion shows when the prompt names nothing else; matched and unmatched."""
        mentions: list[Mention] = []
        unmatched: list[str] = []
        themes = list(dict.fromkeys(self.themes))
        for theme in themes:
            names = lexicon().themes[theme] if empty else ()
            found = [a for a in (memory.find(n, style) for n in names) if a is not None]
            mentions += [Mention(concept=a.title, asset=a.id, words=theme) for a in found]
            if not found:
                unmatched.append(theme)
        return mentions, [t for t in themes if t not in unmatched], unmatched
