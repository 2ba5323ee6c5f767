"""Trained recognisers → ONNX, label vectors and a data card with the ceiling. Run after training.

`python -m sfumato.training.judge_export --data … --text … --weights DIR --evals evals` writes
`evals/judge/{judge,critic}.{onnx,json}` and `evals/judge/labels.npz`.
"""

import json
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer

from sfumato.evals.judge import Recogniser as Seen
from sfumato.evals.suites import Suite, read_suite
from sfumato.native.text import TextEncoder
from sfumato.training.judge_ceiling import ceiling
from sfumato.training.judge_data import (
    HELD_OUT,
    HELD_OUT_ICONS,
    ICONS,
    SIZE,
    SUITES,
    Encode,
    JudgeData,
)
from sfumato.training.judge_nets import NETS, Recogniser
from sfumato.training.judge_train import SEEDS, VOCABULARY, colour_text, concept_text, load_weights
from sfumato.training.sources import PICTURES


def export(net: Recogniser, path: Path) -> None:
    """Write the network with a free batch dimension."""
    with warnings.catch_warnings():  # the older exporter still writes the smaller, plainer graph
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            net.eval(),
            (torch.rand(2, 3, SIZE, SIZE),),
            str(path),
            dynamo=False,
            opset_version=17,
            input_names=["pixels"],
            output_names=["concept", "colour"],
            dynamic_axes={name: {0: "n"} for name in ("pixels", "concept", "colour")},
        )


def write_labels(suites: Iterable[Suite], encode: Encode, path: Path) -> None:
    """The vectors of every label, noun and colour of `suites`, as the recognisers learnt them."""
    texts: dict[str, str] = {}
    for suite in suites:
        to_text = concept_text if suite.kind == "concept" else colour_text
        texts |= {f"{suite.kind}:{label}": to_text(label) for label in suite.labels}
        texts |= {f"concept:{noun}": concept_text(noun) for noun in suite.nouns}
    vectors = encode(list(texts.values()))
    np.savez_compressed(path, names=np.array(list(texts)), vectors=vectors)


def data_card(name: str, samples: int, data: JudgeData, net: Recogniser) -> dict[str, Any]:
    """What it is, what it learnt from, what was kept from it."""
    held = HELD_OUT + HELD_OUT_ICONS
    return {
        "name": name,
        "use": "reports only; never trains or selects anything"
        if name == "judge"
        else "may choose settings and serve losses; never reported as a score",
        "parameters": sum(p.numel() for p in net.parameters()),
        "seed": SEEDS[name],
        "samples": samples,
        "vocabulary": VOCABULARY[name],
        "input": "3x64x64 sRGB in [0, 1], on white",
        "held_out": list(held),
        "data": [
            {
                "source": source.package,
                "version": source.version,
                "licence": source.licence,
                "sha256": source.sha256,
                "pictures": data.sources.count(source.name),
                "held_out": source.name in held,
            }
            for source in PICTURES + ICONS
        ],
    }


def write_recogniser(
    name: str, weights: Path, data: JudgeData, suites: Sequence[Suite], folder: Path
) -> dict[str, Any]:
    """Export one, measure its ceiling with the exported file, and write its card.

    `labels.npz` must be there already.
    """
    net = NETS[name]()
    samples = load_weights(net, weights)
    card = data_card(name, samples, data, net)
    export(net, folder / f"{name}.onnx")
    target = folder / f"{name}.json"
    target.write_text(json.dumps(card), "utf-8")
    asked = [s for s in suites if s.kind == "colour" or s.name == VOCABULARY[name]]
    card["ceiling"] = ceiling(Seen(folder, name), data, asked)  # type: ignore[arg-type]  # it has what is used
    target.write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    return card


def main(
    data: Annotated[Path, typer.Option(help="The .npz that judge_data wrote.")],
    text: Annotated[Path, typer.Option(help="Folder with text.onnx and tokenizer.json.")],
    weights: Annotated[
        Path, typer.Option(help="Folder with judge.safetensors and critic.safetensors.")
    ],
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
) -> None:
    """Export every recogniser that was trained."""
    encode = TextEncoder(text / "text.onnx", text / "tokenizer.json").sentence
    suites = [read_suite(evals / "suites" / f"{name}.toml") for name in SUITES]
    folder = evals / "judge"
    folder.mkdir(parents=True, exist_ok=True)
    write_labels(suites, encode, folder / "labels.npz")
    packed = JudgeData.load(data)
    for name in NETS:
        if (weights / f"{name}.safetensors").is_file():
            card = write_recogniser(name, weights / f"{name}.safetensors", packed, suites, folder)
            print(name, json.dumps(card["ceiling"]))


if __name__ == "__main__":
    typer.run(main)
