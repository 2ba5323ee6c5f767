"""One denoiser in every runtime that benchmarks/native.py compares, and the race between them.

Each contender evaluates the same inputs once per round, in turns. Needs the extra `train`.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from sfumato.evals.flops import denoiser_inputs
from sfumato.native.denoiser import Conditioning
from sfumato.native.denoiser import Denoiser as Runtime
from sfumato.registry.snapshot import Snapshot
from sfumato.training.checkpoint import load_checkpoint
from sfumato.training.denoiser import Denoiser, DenoiserConfig

EAGER, SHIPPED = "torch eager fp32", "shipped (ONNX Runtime fp32)"
BASE = 64  # pixels of the base canvas at 1024x1024
WARM = 3
CALIBRATION = 8

Array = NDArray[Any]
Evaluate = Callable[[], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`ratio` is the median over rounds of eager fp32's seconds by this contender's."""

    name: str
    median_ms: float
    fastest_ms: float
    cpu_ms: float
    ratio: float
    difference: float


def contenders(snapshot: Snapshot, checkpoint: Path, threads: int) -> dict[str, Evaluate]:
    """Name → one evaluation, (4, 64, 64)."""
    inputs = _inputs(np.random.default_rng(0), t=0.5)
    path = snapshot.path("denoiser")
    made = dict(_torch(_network(snapshot, checkpoint), inputs, threads))
    made[SHIPPED] = _shipped(path, inputs, threads)
    made["ONNX Runtime fp32, spinning"] = _onnx(path.read_bytes(), inputs, threads, spin=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name, model in _quantised(path, Path(scratch)):
            made[name] = _onnx(model, inputs, threads)
    if find_spec("openvino"):  # compared only where somebody installed it
        made["OpenVINO fp32"] = _openvino(path, inputs, threads)
    return made


def race(made: Mapping[str, Evaluate], rounds: int) -> list[Row]:
    """Every contender once per round, after a warm-up."""
    for evaluate in made.values():
        for _ in range(WARM):
            evaluate()
    wall: dict[str, list[float]] = {name: [] for name in made}
    cpu: dict[str, list[float]] = {name: [] for name in made}
    for _ in range(rounds):
        for name, evaluate in made.items():
            seconds, work = perf_counter(), process_time()
            evaluate()
            wall[name].append(perf_counter() - seconds)
            cpu[name].append(process_time() - work)
    expected = made[EAGER]()
    return [
        Row(
            name=name,
            median_ms=1000 * median(wall[name]),
            fastest_ms=1000 * min(wall[name]),
            cpu_ms=1000 * median(cpu[name]),
            ratio=median(a / b for a, b in zip(wall[EAGER], wall[name], strict=True)),
            difference=float(np.abs(evaluate() - expected).max()),
        )
        for name, evaluate in made.items()
    ]


def _inputs(rng: np.random.Generator, t: float) -> dict[str, Array]:
    inputs = denoiser_inputs(BASE, BASE)
    inputs["canvas"] = rng.standard_normal((1, 5, BASE, BASE), np.float32)
    inputs["canvas"][:, 4] = 1
    inputs["text"] = 0.3 * rng.standard_normal(inputs["text"].shape, np.float32)
    inputs["t"] = np.full(1, t, np.float32)
    return inputs


def _network(snapshot: Snapshot, checkpoint: Path) -> Denoiser:
    """The snapshot's network; random weights when the checkpoint is of another one."""
    asked = snapshot.recipe["config"]["denoiser"]
    known = {field.name for field in fields(DenoiserConfig)}
    if unknown := asked.keys() - known:
        raise SystemExit(f"{snapshot.id} is of an older network ({', '.join(sorted(unknown))}).")
    asked = {k: tuple(v) if isinstance(v, list) else v for k, v in asked.items()}
    model = Denoiser(DenoiserConfig(**asked)).eval()
    if (found := load_checkpoint(checkpoint)) is not None:
        ema = {k[4:]: v for k, v in found.tensors.items() if k.startswith("ema.")}
        if {k: v.shape for k, v in ema.items()} == {
            k: v.shape for k, v in model.state_dict().items()
        }:
            model.load_state_dict(ema, strict=True)
    return model


def _torch(
    model: Denoiser, inputs: Mapping[str, Array], threads: int
) -> Iterator[tuple[str, Evaluate]]:
    torch.set_num_threads(threads)
    tensors = [torch.from_numpy(value) for value in inputs.values()]

    def evaluate(dtype: torch.dtype) -> Array:
        low = dtype != torch.float32
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=low):
            return np.asarray(model(*tensors)[0].float().numpy())

    yield EAGER, lambda: evaluate(torch.float32)
    yield "torch eager bf16 (autocast)", lambda: evaluate(torch.bfloat16)


def _shipped(path: Path, inputs: Mapping[str, Array], threads: int) -> Evaluate:
    """What a picture runs: our own session with its settings, the copies around it included."""
    runtime = Runtime(path, threads)
    told = Conditioning(text=inputs["text"][0], letters=inputs["letters"][0])
    x_t, t = inputs["canvas"][0, :4], float(inputs["t"][0])
    return lambda: runtime.x_0(x_t, t, told)


def _onnx(model: bytes, inputs: Mapping[str, Array], threads: int, spin: bool = False) -> Evaluate:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spin)))
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    given = {found.name: inputs[found.name] for found in session.get_inputs()}
    return lambda: np.asarray(session.run(["x_0"], given)[0][0])


def _quantised(path: Path, scratch: Path) -> Iterator[tuple[str, bytes]]:
    """Weights per channel, seven bits: without VNNI eight would overflow the 16-bit sums."""
    plain, made = scratch / "plain.onnx", scratch / "made.onnx"
    model = onnx.load(str(path))
    del model.graph.value_info[:]  # the exporter's shapes contradict the quantiser's own
    onnx.save(model, str(plain))
    quantize_dynamic(
        plain, made, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True
    )
    yield "ONNX Runtime int8, dynamic", made.read_bytes()
    quantize_static(
        plain,
        made,
        _Calibration([value.name for value in model.graph.input]),
        op_types_to_quantize=["MatMul", "Conv"],
        per_channel=True,
        reduce_range=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )
    yield "ONNX Runtime int8, static QDQ", made.read_bytes()


class _Calibration(CalibrationDataReader):  # type: ignore[misc]  # ships no types
    """Noise at every height of the schedule."""

    def __init__(self, names: list[str]) -> None:
        rng = np.random.default_rng(1)
        every = (_inputs(rng, (i + 1) / CALIBRATION) for i in range(CALIBRATION))
        self._left = iter([{name: inputs[name] for name in names} for inputs in every])

    def get_next(self) -> dict[str, Array] | None:
        return next(self._left, None)


def _openvino(path: Path, inputs: Mapping[str, Array], threads: int) -> Evaluate:
    """Measured here, never shipped."""
    core = import_module("openvino").Core()
    model = core.read_model(str(path))
    names = {name for value in model.inputs for name in value.get_names()}
    given = {name: value for name, value in inputs.items() if name in names}
    model.reshape({name: list(value.shape) for name, value in given.items()})
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
    }
    request = core.compile_model(model, "CPU", settings).create_infer_request()
    return lambda: np.asarray(request.infer(given)[0][0]).copy()
