"""A text held against the word list: refused in one of two strengths, or judged and reported.

A word list is a coarse sieve, and this is all that it claims to be. Knows nothing about pictures,
accounts or models.
"""

from typing import Literal, TypeAlias

from sfumato.errors import ModerationBlocked
from sfumato.safety.verdict import CATEGORIES, Verdict
from sfumato.safety.word_list import applies, nearly_applies, word_list

Level: TypeAlias = Literal["auto", "low"]
Stage: TypeAlias = Literal["input", "output"]

REFUSED = {"low": ("low",), "auto": ("low", "auto")}  # the weights of rules that a level refuses
SCORES = {"low": 1.0, "auto": 0.8, "report": 0.6}
NEARLY = 0.3  # its words stand there, but innocently, wished away or too far apart


def check(prompt: str, level: Level) -> None:
    """ModerationBlocked when the word list refuses the prompt; its message names the categories."""
    found = violations(prompt, level)
    if found:
        raise blocked(found, "input")


def violations(prompt: str, level: Level) -> tuple[str, ...]:
    """The categories that `level` refuses in a prompt, sorted; empty when it may pass."""
    words = word_list()
    readings = words.read(prompt)
    rules = (rule for rule in words.rules if rule.weight in REFUSED[level])
    return tuple(sorted({rule.category for rule in rules if applies(rule, readings)}))


def judge(text: str) -> Verdict:
    """All thirteen categories. A score is the weight of the worst rule that applies, see `SCORES`.

    It is no probability. What is found in `a/b` counts for `a` too.
    """
    words = word_list()
    readings = words.read(text)
    scores = dict.fromkeys(CATEGORIES, 0.0)
    for rule in words.rules:
        if applies(rule, readings):
            score = SCORES[rule.weight]
        else:
            score = NEARLY if nearly_applies(rule, readings) else 0.0
        for name in {rule.category, rule.category.partition("/")[0]}:
            scores[name] = max(score, scores[name])
    return Verdict(scores=scores)


def blocked(categories: tuple[str, ...], stage: Stage) -> ModerationBlocked:
    """The error for a prompt or picture in which these were found."""
    return ModerationBlocked(
        f"Your request was rejected by the safety system at the {stage} stage. If you believe this"
        " is an error, tell whoever runs this server and include the request ID of this answer"
        f" (header x-request-id). safety_violations=[{', '.join(categories)}].",
        stage=stage,
        categories=categories,
    )
