"""The machine class is plain data that two machines can compare."""

import json
from pathlib import Path

from sfumato.codec.machine import _isa_flags, machine_class, machine_differences


def test_the_machine_class_is_json_and_names_every_library() -> None:
    facts = json.loads(json.dumps(machine_class(2)))
    assert facts["threads"] == 2
    assert all(facts[name] for name in ("arch", "os", "python", "onnxruntime", "numpy", "pillow"))


def test_flags_are_read_from_x86_and_from_arm(tmp_path: Path) -> None:
    x86, arm = tmp_path / "x86", tmp_path / "arm"
    x86.write_text("processor\t: 0\nflags\t\t: fpu avx2 avx512f sse4_1 hypervisor\n")
    arm.write_text("processor\t: 0\nFeatures\t: fp asimddp i8mm crc32\n")
    assert _isa_flags(x86) == ("avx2", "avx512f", "sse4_1")
    assert _isa_flags(arm) == ("asimddp", "i8mm")
    assert _isa_flags(tmp_path / "absent") == ()


def test_a_machine_does_not_differ_from_itself() -> None:
    assert machine_differences(machine_class(2), machine_class(2)) == ()


def test_each_differing_fact_is_named_once() -> None:
    ours = {"arch": "x86_64", "isa": ["avx2"], "threads": 2}
    theirs = {"arch": "x86_64", "isa": ["avx2", "avx512f"], "numpy": "2.4"}
    assert machine_differences(ours, theirs) == (
        "isa: avx2 avx512f there, avx2 here",
        "numpy: 2.4 there, unknown here",
        "threads: unknown there, 2 here",
    )
