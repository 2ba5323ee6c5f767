"""What a conversation consists of for the director: what was said, what was shown.

Knows no wire items and no pixels; a picture is an opaque id.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

By: TypeAlias = Literal["user", "director"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The whole text of one message."""

    text: str
    by: By = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture: an upload of the user's, or one drawn earlier; also one named again by its id.

    `prompt` is the revised prompt that drew it, `caption` what it shows now, `things` what stands
    in it; `width` x `height` in pixels. Each is None or empty where it is not known.
    """

    id: str
    by: By = "user"
    prompt: str | None = None
    caption: str | None = None
    things: tuple[str, ...] = ()
    width: int | None = None
    height: int | None = None


Turn: TypeAlias = Said | Shown  # oldest first; the last ones are the newest message
