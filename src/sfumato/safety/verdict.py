"""What a judge says about a text or a picture, in OpenAI's thirteen categories. Knows no judge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
FLAGGED_FROM = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`scores`, 0…1, of the categories that the judge looked for: those alone are in it."""

    scores: Mapping[str, float]

    @property
    def flagged(self) -> bool:
        """Whether any category is."""
        return bool(self.found())

    @property
    def categories(self) -> Mapping[str, bool]:
        """Of every category whether it is flagged: all thirteen, also what nobody looked for."""
        found = self.found()
        return {category: category in found for category in CATEGORIES}

    def found(self, threshold: float = FLAGGED_FROM) -> tuple[str, ...]:
        """The categories with at least that score, in OpenAI's order."""
        return tuple(name for name in CATEGORIES if self.scores.get(name, 0.0) >= threshold)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """For each category the highest score that any of them gave."""
    scores: dict[str, float] = {}
    for verdict in verdicts:
        for name, score in verdict.scores.items():
            scores[name] = max(score, scores.get(name, 0.0))
    return Verdict(scores=scores)
