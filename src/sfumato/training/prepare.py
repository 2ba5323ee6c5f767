"""What a run and a release need beside the network: packed assets, text encoder, memory, fonts.

Each is built once into the data folder from checked packages; later calls read the result, even
when the code that built it has changed since. Knows nothing about networks.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import torch

from sfumato.native.text import TextEncoder
from sfumato.training.assets import SourceAsset, read_assets
from sfumato.training.config import TrainingConfig
from sfumato.training.openclipart import read_openclipart, read_picks
from sfumato.training.raster import AssetTensor, choose, pack
from sfumato.training.sources import PICTURES, WORDS, fetch
from sfumato.training.text_torch import WEIGHTS, TorchTextEncoder, pack_text_encoder

OPENCLIPART = "openclipart-svg"


def prepare_assets(config: TrainingConfig, data: Path) -> AssetTensor:
    """Fetch and rasterise the config's assets."""
    packed = data / f"assets-{config.name}-{config.asset_size}.npz"
    if packed.is_file():
        return AssetTensor.load(packed)
    wanted = tuple(s for s in PICTURES if s.name in {*config.sources, *config.words_from})
    list(fetch(data / "sources", wanted + WORDS))
    assets = read_assets(data / "sources", wanted)
    chosen = choose(assets, config.sources, config.categories)
    titles = sorted({asset.title for asset in chosen})[: config.titles]
    tensor = pack([asset for asset in chosen if asset.title in titles], config.asset_size)
    _once(packed, tensor.save)
    return tensor


def prepare_torch_encoder(data: Path, device: torch.device) -> TorchTextEncoder:
    """The same encoder in torch, for a device that is faster than this processor."""
    folder = data / "text"
    if not (folder / WEIGHTS).is_file():
        from sfumato.training.text_export import weights

        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(weights() / "tokenizer.json", folder / "tokenizer.json")
        pack_text_encoder(weights(), folder)
    return TorchTextEncoder(folder, device)


def prepare_encoder(data: Path, threads: int) -> TextEncoder:
    """Export the frozen text encoder."""
    folder = data / "text"
    if not (folder / "text.onnx").is_file():
        from sfumato.training.text_export import export_text_encoder

        export_text_encoder(folder)
    return TextEncoder(folder / "text.onnx", folder / "tokenizer.json", threads)


def prepare_memory(config: TrainingConfig, data: Path, encoder: TextEncoder) -> Path:
    """Pack the drawings that may be drawn into users' pictures."""
    from sfumato.training.memory_pack import pack as pack_memory

    def build(path: Path) -> None:
        pack_memory(_memory_assets(config, data), encoder, path)

    return _once(data / f"memory-{config.name}.zip", build)


def prepare_fonts(data: Path) -> Path:
    """Pack the fonts of lettering."""
    from sfumato.training.fonts import FONT_PACKAGES, pack_fonts

    def build(path: Path) -> None:
        list(fetch(data / "sources", FONT_PACKAGES))
        pack_fonts(data / "sources", path)

    return _once(data / "fonts.zip", build)


def _memory_assets(config: TrainingConfig, data: Path) -> list[SourceAsset]:
    wanted = tuple(source for source in PICTURES if source.name in config.memory)
    vocabulary = tuple(source for source in PICTURES if source.name in config.words_from)
    list(fetch(data / "sources", wanted + vocabulary + WORDS))
    assets = read_assets(data / "sources", wanted)
    if OPENCLIPART in config.memory:
        assets += read_openclipart(_fetch_openclipart(data / "sources"), read_picks())
    return assets


def _fetch_openclipart(root: Path) -> Path:
    """The svg folder of Debian's package; RuntimeError on a system without apt and dpkg."""
    target = root / OPENCLIPART
    folder = target / "usr/share/openclipart/svg"
    if not folder.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        try:
            command = ["apt-get", "download", OPENCLIPART]
            subprocess.run(command, cwd=target, check=True, capture_output=True)
            (archive,) = target.glob("*.deb")
            subprocess.run(["dpkg", "-x", str(archive), str(target)], check=True)
        except (OSError, subprocess.CalledProcessError, ValueError) as error:
            raise RuntimeError(
                f"Clip art comes from the Debian package {OPENCLIPART}: unpack it into {target}."
            ) from error
    return folder


def _once(path: Path, build: Callable[[Path], None]) -> Path:
    """Build beside and rename, so that a kill leaves no half file."""
    if not path.is_file():
        fresh = path.with_suffix(f".new{path.suffix}")  # NumPy wants its own suffix
        build(fresh)
        fresh.rename(path)
    return path
