"""The batches of a run as sketches, by step: what sampling processes compute ahead of the device.

Knows nothing about pixels.
"""

import numpy as np
from torch.utils.data import Dataset

from sfumato.training.config import TrainingConfig
from sfumato.training.sketches import Vocabulary
from sfumato.training.synthesis import BatchSketch, sample


class SketchDataset(Dataset[BatchSketch]):
    """Item k is the batch of step k, whoever samples it and when."""

    def __init__(self, vocabulary: Vocabulary, config: TrainingConfig) -> None:
        self._vocabulary = vocabulary
        self._config = config

    def __getitem__(self, step: int) -> BatchSketch:
        rng = np.random.default_rng([self._config.seed, step])
        return sample(self._vocabulary, self._config.synthesis, self._config.batch, rng)
