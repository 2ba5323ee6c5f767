"""The nouns that travel between the hops: params in, frames out. Knows no HTTP and no weights."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]  # (H, W, 4) straight-alpha sRGB
Mask: TypeAlias = NDArray[np.uint8]  # (H, W): 0 may change, 255 keep
Quality: TypeAlias = Literal["low", "medium", "high"]
Background: TypeAlias = Literal["opaque", "transparent"]
Memory: TypeAlias = Literal["on", "off"]
OutputFormat: TypeAlias = Literal["png", "jpeg", "webp", "gif", "svg"]

SEED_SPACE = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class InputPicture:
    """A picture that an edit starts from: accepted, upright `width` x `height`, kept as an object.

    `sha256` is of its pixels as `Source.sha256`, `has_alpha` whether one of them is not opaque,
    `recipe` what its file said made it, or None.
    """

    key: str
    sha256: str
    width: int
    height: int
    has_alpha: bool = False
    recipe: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputMask:
    """Where the first input picture may change: an accepted object and how it says so.

    A mask says it by its alpha, a markup by what was drawn and what the drawing encloses.
    """

    key: str
    kind: Literal["mask", "markup"] = "mask"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageParams:
    """What the client asked, validated and resolved: no `auto`, no `null`, engine-neutral.

    Picture `i` of `n` is `single(i)`.
    """

    prompt: str
    width: int = 1024
    height: int = 1024
    quality: Quality = "medium"
    background: Background = "opaque"
    n: int = 1
    seed: int = 0
    memory: Memory = "on"
    partial_images: int = 0
    output_format: OutputFormat = "png"
    output_compression: int = 100
    scene: Mapping[str, Any] | None = None  # a replayed Scene: planning is skipped
    negative_prompt: str = ""
    inputs: tuple[InputPicture, ...] = ()  # with pictures it is an edit; the first one changes
    mask: InputMask | None = None
    frames: int = 1  # of a GIF
    frame_ms: int = 200

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each picture: f(seed, i) = (seed + i) mod 2**32."""
        return tuple((self.seed + i) % SEED_SPACE for i in range(self.n))

    def single(self, index: int) -> "ImageParams":
        """The params of picture `index` alone; a recipe is always one picture."""
        return replace(self, n=1, seed=self.seeds[index])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """An input picture of an edit, with its Scene when it is one of ours, else None."""

    pixels: Pixels
    scene: Mapping[str, Any] | None = None

    @property
    def sha256(self) -> str:
        """Of its size and pixels: the same picture has the same hash in every file format."""
        return _sha256(self.pixels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditInputs:
    """What an edit starts from: the picture to be changed first, then those it takes things from.

    `mask` has the first picture's size and OpenAI's meaning of alpha: 0 may change, 255 keeps the
    pixel, values between blend linearly. None leaves it to the instruction what changes.
    """

    pictures: tuple[Source, ...]
    mask: Mask | None = None

    @property
    def mask_sha256(self) -> str | None:
        return None if self.mask is None else _sha256(self.mask)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A sampler step was computed; `step` counts from 1 to `steps`."""

    step: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Partial image: the decoded estimate `x_0` of the finished picture after `step` of `steps`."""

    step: int
    steps: int
    pixels: Pixels


def partial_steps(steps: int, partials: int) -> frozenset[int]:
    """The steps after which a preview is due: evenly spread, never the last, fewer if few steps."""
    places = (round(steps * (i + 1) / (partials + 1)) for i in range(partials))
    return frozenset(place for place in places if 0 < place < steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetCredit:
    """An asset of memory that was drawn into a picture."""

    id: str
    title: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Final pixels and the facts that reproduce them. No time, no job id, nothing but these."""

    pixels: Pixels
    seed: int
    steps: int
    t0: float
    pipeline_revision: str
    scene: Mapping[str, Any]
    matched: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    assets: tuple[AssetCredit, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)  # guidance, sampler, base size …
    frames: tuple[Pixels, ...] = ()  # of a GIF: all of them, `pixels` being the first


Frame: TypeAlias = Progress | Preview | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPreview:
    """A partial image as a file: partial `partial_index` (from 0) of picture `index` of n.

    Where many may read it late, its bytes lie at `path` instead.
    """

    index: int
    partial_index: int
    data: bytes = field(repr=False)
    media_type: str
    path: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedImage:
    """A finished file. `sha256` is of the encoded picture before credentials were stamped in.

    `picture_id` and `object_key` are set once it is kept; from then on `data` may be dropped.
    """

    index: int = 0
    data: bytes = field(repr=False)
    media_type: str
    output_format: OutputFormat
    width: int
    height: int
    seed: int
    sha256: str
    recipe: Mapping[str, Any]
    picture_id: str = ""
    object_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens by OpenAI's published formula."""

    text_tokens: int
    image_tokens_in: int
    output_tokens: int

    @property
    def input_tokens(self) -> int:
        return self.text_tokens + self.image_tokens_in

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens


def _sha256(pixels: NDArray[np.uint8]) -> str:
    size = "x".join(map(str, pixels.shape)).encode()
    hashed = hashlib.sha256(size)
    hashed.update(np.ascontiguousarray(pixels).data)  # in place: 400 MB of a large picture
    return hashed.hexdigest()
