"""Their side of first_picture.py: a UNet and a VAE decoder of Stable Diffusion 1.5's size.

The shapes are those of the published configuration (860 million parameters in the UNet, 64x64
latents, 77 text tokens of 768); the weights are random, since only time is measured. float32.
"""

import json
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel

WIDTHS = (320, 640, 1280, 1280)


def unet() -> Any:
    return UNet2DConditionModel(
        sample_size=64,
        in_channels=4,
        out_channels=4,
        layers_per_block=2,
        block_out_channels=WIDTHS,
        down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3,
        cross_attention_dim=768,
        attention_head_dim=8,
    ).eval()


def decoder() -> Any:
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        latent_channels=4,
        sample_size=512,
        layers_per_block=2,
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
    ).eval()


def best(action: Callable[[], object], repeats: int) -> float:
    """Seconds of the fastest of `repeats` runs after one that is not counted."""
    action()
    seconds = []
    for _ in range(repeats):
        start = perf_counter()
        action()
        seconds.append(perf_counter() - start)
    return min(seconds)


@torch.inference_mode()
def main() -> None:
    threads, repeats = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn(1, 4, 64, 64, generator=generator)
    text = torch.randn(1, 77, 768, generator=generator)
    step, decode = unet(), decoder()
    parameters = sum(p.numel() for p in step.parameters())
    print(f"UNet: {parameters / 1e6:.0f} million parameters", file=sys.stderr)
    seconds = {
        "unet": best(lambda: step(latents, timestep=500, encoder_hidden_states=text), repeats),
        "decode": best(lambda: decode.decode(latents).sample, repeats),
    }
    print(json.dumps({**seconds, "total": sum(seconds.values())}))


if __name__ == "__main__":
    main()
