"""An instruction and the Scene it is about → typed changes, and the Scene after them.

Nouns are read by the planner, targets by `which`; this file knows the commands between them. What
is not understood, or names something that the scene lacks, is reported, never guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sfumato.native.editing.apply import apply_one
from sfumato.native.editing.changes import Change, Which
from sfumato.native.editing.commands import readable
from sfumato.native.editing.grammar import RULES
from sfumato.native.editing.hearing import Hearing
from sfumato.native.editing.saying import described
from sfumato.native.editing.stage import Stage
from sfumato.native.editing.which import Pointer
from sfumato.native.quoted import take_quotes
from sfumato.native.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What was understood: changes in order, and the scene after all of them.

    `said` tells each change in words; `matched` are the commands that were followed, `unmatched`
    what could not be honoured.
    """

    changes: tuple[Change, ...]
    scene: Scene
    said: tuple[str, ...]
    matched: tuple[str, ...]
    unmatched: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether it says that nothing is to change: "keep everything as it is"."""
        return bool(self.matched) and not self.changes and not self.unmatched


def understand(text: str, scene: Scene, stage: Stage, focus: Which = ()) -> Instruction:
    """Read an instruction command by command, each on the scene that the ones before it left.

    `focus` is what "it" means at first, the main thing if nothing is in focus.
    """
    marked, quotes = take_quotes(text)
    reader = _Reader(stage=stage, quotes=quotes, scene=scene, focus=focus)
    read, left = readable(marked)
    for command in read:
        reader.follow(command)
    for command in left:
        reader.leave(command)
    return Instruction(
        changes=tuple(reader.changes),
        scene=reader.scene,
        said=tuple(reader.said),
        matched=tuple(reader.matched),
        unmatched=tuple(dict.fromkeys(reader.unmatched)),
    )


@dataclass(slots=True, kw_only=True)
class _Reader:
    stage: Stage
    quotes: Sequence[str]
    scene: Scene
    focus: Which = ()
    changes: list[Change] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    matched: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)

    def follow(self, command: str) -> None:
        hearing = Hearing(
            pointer=Pointer(scene=self.scene, stage=self.stage, focus=self.focus),
            quotes=self.quotes,
        )
        found = _first(command, hearing)
        shown = hearing.shown(command)
        if found is None:
            self.unmatched += hearing.missing or [shown]
            return
        self.unmatched += hearing.missing
        self.matched.append(shown)
        for change in found:
            self._do(change)

    def leave(self, command: str) -> None:
        hearing = Hearing(pointer=Pointer(scene=self.scene, stage=self.stage), quotes=self.quotes)
        self.unmatched.append(hearing.shown(command))

    def _do(self, change: Change) -> None:
        self.said.append(described(change, self.scene))
        self.scene, focus = apply_one(change, self.scene, self.stage)
        self.focus = focus
        self.changes.append(change)


def _first(command: str, hearing: Hearing) -> list[Change] | None:
    """The changes by the first rule that makes sense of the command."""
    for rule in RULES:
        heard = replace(hearing, missing=[])
        match = rule.pattern.fullmatch(command)
        found = rule.read(match, heard) if match else None
        if found is not None:
            hearing.missing[:] = heard.missing
            return found
        if heard.missing and not hearing.missing:
            hearing.missing[:] = heard.missing
    return None
