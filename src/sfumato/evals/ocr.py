"""Reading words off a picture with other people's eyes: RapidOCR (PP-OCR, Apache-2.0).

Its models lie in its package: nothing is downloaded. Knows nothing about what should be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sfumato.core import Pixels
from sfumato.native.canvas import opaque

MISSING = (
    "Lettering is measured by OCR, which is not installed: `pip install rapidocr`, or Sfumato's "
    "extra of that purpose: `pip install 'sfumato[test]'`."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One run of text and the box around it, in pixels."""

    text: str
    left: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class Reader:
    """Detects and recognises text; threads are fixed, so that equal pictures read equal."""

    def __init__(self, threads: int = 1) -> None:
        """RuntimeError says how to install the OCR when it is absent."""
        try:
            from rapidocr import RapidOCR
        except ImportError as error:
            raise RuntimeError(MISSING) from error
        self._ocr: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,  # our words are never upside down
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, picture: Pixels) -> tuple[str, ...]:
        """All runs of text in a picture, lines from top to bottom."""
        blue_first = np.ascontiguousarray(opaque(picture)[..., 2::-1])
        found = self._ocr(blue_first)
        if found.txts is None:
            return ()
        return in_order([_seen(t, box) for t, box in zip(found.txts, found.boxes, strict=True)])


def in_order(seen: Sequence[Seen]) -> tuple[str, ...]:
    """Runs of text as a person reads them: by lines, each from left to right."""
    lines: list[list[Seen]] = []
    for run in sorted(seen, key=lambda s: s.middle):
        if lines and run.middle < lines[-1][0].bottom and lines[-1][0].middle > run.top:
            lines[-1].append(run)
        else:
            lines.append([run])
    return tuple(run.text for line in lines for run in sorted(line, key=lambda s: s.left))


def _seen(text: str, box: Any) -> Seen:
    corners = np.asarray(box, dtype=np.float64)
    return Seen(
        text=text,
        left=float(corners[:, 0].min()),
        top=float(corners[:, 1].min()),
        bottom=float(corners[:, 1].max()),
    )
