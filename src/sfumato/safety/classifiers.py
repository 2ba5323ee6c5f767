"""Classifiers beside the word list, plugged in by name: for texts, and for pictures.

A plug-in is a class without arguments, named as `module:Class`; it is built once, in the light
worker. Knows nothing about what is done with a verdict.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from sfumato.core import Pixels
from sfumato.errors import ServerError
from sfumato.safety.moderation import Level, Stage, blocked
from sfumato.safety.verdict import FLAGGED_FROM, Verdict

NONE = "none"
BUILT_IN: Mapping[str, str] = {"nudenet": "sfumato.safety.nudenet:NudeNet"}
NEEDS: Mapping[str, str] = {"nudenet": "nudenet"}  # what the operator installs for it
REFUSES_FROM: Mapping[Level, float] = {"auto": FLAGGED_FROM, "low": 0.9}


class TextClassifier(Protocol):
    """What is in a text, in the categories that it knows."""

    def __call__(self, text: str) -> Verdict: ...


class PictureClassifier(Protocol):
    """What is in a picture, in the categories that it knows."""

    def __call__(self, pixels: Pixels) -> Verdict: ...


def check_classifier(name: str, variable: str) -> None:
    """ServerError, in words for the operator, when what `variable` names cannot be loaded."""
    if name == NONE:
        return
    module, _, attribute = BUILT_IN.get(name, name).partition(":")
    if not module or not attribute:
        known = ", ".join((NONE, *BUILT_IN))
        raise ServerError(f"{variable}={name} is not known: write {known} or module:Class.")
    needed = NEEDS.get(name, module)
    if not _is_installed(needed):
        raise ServerError(
            f"{variable}={name} needs the Python package '{needed}', which is not installed here."
            f" Install it beside Sfumato, or set {variable}={NONE}."
        )


def open_picture_classifier(name: str) -> PictureClassifier | None:
    """The classifier of that name; None for "none"."""
    return cast(PictureClassifier | None, _open(name))


def open_text_classifier(name: str) -> TextClassifier | None:
    """The classifier of that name; None for "none"."""
    return cast(TextClassifier | None, _open(name))


def refuse(verdict: Verdict, level: Level, stage: Stage) -> None:
    """ModerationBlocked when a classifier is surer than `level` bears."""
    found = verdict.found(REFUSES_FROM[level])
    if found:
        raise blocked(found, stage)


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _open(name: str) -> object | None:
    if name == NONE:
        return None
    module, _, attribute = BUILT_IN.get(name, name).partition(":")
    made: object = getattr(import_module(module), attribute)()
    return made
