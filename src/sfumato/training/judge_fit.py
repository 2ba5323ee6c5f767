"""Fit the judge in closed form: ridge regression from patch features to class scores.

The scores are put into the sentence space exactly: with T the (fewer than 384) class vectors, the
point z = s (T Tᵀ)⁻¹ T has z·t_j = s_j, so the nearest label is the highest score, and words that
were no class are answered by their neighbourhood. λ is chosen on learnt styles left out for that,
never on the held-out ones. `python -m sfumato.training.judge_fit --help`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import torch
import typer
from safetensors.torch import save_file
from torch import Tensor

from sfumato.evals.suites import read_suite
from sfumato.native.text import TextEncoder
from sfumato.training.judge_data import Encode, JudgeData
from sfumato.training.judge_features import FILTERS, Reader, learn_patches
from sfumato.training.judge_scenes import COLOUR_NAMES, NO_COLOUR, Batch, batch, natural_colours
from sfumato.training.judge_train import SEEDS, colour_text, concept_text, small, weights_of

VALIDATION = ("fxemoji", "twemoji")
RIDGES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
BATCH = 128
PATCH_PICTURES = 1024


@dataclass(slots=True)
class Moments:
    """Sums that a ridge regression needs: features by features, and by targets."""

    gram: Tensor
    cross: Tensor

    @classmethod
    def zeros(cls, features: int, targets: int) -> "Moments":
        return cls(torch.zeros(features, features), torch.zeros(features, targets))

    def add(self, features: Tensor, targets: Tensor) -> None:
        """One batch; in place, because the gram is large."""
        self.gram.addmm_(features.T, features)
        self.cross.addmm_(features.T, targets)

    def solve(self, ridge: float) -> Tensor:
        """(F, T) weights with λ = ridge × the mean feature's energy."""
        damped = self.gram.clone()
        damped.diagonal().add_(ridge * self.gram.diagonal().mean())
        return torch.cholesky_solve(self.cross, torch.linalg.cholesky(damped))


def fit(
    data: JudgeData,
    labels: Sequence[str],
    encode: Encode,
    *,
    samples: int,
    filters: int = FILTERS,
    validation: Sequence[str] = VALIDATION,
    note: Callable[[str], None] = lambda line: None,
) -> Reader:
    """Fit patches, then both readings, on `samples` pictures of `data`; `note` hears the choice."""
    rng = torch.Generator().manual_seed(SEEDS["judge"])
    assets = small(torch.from_numpy(data.pixels).permute(0, 3, 1, 2))
    natural = natural_colours(assets)
    weights = weights_of(data, labels)
    shown = class_targets(data, list(labels))
    aside = torch.tensor([source in validation for source in data.sources])

    def draw() -> Batch:
        chosen = torch.multinomial(weights, BATCH, replacement=True, generator=rng)
        return batch(assets, chosen, natural, 0.0, rng)

    reader = Reader(filters)
    first = torch.cat([draw().pixels for _ in range(PATCH_PICTURES // BATCH)])
    reader.patches = learn_patches(first, filters, rng)
    with torch.no_grad():
        found = reader.patches(first)
        reader.mean.copy_(found.mean(0))
        reader.scale.copy_(1 / (found.std(0) + 0.05))
        width = found.shape[1] + 1
        parts = [Moments.zeros(width, len(labels) + len(COLOUR_NAMES)) for _ in range(2)]
        probe: list[tuple[Tensor, Tensor]] = []
        for _ in range(samples // BATCH):
            pictures = draw()
            features = _biased(reader.features(pictures.pixels))
            targets = torch.cat([shown[pictures.first], colour_targets(pictures)], 1)
            group = aside[pictures.first]
            for part, mask in zip(parts, (~group, group), strict=True):
                part.add(features[mask], targets[mask])
            if len(probe) < 16:
                probe.append((features[group], shown[pictures.first][group]))
        ridge = _choose(parts[0], probe, len(labels), note)
        solved = Moments(parts[0].gram + parts[1].gram, parts[0].cross + parts[1].cross)
        answers = solved.solve(ridge)
    vectors = torch.from_numpy(encode([concept_text(label) for label in labels]))
    colours = torch.from_numpy(encode([colour_text(colour) for colour in COLOUR_NAMES]))
    _read(reader.concept, into_space(answers[:, : len(labels)], vectors))
    _read(reader.colour, into_space(answers[:, len(labels) :], colours))
    return reader


def into_space(scores: Tensor, vectors: Tensor) -> Tensor:
    """(F, C) score weights → (F, 384) weights whose answers have those scores as dot products."""
    return scores @ torch.linalg.solve(vectors @ vectors.T, vectors)


def class_targets(data: JudgeData, labels: Sequence[str]) -> Tensor:
    """(N, C): 1 for each label that a picture shows, centred over the classes."""
    rows = [[label in shown for label in labels] for shown in data.labels]
    return torch.tensor(rows, dtype=torch.float32) - 1 / len(labels)


def colour_targets(pictures: Batch) -> Tensor:
    """(B, C): 1 for the colour, all 0 where no single colour is right."""
    known = (pictures.colours != NO_COLOUR)[:, None]
    places = torch.arange(len(COLOUR_NAMES))
    return ((pictures.colours[:, None] == places).float() - 1 / len(places)) * known


def _choose(
    part: Moments, probe: list[tuple[Tensor, Tensor]], labels: int, note: Callable[[str], None]
) -> float:
    features, shown = (torch.cat(parts) for parts in zip(*probe, strict=True))
    named = shown.amax(1) > 0.5
    scores = {}
    for ridge in RIDGES:
        answers = (features[named] @ part.solve(ridge)[:, :labels]).argmax(1, keepdim=True)
        scores[ridge] = (shown[named].gather(1, answers) > 0.5).float().mean().item()
        note(f"ridge {ridge}: {scores[ridge]:.3f} of {int(named.sum())} left-out pictures")
    return max(scores, key=lambda ridge: scores[ridge])


def _biased(features: Tensor) -> Tensor:
    return torch.cat([features, torch.ones(len(features), 1)], 1)


def _read(layer: torch.nn.Linear, weights: Tensor) -> None:
    with torch.no_grad():
        layer.weight.copy_(weights[:-1].T)
        layer.bias.copy_(weights[-1])


def main(
    data: Annotated[Path, typer.Option(help="The .npz that judge_data wrote.")],
    text: Annotated[Path, typer.Option(help="Folder with text.onnx and tokenizer.json.")],
    output: Annotated[Path, typer.Option("-o", help="The weights to write.")],
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
    samples: int = 16_384,
    threads: int = 1,
) -> None:
    """Fit the judge on everything but the held-out styles."""
    torch.set_num_threads(threads)
    encode = TextEncoder(text / "text.onnx", text / "tokenizer.json").sentence
    learn, _ = JudgeData.load(data).split()
    labels = read_suite(evals / "suites" / "nouns.toml").labels
    reader = fit(
        learn, labels, encode, samples=samples, note=lambda line: print(line, flush=True)
    )
    save_file(reader.state_dict(), output, {"samples": str(samples), "net": "judge"})


if __name__ == "__main__":
    typer.run(main)
