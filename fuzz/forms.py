"""Coverage-guided fuzz of the bodies of an edit: multipart forms, and JSON with long strings.

    pip install 'sfumato[fuzz]' && python fuzz/forms.py --minutes 10

Only our own refusals may come out, a body must mean the same however it is cut into pieces, no file
may be left behind, and the process may not grow. Knows nothing of what is in a picture.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SLOW_SECONDS = 20  # of one input on a busy machine
MAX_BYTES = 8_192
GROWTH_MB = 100  # that the process may gain between its second minute and its last
BOUNDARY = "B"


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
        print("minute   inputs   forms  objects  refused  files kept   RSS MB  slowest s")
        while child.poll() is None:
            time.sleep(1)
            facts = _facts(folder)
            if facts and facts["seconds"] >= 60 * (len(told) + 1):
                told.append(facts)
                _tell(facts)
    if child.returncode:
        print(f"FAILED: the fuzzer ended with {child.returncode}")
        print((folder / "log").read_text(errors="replace")[-4_000:])
        for found in folder.glob("*-*"):
            if found.is_file():
                print(found.name, found.read_bytes()[:2_000].hex())
        return 1
    told.append(_facts(folder))
    _tell(told[-1])
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
    print(
        f"{facts['seconds'] / 60:6.1f} {facts['inputs']:8} {facts['forms']:7} {facts['objects']:8}"
        f" {facts['refused']:8} {facts['kept']:11} {facts['rss_mb']:8} {facts['slowest']:10.2f}",
        flush=True,
    )


# --- the child ----------------------------------------------------------------------------------


def _fuzz(folder: Path, minutes: float) -> None:
    import atheris

    with atheris.instrument_imports(include=["multipart", "sfumato.api"]):
        one = _One(folder)
    corpus = _seeds(folder)
    options = [
        f"-max_total_time={round(minutes * 60)}",
        f"-timeout={SLOW_SECONDS}",
        f"-max_len={MAX_BYTES}",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        str(corpus),
    ]
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


class _One:
    """One input: its first byte says which kind of body it is and how it is cut."""

    def __init__(self, folder: Path) -> None:
        from sfumato.api import edit_form, long_json, multipart, text_fields
        from sfumato.errors import SfumatoError

        self._form, self._json, self._typed = multipart, long_json, text_fields.typed
        self._rules = edit_form.edit_rules(strict=False)
        self._refused = SfumatoError
        self._folder, self._spool = folder, folder / "spool"
        self._spool.mkdir()
        self._begun = self._told = time.monotonic()
        self._made = 0
        self._counts = {"inputs": 0, "forms": 0, "objects": 0, "refused": 0}
        self._slowest = 0.0

    def __call__(self, data: bytes) -> None:
        begun = time.monotonic()
        kind, content = (data[0] if data else 0), data[1:]
        read, name = (self._object, "objects") if kind & 1 else (self._whole_form, "forms")
        whole, cut = self._meaning(read, content, 0), self._meaning(read, content, 1 + kind // 2)
        if whole != cut:
            raise AssertionError(f"cut into pieces it means {cut!r}, whole {whole!r}")
        if left := list(self._spool.iterdir()):
            raise AssertionError(f"{len(left)} files are left behind")
        self._counts["inputs"] += 1
        self._counts["refused" if whole is None else name] += 1
        self._slowest = max(self._slowest, time.monotonic() - begun)
        self._tell()

    def _meaning(self, read: Any, content: bytes, step: int) -> Any:
        """What the body says; None when it is refused."""
        try:
            return read(content, step)
        except self._refused as error:
            if error.status >= 500 or not error.message.isprintable():
                raise AssertionError(f"{error.status}: {error.message!r}") from error
            return None

    def _whole_form(self, content: bytes, step: int) -> Any:
        reader = self._form.FormReader(BOUNDARY, self._rules, self._file)
        try:
            _feed(reader, content, step)
            form = reader.close()
            files = [(file.name, file.suffix, file.path.read_bytes()) for file in form.files]
            return self._typed(form.texts), files
        finally:
            reader.discard()

    def _object(self, content: bytes, step: int) -> Any:
        cutter = self._json.Cutter(self._file, strings=2, longer_than=64)
        try:
            _feed(cutter, content, step)
            found = cutter.close()
            return _plain(found.members, self._json.LongString)
        finally:
            cutter.discard()

    def _file(self) -> Path:
        self._made += 1
        path = self._spool / str(self._made)
        path.touch()
        return path

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told < 2:
            return
        self._told = now
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        facts = self._counts | {
            "seconds": now - self._begun,
            "rss_mb": pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000,
            "slowest": self._slowest,
        }
        fresh = self._folder / "facts.new"
        fresh.write_text(json.dumps(facts))
        fresh.replace(self._folder / "facts.json")


def _feed(reader: Any, content: bytes, step: int) -> None:
    width = step or max(1, len(content))
    for start in range(0, len(content), width):
        reader.feed(content[start : start + width])


def _plain(value: Any, long: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(member, long) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member, long) for member in value]
    return value.text() if isinstance(value, long) else repr(value)


def _seeds(folder: Path) -> Path:
    corpus = folder / "corpus"
    corpus.mkdir()
    part = b'--B\r\ncontent-disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    file = b'; filename="a.png"\r\ncontent-type: image/png'
    forms = [
        part % (b"prompt", b"", b"x") + part % (b"image", file, b"PNG") + b"--B--\r\n",
        b"".join(part % (b"image[%d]" % i, file, b"%d" % i) for i in (1, 0)) + b"--B--",
        part % (b"svg[reasoning][effort]", b"", b"low") + part % (b"n", b"", b"2") + b"--B--",
        b"preamble\r\n" + part % (b"mask", b'; filename=""', b"") + b"--B--epilogue",
        part % (b"user", b"\r\ncontent-type: text/plain; charset=utf-8", b"\xc3\xbc") + b"--B--",
        part % (b"image[]", file + b"\r\ncontent-length: 3", b"PNG") + b"--B--",
    ]
    objects = [
        b'{"prompt": "a \\"b\\" \\u00fc", "n": 1, "images": [{"file_id": "x"}]}',
        b'{"images": [{"image_url": "data:image\\/png;base64,' + b"A" * 100 + b'"}]}',
        b'{"mask": {"image_url": "' + b"x" * 70 + b'\\\\"}, "a": [1, null, true, -0.5e3]}',
    ]
    for index, content in enumerate(forms):
        (corpus / f"form{index}").write_bytes(bytes([6 * index]) + content)
    for index, content in enumerate(objects):
        (corpus / f"object{index}").write_bytes(bytes([6 * index + 1]) + content)
    return corpus


if __name__ == "__main__":
    sys.exit(main())
