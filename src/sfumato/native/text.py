"""Words → conditioning: frozen MiniLM-L6 token embeddings (ONNX, int8), bytes of quoted words.

One text is encoded alone and unpadded, so that its embedding never depends on another's. Knows
nothing about prompts' meaning.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

TEXT_WIDTH = 384
MAX_TOKENS = 128


class TextEncoder:
    """MiniLM by its ONNX file and its `tokenizer.json`; `threads` is fixed for equal bytes."""

    def __init__(self, model: Path, tokenizer: Path, threads: int = 1) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = ort.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def tokens(self, text: str) -> NDArray[np.float32]:
        """Contextual embeddings, (L, 384) with L ≤ 128; [CLS] and [SEP] are among them."""
        ids = np.asarray([self._tokenizer.encode(text).ids], dtype=np.int64)
        (hidden,) = self._session.run(["hidden"], {"ids": ids, "mask": np.ones_like(ids)})
        return np.asarray(hidden[0], dtype=np.float32)

    def batch(self, texts: Sequence[str], length: int) -> NDArray[np.float32]:
        """Many texts at once for training, (B, length, 384), zero where a text is shorter."""
        encodings = [self._tokenizer.encode(t).ids[:length] for t in texts]
        ids = np.zeros((len(texts), length), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding)] = encoding
            mask[row, : len(encoding)] = 1
        (hidden,) = self._session.run(["hidden"], {"ids": ids, "mask": mask})
        return np.asarray(hidden * mask[..., None], dtype=np.float32)

    def sentence(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Mean-pooled unit vectors, (N, 384): cosine similarity is a dot product."""
        pooled = np.stack([self.tokens(text).mean(axis=0) for text in texts])
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), dtype=np.float32)


def letters(words: Sequence[str], length: int) -> NDArray[np.int64]:
    """UTF-8 bytes of quoted words, (length,), each byte + 1, 0 where there is none."""
    data = b" ".join(word.encode() for word in words)[:length]
    padded = np.zeros(length, dtype=np.int64)
    padded[: len(data)] = np.frombuffer(data, dtype=np.uint8).astype(np.int64) + 1
    return padded
