"""Classifiers that are tiny and real: red in pictures, capitals in texts."""

from sfumato.core import Pixels
from sfumato.safety.verdict import Verdict


class Red:
    """Finds violence in as much of a picture as is red."""

    def __call__(self, pixels: Pixels) -> Verdict:
        red = (pixels[..., 0] > 200) & (pixels[..., 1:3] < 60).all(axis=-1)
        return Verdict(scores={"violence": float(red.mean())})


class Everything:
    """Finds violence in every picture, surely enough for the stronger check alone."""

    def __call__(self, pixels: Pixels) -> Verdict:
        return Verdict(scores={"violence": 0.7})


class Shouting:
    """Finds harassment in as much of a text as is in capitals."""

    def __call__(self, text: str) -> Verdict:
        letters = [c for c in text if c.isalpha()]
        return Verdict(
            scores={"harassment": sum(c.isupper() for c in letters) / max(1, len(letters))}
        )
