import builtins
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from sfumato.core import Pixels
from sfumato.evals.ocr import Reader, Seen, in_order


def written(*lines: str) -> Pixels:
    image = Image.new("RGBA", (320, 60 * len(lines)), (255, 255, 255, 255))
    for i, line in enumerate(lines):
        pen = ImageDraw.Draw(image)
        pen.text((16, 60 * i + 10), line, (0, 0, 0), ImageFont.load_default(36))
    return np.array(image)


def test_what_is_written_is_read() -> None:
    assert Reader().read(written("Lantern", "Harbour")) == ("Lantern", "Harbour")


def test_lines_are_read_from_the_top_and_each_from_the_left() -> None:
    seen = [
        Seen(text="c", left=0, top=50, bottom=80),
        Seen(text="b", left=90, top=4, bottom=34),
        Seen(text="a", left=0, top=0, bottom=30),
    ]
    assert in_order(seen) == ("a", "b", "c")


def test_its_absence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "rapidocr":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "rapidocr", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RuntimeError, match=r"pip install rapidocr"):
        Reader()
