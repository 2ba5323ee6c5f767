"""Train a recogniser: pictures against the sentence embeddings of the words they may be called.

`python -m sfumato.training.judge_train judge|critic --data … --text … -o …` trains, resumes from
the checkpoint when there is one, and prints a log line a minute. Knows nothing about snapshots.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import torch
import typer
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from sfumato.evals.suites import read_suite
from sfumato.native.text import TextEncoder
from sfumato.training.judge_data import Encode, JudgeData
from sfumato.training.judge_nets import NETS, SEEN, Recogniser
from sfumato.training.judge_scenes import COLOUR_NAMES, Batch, batch, natural_colours

SEEDS = {"judge": 20261122, "critic": 70707}
TEMPERATURE = 0.05
COLOUR_WEIGHT = 0.3
VOCABULARY = {"judge": "nouns", "critic": "tuning"}  # the suite whose labels each tells apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """When training ends: after `samples` or `minutes`, whichever comes first."""

    samples: int = 250_000
    minutes: float = 25.0
    batch: int = 32
    rate: float = 2e-3
    pairs: float = 0.08


@dataclass(frozen=True, slots=True)
class Words:
    """Every word as a unit vector, and which rows each picture may be called (-1 pads)."""

    bank: Tensor  # (W, 384)
    rows: Tensor  # (N, K)
    colours: Tensor  # (C, 384)


def concept_text(word: str) -> str:
    """How a word is put to the encoder, in training and in every label file."""
    return f"a {word}"


def colour_text(colour: str) -> str:
    """How a colour is put to the encoder."""
    return f"a {colour} thing"


def embed_words(data: JudgeData, encode: Encode) -> Words:
    """Embed every word of `data` once."""
    texts = sorted({word for words in data.words for word in words})
    row = {text: i for i, text in enumerate(texts)}
    most = max(len(words) for words in data.words)
    rows = torch.full((len(data.words), most), -1)
    for i, words in enumerate(data.words):
        rows[i, : len(words)] = torch.tensor([row[w] for w in words])
    bank = torch.from_numpy(encode([concept_text(t) for t in texts]))
    colours = torch.from_numpy(encode([colour_text(c) for c in COLOUR_NAMES]))
    return Words(bank, rows, colours)


def about(data: JudgeData, labels: Collection[str]) -> JudgeData:
    """The pictures that show one of `labels`, with no other words."""
    rows = [i for i, shown in enumerate(data.labels) if set(shown) & set(labels)]
    kept = data.only(rows)
    words = tuple(tuple(w for w in shown if w in labels) for shown in kept.labels)
    return replace(kept, words=words, labels=words)


def weights_of(data: JudgeData) -> Tensor:
    """How often each picture is drawn: a word's pictures share its weight."""
    seen = Counter(words[0] for words in data.words)
    return torch.tensor([1 / seen[words[0]] for words in data.words])


def loss_of(net: nn.Module, pictures: Batch, words: Words) -> tuple[Tensor, Tensor]:
    """(loss, share of pictures whose best word is one of theirs)."""
    concept, colour = net(pictures.pixels)
    logits = concept @ words.bank.T / TEMPERATURE
    first = _positives(words, pictures.first)
    second = _positives(words, pictures.second.clamp(min=0)) & (pictures.second >= 0)[:, None]
    allowed = first | second
    wrong = logits.masked_fill(allowed, -torch.inf).logsumexp(1, keepdim=True)
    each = F.softplus(wrong - logits)  # every right word against all wrong ones
    named = (each * allowed).sum(1) / allowed.sum(1)
    hue = F.cross_entropy(colour @ words.colours.T / TEMPERATURE, pictures.colours, ignore_index=-1)
    right = allowed.gather(1, logits.argmax(1, keepdim=True)).float().mean()
    return named.mean() + COLOUR_WEIGHT * hue.nan_to_num(), right


