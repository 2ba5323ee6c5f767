"""Our side of first_picture.py: import, load, render one picture; prints seconds as JSON."""

import json
import sys
from time import perf_counter


def main() -> None:
    start = perf_counter()
    from sfumato.core import ImageParams, Picture
    from sfumato.engines.native import NativeEngine
    from sfumato.registry.resolve import PACKAGE_SNAPSHOTS, find_snapshots

    imported = perf_counter()
    snapshots = find_snapshots([PACKAGE_SNAPSHOTS])
    engine = NativeEngine(threads=int(sys.argv[1]))
    engine.load(snapshots[max(snapshots)])
    loaded = perf_counter()
    params = ImageParams(prompt="three red apples on a blue table", quality="low", seed=1)
    *_, picture = engine.generate(params)
    rendered = perf_counter()
    if not isinstance(picture, Picture) or picture.pixels.shape != (1024, 1024, 4):
        raise SystemExit("The engine did not end with a 1024x1024 picture.")
    seconds = {
        "import": imported - start,
        "load": loaded - imported,
        "render": rendered - loaded,
        "total": rendered - start,
    }
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
