"""Coverage-guided fuzz of everything that reads a stranger's picture.

    pip install 'sfumato[fuzz]' && python fuzz/images.py --minutes 10

Only our own refusals may come out, no input may take long, and the process may not grow. Pillow's
and our Python code guide the fuzzer; the C and Rust libraries beneath run, but do not guide it.
Knows nothing of requests and of how pictures travel in them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SLOW_SECONDS = 20  # of one input on a busy machine, through all readers
MAX_BYTES = 100_000
GROWTH_MB = 150  # that the process may gain between its second minute and its last


def readers(home: Path) -> tuple[Callable[[bytes], object], ...]:
    """Everything that looks into a file which somebody sent."""
    from sfumato.codec.check import check
    from sfumato.codec.credentials import open_credentials
    from sfumato.codec.decode import decode
    from sfumato.codec.inspect import inspect
    from sfumato.codec.mask import decode_markup, decode_mask
    from sfumato.codec.provenance import read_ingredients, read_lineage, read_recipe

    credentials, size = open_credentials(home), (48, 32)
    return (
        decode,
        lambda data: inspect(data, credentials),
        lambda data: decode_mask(data, size),
        lambda data: decode_markup(data, size),
        lambda data: read_recipe(data, credentials),
        lambda data: check(data, credentials),
        read_lineage,
        read_ingredients,
    )


def look(data: bytes, reading: tuple[Callable[[bytes], object], ...]) -> bool:
    """Read `data` in every way; whether the first took it. Anything but a refusal comes out."""
    from sfumato.errors import SfumatoError

    taken = []
    for read in reading:
        try:
            read(data)
            taken.append(True)
        except SfumatoError as error:
            if error.status >= 500:
                raise
            taken.append(False)
    return taken[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        _fuzz(asked.child, asked.minutes)
    with tempfile.TemporaryDirectory() as folder:
        return _watch(Path(folder), asked.minutes)


def _watch(folder: Path, minutes: float) -> int:
    """Run the fuzzer in a process of its own, since it never comes back, and tell how it fares."""
    command = [sys.executable, __file__, "--child", str(folder), "--minutes", str(minutes)]
    with (folder / "log").open("w") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        told: list[dict[str, Any]] = []
        print("minute  inputs  decoded  refused  files kept   RSS MB  slowest s")
        while child.poll() is None:
            time.sleep(1)
            facts = _facts(folder)
            if facts and facts["seconds"] >= 60 * (len(told) + 1):
                told.append(facts)
                _tell(facts)
    told.append(_facts(folder))
    _tell(told[-1])
    return _verdict(child.returncode, told, folder)


def _verdict(status: int, told: list[dict[str, Any]], folder: Path) -> int:
    if status:
        print(f"FAILED: the fuzzer ended with {status}")
        print((folder / "log").read_text(errors="replace")[-4_000:])
        for found in folder.glob("*-*"):
            if found.is_file():
                print(found.name, found.read_bytes()[:2_000].hex())
        return 1
    grown = told[-1]["rss_mb"] - told[min(1, len(told) - 1)]["rss_mb"]
    print(f"No crash, no hang, nothing but refusals; grown by {grown} MB since the second minute.")
    return int(grown > GROWTH_MB)


def _facts(folder: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads((folder / "facts.json").read_text())
    except FileNotFoundError:
        return {}
    return facts | {"kept": len(list((folder / "corpus").iterdir()))}


def _tell(facts: dict[str, Any]) -> None:
    if facts:
        print(
            f"{facts['seconds'] / 60:6.1f} {facts['inputs']:7} {facts['decoded']:8}"
            f" {facts['inputs'] - facts['decoded']:8} {facts['kept']:11} {facts['rss_mb']:8}"
            f" {facts['slowest']:10.2f}",
            flush=True,
        )


# --- the child ----------------------------------------------------------------------------------


def _fuzz(folder: Path, minutes: float) -> None:
    import atheris

    sys.path.insert(0, str(ROOT))
    with atheris.instrument_imports(include=["sfumato.codec", "PIL"]):
        reading = readers(folder / "home")
    corpus = _seeds(folder)
    one = _One(folder, reading)
    options = [
        f"-max_total_time={round(minutes * 60)}",
        f"-timeout={SLOW_SECONDS}",
        f"-max_len={MAX_BYTES}",
        "-rss_limit_mb=4000",
        "-print_final_stats=1",
        str(corpus),
    ]
    atheris.Setup([sys.argv[0], *options], one, custom_mutator=_mutated)
    atheris.Fuzz()


def _seeds(folder: Path) -> Path:
    from sfumato.codec.credentials import open_credentials
    from sfumato.codec.finish import finish
    from tests.codec.nasty import nasty
    from tests.codec.pictures import DIGEST, SNAPSHOT, params, picture

    corpus = folder / "corpus"
    corpus.mkdir()
    files = dict(nasty())
    for kind in ("png", "jpeg", "webp", "gif", "svg"):
        asked = params(output_format=kind)
        credentials = open_credentials(folder / "home")
        files[f"ours {kind}"] = finish(picture(), asked, SNAPSHOT, DIGEST, credentials, 0).data
    for name, data in files.items():
        if len(data) <= MAX_BYTES:
            (corpus / name.replace(" ", "_")).write_bytes(data)
    return corpus


class _One:
    """What the fuzzer calls with each input."""

    def __init__(self, folder: Path, reading: tuple[Callable[[bytes], object], ...]) -> None:
        self._file, self._reading = folder / "facts.json", reading
        self._began = self._written = time.monotonic()
        self._inputs, self._decoded, self._slowest = 0, 0, 0.0

    def __call__(self, data: bytes) -> None:
        began = time.monotonic()
        taken = look(data, self._reading)
        now = time.monotonic()
        self._inputs += 1
        self._decoded += taken
        self._slowest = max(self._slowest, now - began)
        if now - self._written > 1:
            self._written = now
            self._write(now - self._began)

    def _write(self, seconds: float) -> None:
        facts = {
            "seconds": seconds,
            "inputs": self._inputs,
            "decoded": self._decoded,
            "rss_mb": _rss_mb(),
            "slowest": self._slowest,
        }
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps(facts))
        draft.replace(self._file)


def _rss_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _mutated(data: bytes, max_size: int, seed: int) -> bytes:
    """A PNG's checksums are made right again, or nothing would ever be read behind them."""
    import atheris

    changed: bytes = atheris.Mutate(data, max_size)
    return _summed(changed) if seed % 4 and changed[:4] == b"\x89PNG" else changed


def _summed(data: bytes) -> bytes:
    right, at = bytearray(data), 8
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if end + 4 > len(data):
            break
        right[end : end + 4] = zlib.crc32(data[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(right)


if __name__ == "__main__":
    sys.exit(main())