def train(
    name: str,
    data: JudgeData,
    words: Words,
    budget: Budget,
    checkpoint: Path,
    width: int | None = None,
) -> Iterator[str]:
    """Train NETS[name] and keep the latest weights in `checkpoint`; yields log lines."""
    torch.manual_seed(SEEDS[name])
    rng = torch.Generator().manual_seed(SEEDS[name])
    net = NETS[name]() if width is None else NETS[name](width)
    done = load_weights(net, checkpoint) if checkpoint.is_file() else 0
    optimiser = torch.optim.AdamW(net.parameters(), lr=budget.rate, weight_decay=0.05)
    assets = small(torch.from_numpy(data.pixels).permute(0, 3, 1, 2))
    natural, weights = natural_colours(assets), weights_of(data)
    began = noted = time.monotonic()
    start, progress, heard = done, 0.0, []
    while progress < 1:
        for group in optimiser.param_groups:
            warm = min(1.0, (done - start + budget.batch) / (budget.batch * 100))
            group["lr"] = budget.rate * warm * max(1 - progress, 0.01)
        chosen = torch.multinomial(weights, budget.batch, replacement=True, generator=rng)
        pictures = batch(assets, chosen, natural, budget.pairs, rng)
        loss, right = loss_of(net.train(), pictures, words)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        done += budget.batch
        heard.append((loss.item(), right.item()))
        elapsed = (time.monotonic() - began) / 60
        progress = max(done / budget.samples, elapsed / budget.minutes)
        if time.monotonic() - noted > 60 or progress >= 1:
            noted = time.monotonic()
            save_file(_packed(net), checkpoint, {"samples": str(done), "net": name})
            mean = torch.tensor(heard).mean(0)
            speed = (done - start) / (noted - began)
            yield (
                f"{done} samples  loss {mean[0]:.3f}  right {mean[1]:.3f}"
                f"  {speed:.0f}/s  {progress:.0%}"
            )
            heard = []


def small(assets: Tensor) -> Tensor:
    """The assets at the size that the networks see, so that batches are made there."""
    pooled = [
        F.adaptive_avg_pool2d(some.float(), SEEN).round() for some in torch.split(assets, 512)
    ]
    return torch.cat(pooled).to(torch.uint8)


def load_weights(net: Recogniser, checkpoint: Path) -> int:
    """Load a checkpoint in place; the number of samples it has seen."""
    with safe_open(checkpoint, framework="pt") as file:
        names = list(file.keys())
        net.load_state_dict({key: file.get_tensor(key) for key in names})
        return int(file.metadata()["samples"])


def _packed(net: nn.Module) -> dict[str, Tensor]:
    return {key: tensor.contiguous() for key, tensor in net.state_dict().items()}


def _positives(words: Words, indexes: Tensor) -> Tensor:
    mask = torch.zeros(len(indexes), len(words.bank) + 1, dtype=torch.bool)
    rows = words.rows[indexes]
    mask.scatter_(1, torch.where(rows < 0, len(words.bank), rows), True)
    return mask[:, :-1]


def main(
    name: str,
    data: Annotated[Path, typer.Option(help="The .npz that judge_data wrote.")],
    text: Annotated[Path, typer.Option(help="Folder with text.onnx and tokenizer.json.")],
    output: Annotated[Path, typer.Option("-o", help="Checkpoint to write and resume.")],
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
    minutes: float = 25.0,
    samples: int = 250_000,
    threads: int = 1,
) -> None:
    """Train the judge or the critic on everything but the held-out styles."""
    torch.set_num_threads(threads)
    encode = TextEncoder(text / "text.onnx", text / "tokenizer.json").sentence
    learn, _ = JudgeData.load(data).split()
    learn = about(learn, read_suite(evals / "suites" / f"{VOCABULARY[name]}.toml").labels)
    words = embed_words(learn, encode)
    budget = Budget(samples=samples, minutes=minutes)
    for line in train(name, learn, words, budget, output):
        print(line, flush=True)


if __name__ == "__main__":
    typer.run(main)
