"""The trained scene judge → ONNX and its data card with the ceiling. Run after training.

`python -m sfumato.training.judge_scene_export --root … --weights DIR --evals evals` writes
`evals/judge/finder.onnx`, `namer.onnx` and `scenes.json`; without `--weights` only
the ceiling of the files that are there is measured again.
"""

import json
import warnings
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from torch import Tensor, nn

from sfumato.evals.categories_suites import read_categories, read_nouns
from sfumato.evals.detect import NAMED, SceneJudge
from sfumato.training.assets import read_assets
from sfumato.training.judge_data import HELD_OUT
from sfumato.training.judge_finder import SEEN, Finder
from sfumato.training.judge_namer import from_judge
from sfumato.training.judge_scene_ceiling import ceiling
from sfumato.training.judge_scene_train import SEED, load
from sfumato.training.judge_scenes import COLOUR_NAMES
from sfumato.training.sources import PICTURES


def export(net: nn.Module, sample: Tensor, path: Path, names: tuple[str, ...]) -> None:
    """Write a network with a free batch dimension; `names` are its input and its outputs."""
    with warnings.catch_warnings():  # the older exporter still writes the smaller, plainer graph
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            net.eval(),
            (sample,),
            str(path),
            dynamo=False,
            opset_version=17,
            input_names=list(names[:1]),
            output_names=list(names[1:]),
            dynamic_axes={name: {0: "n"} for name in names},
        )


def write_scene_judge(weights: Path, evals: Path) -> dict[str, Any]:
    """Both networks and a card without a ceiling into `evals/judge`."""
    nouns, folder = read_nouns(evals), evals / "judge"
    finder, namer = Finder(), from_judge(None, len(nouns))
    samples = {
        "finder": load(finder, weights / "finder.safetensors"),
        "namer": load(namer, weights / "namer.safetensors"),
    }
    found = torch.rand(1, 3, SEEN, SEEN)
    named = torch.rand(2, 3, NAMED, NAMED)
    export(finder, found, folder / "finder.onnx", ("pixels", "planes"))
    export(namer, named, folder / "namer.onnx", ("crops", "nouns", "colours"))
    return {
        "name": "scene judge",
        "use": "reports only; never trains or selects anything",
        "parameters": {n: _size(net) for n, net in (("finder", finder), ("namer", namer))},
        "seed": SEED,
        "samples": samples,
        "starts_from": "judge.onnx",
        "nouns": list(nouns),
        "colours": list(COLOUR_NAMES),
        "held_out": list(HELD_OUT),
        "data": [
            {
                "source": source.package,
                "version": source.version,
                "licence": source.licence,
                "sha256": source.sha256,
                "held_out": source.name in HELD_OUT,
            }
            for source in PICTURES
        ],
    }


def _size(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())


def main(
    root: Annotated[Path, typer.Option(help="Where the packages are.")],
    weights: Annotated[
        Path | None, typer.Option(help="Folder with finder.safetensors and namer.safetensors.")
    ] = None,
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
) -> None:
    """Export both networks, when there are weights, and measure their ceiling."""
    torch.set_num_threads(1)
    path = evals / "judge" / "scenes.json"
    card = (
        json.loads(path.read_text("utf-8"))
        if weights is None
        else write_scene_judge(weights, evals)
    )
    path.write_text(json.dumps(card), "utf-8")
    nouns = read_nouns(evals)
    titles = {title for noun in nouns.values() for title in noun.depicted_by}
    assets = [asset for asset in read_assets(root) if asset.title in titles]
    judge = SceneJudge(evals / "judge")
    card["ceiling"] = ceiling(judge, read_categories(evals), assets, nouns)
    path.write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    for name, groups in card["ceiling"].items():
        print(name, {group: found["share"] for group, found in groups.items()})


if __name__ == "__main__":
    typer.run(main)
