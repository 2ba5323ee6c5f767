"""`ImageParams` as JSON and back: what was accepted goes on after a restart with the same seed.

Knows no tables.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sfumato.core import ImageParams, InputMask, InputPicture


def params_to_json(params: ImageParams) -> dict[str, Any]:
    """JSON-ready; equal params give equal data."""
    return asdict(params)


def params_from_json(saved: Mapping[str, Any]) -> ImageParams:
    """What `params_to_json` was given."""
    mask = saved["mask"]
    return ImageParams(
        **{
            **saved,
            "inputs": tuple(InputPicture(**picture) for picture in saved["inputs"]),
            "mask": None if mask is None else InputMask(**mask),
        }
    )
