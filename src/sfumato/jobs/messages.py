"""What the server and its worker processes say to each other: one reply to each message.

Everything here travels by pickle over a private pipe between two processes of one server. Knows
nothing about how a message is carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from sfumato.core import EncodedImage, EncodedPreview, Frame, ImageParams, Picture, Preview
from sfumato.errors import SfumatoError
from sfumato.registry.snapshot import Snapshot
from sfumato.safety.classifiers import NONE
from sfumato.safety.moderation import Level
from sfumato.safety.verdict import Verdict

if TYPE_CHECKING:  # an engine worker has no use for the libraries behind it
    from sfumato.codec.check import Finding
    from sfumato.codec.credentials import Credentials
    from sfumato.codec.inspect import InputFacts

# ---- to the engine worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Have this snapshot loaded; another one that was is unloaded, and its runs are gone."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Prepare one picture under the number `run`; nothing is computed yet."""

    run: int
    params: ImageParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """Compute up to the next frame of `run` and answer with it."""

    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Drop `run`. One that is unknown or over is no error."""

    run: int


# ---- to the light worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderate:
    """Hold `prompt` against the word list; Failed with ModerationBlocked when it refuses."""

    prompt: str
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratePicture:
    """The same of the picture in the file at `path`, by the classifier of pictures."""

    path: Path
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeText:
    """Answer with the Verdict about a text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgePicture:
    """Answer with the Verdict about the picture in the file at `path`; `param` is its field."""

    path: Path
    param: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Make the file of picture `index` of n, unless the classifier refuses it at `level`."""

    picture: Picture
    params: ImageParams
    snapshot_id: str
    snapshot_digest: str
    index: int
    level: Level = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishPreview:
    """Make the file of a partial image."""

    preview: Preview
    params: ImageParams
    index: int
    partial_index: int
    level: Level = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect:
    """Look whether the file at `path` is a picture that can be edited; `param` is its field."""

    path: Path
    param: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectMask:
    """Look whether the file at `path` is a mask or markup of a picture of `size`."""

    path: Path
    kind: Literal["mask", "markup"]
    size: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckProvenance:
    """Answer with the Findings about the file at `path`; `param` is its field."""

    path: Path
    param: str


# ---- replies


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Load, Run, Cancel or Moderate was carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It raised. `error` goes to the client; `details` is a traceback, for the log alone."""

    error: SfumatoError
    details: str | None = None


Message: TypeAlias = (
    Load
    | Run
    | Next
    | Cancel
    | Moderate
    | ModeratePicture
    | JudgeText
    | JudgePicture
    | Finish
    | FinishPreview
    | Inspect
    | InspectMask
    | CheckProvenance
)
Reply: TypeAlias = (
    "Done | Failed | Frame | EncodedImage | EncodedPreview | InputFacts | Verdict"
    " | tuple[Finding, ...]"
)


# ---- the first message to a worker process: what it is for


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRole:
    """Renders. `engines` maps the engine named in a manifest to "module:class"."""

    engines: Mapping[str, str]
    threads: int
    objects: Path  # where input pictures lie, by key


@dataclass(frozen=True, slots=True, kw_only=True)
class LightRole:
    """Moderates, encodes and stamps. The classifiers are named as in the settings."""

    credentials: "Credentials"
    text_classifier: str = NONE
    picture_classifier: str = NONE


Role: TypeAlias = EngineRole | LightRole
