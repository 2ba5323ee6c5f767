import numpy as np
import torch

from sfumato.training.captions import Noun, caption, plural
from sfumato.training.sketches import SynthesisConfig
from sfumato.training.synthesis import Batch, Synthesiser
from tests.training.toy import assets

PLAIN = SynthesisConfig()


def _batch(seed: int, config: SynthesisConfig = PLAIN) -> Batch:
    synthesiser = Synthesiser(assets(), config, torch.device("cpu"))
    return synthesiser.batch(16, np.random.default_rng(seed))


def test_the_same_generator_draws_the_same_batch() -> None:
    one, two = _batch(3), _batch(3)
    assert one.captions == two.captions
    assert torch.equal(one.x_0, two.x_0)
    assert torch.equal(one.mask, two.mask)


def test_pictures_are_premultiplied_and_within_range() -> None:
    x_0 = _batch(1).x_0
    assert x_0.min() >= -1
    assert x_0.max() <= 1 + 1e-5
    unit = (x_0 + 1) / 2
    assert (unit[:, :3] <= unit[:, 3:] + 1e-4).all()


def test_lettered_pictures_carry_their_words_as_bytes() -> None:
    batch = _batch(1, SynthesisConfig(lettered_share=1.0))
    assert batch.letters.shape == (16, 16)
    for said, row in zip(batch.captions, batch.letters, strict=True):
        word = said.split('"')[1]
        assert bytes(int(b) - 1 for b in row if b).decode() == word


def test_masked_batches_leave_something_known() -> None:
    batch = _batch(1, SynthesisConfig(masked_share=1.0))
    shares = batch.mask.mean((1, 2, 3))
    assert (shares < 1).all()
    assert (shares > 0).any()


def test_referenced_batches_bring_one_picture_each() -> None:
    referenced = _batch(1, SynthesisConfig(referenced_share=1.0))
    assert referenced.references.shape == (16, 1, 4, 64, 64)
    assert _batch(1, SynthesisConfig(referenced_share=0.0)).references.shape == (16, 0, 4, 64, 64)


def test_a_caption_says_what_stands_where() -> None:
    rng = np.random.default_rng(0)
    nouns = [Noun(title="cat"), Noun(title="car", colour="yellow")]
    said = caption(nouns, "left of", "on the snow", "flat", None, rng)
    assert said.index("cat") < said.index("left of") < said.index("yellow car")
    assert "on the snow" in said
    assert "flat" in said


def test_plurals_are_regular() -> None:
    assert [plural(word) for word in ("fox", "cherry", "monkey", "cat")] == [
        "foxes",
        "cherries",
        "monkeys",
        "cats",
    ]
