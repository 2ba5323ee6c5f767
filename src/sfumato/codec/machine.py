"""The machine class: what must be equal for the same snapshot and seed to give the same bytes.

Knows nothing about pictures. Reads the processor's flags and the versions of the libraries that
touch pixels; it imports none of them.
"""

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

# Families of flags that make ONNX Runtime, NumPy or a codec choose another kernel (x86, then ARM).
ISA_FAMILIES = ("sse4", "avx", "fma", "f16c", "amx", "asimd", "i8mm", "bf16", "sve")
LIBRARIES = ("onnxruntime", "numpy", "pillow", "resvg-py")
CPU_INFO = Path("/proc/cpuinfo")


@cache
def machine_class(threads: int | None = None) -> Mapping[str, Any]:
    """JSON-ready facts of this machine. `threads` is the engine's, None when it uses no pool."""
    return {
        "arch": platform.machine(),
        "isa": list(_isa_flags(CPU_INFO)),
        "os": platform.system(),
        "python": platform.python_version(),
        **{name: _version(name) for name in LIBRARIES},
        "threads": threads,
    }


def machine_differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[str, ...]:
    """One line for each fact in which two machine classes differ."""
    names = sorted({*ours, *theirs})
    return tuple(
        f"{name}: {_show(theirs.get(name))} there, {_show(ours.get(name))} here"
        for name in names
        if ours.get(name) != theirs.get(name)
    )


def _isa_flags(cpu_info: Path) -> tuple[str, ...]:
    """Sorted flags of the first processor; empty where the system does not list them."""
    try:
        text = cpu_info.read_text("utf-8", errors="replace")
    except OSError:
        return ()
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip().lower() in ("flags", "features"):
            return tuple(sorted({flag for flag in value.split() if flag.startswith(ISA_FAMILIES)}))
    return ()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _show(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    return "unknown" if value is None else str(value)
