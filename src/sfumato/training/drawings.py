"""Our own drawings → assets: everyday things that no open set has in the flat style.

Knows the file they stand in. Knows nothing about memory packs.
"""

import re
import tomllib
from importlib.resources import files

from sfumato.training.assets import SourceAsset


def read_drawings() -> list[SourceAsset]:
    """Every drawing of `data/drawings.toml`, in id order."""
    text = files("sfumato.training").joinpath("data/drawings.toml").read_text("utf-8")
    found = [
        SourceAsset(
            id=f"sfumato/{re.sub('[^a-z0-9]+', '-', title)}",
            title=title,
            keywords=tuple(entry["names"]),
            emoji=entry.get("emoji"),
            category=entry.get("category", "Objects"),
            style="flat",
            source="sfumato",
            licence="Apache-2.0",
            svg='<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"'
            f' viewBox="0 0 32 32">{entry["body"]}</svg>',
        )
        for title, entry in tomllib.loads(text).items()
    ]
    return sorted(found, key=lambda asset: asset.id)
