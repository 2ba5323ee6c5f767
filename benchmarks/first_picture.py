"""First picture against one step of a Stable-Diffusion-1.5-sized model, on this machine.

    python benchmarks/first_picture.py [--threads 2] [--repeats 3]

Ours: a new process loads the newest shipped snapshot and renders 1024x1024 at quality "low".
Theirs: one forward pass of the UNet and one decode of 512x512, after a warm-up, the best of
`repeats`; loading is not counted against it, and its weights are random. Both use `threads`.
Prints the seconds and their ratio. Needs the extras `train` and `diffusers`.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

TARGET = 0.1
HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()

    ours = min(
        (measure("render_once.py", options.threads) for _ in range(options.repeats)),
        key=lambda run: run["total"],
    )
    theirs = measure("sd15_step.py", options.threads, options.repeats)
    ratio = ours["total"] / theirs["total"]
    print(f"threads                                 {options.threads}")
    print(f"ours: import                          {ours['import']:8.3f} s")
    print(f"ours: load and verify the snapshot    {ours['load']:8.3f} s")
    print(f"ours: render 1024x1024, quality low   {ours['render']:8.3f} s")
    print(f"ours: first picture in all            {ours['total']:8.3f} s")
    print(f"SD 1.5 size: UNet step                {theirs['unet']:8.3f} s")
    print(f"SD 1.5 size: decode to 512x512        {theirs['decode']:8.3f} s")
    print(f"SD 1.5 size: step and decode          {theirs['total']:8.3f} s")
    print(f"ratio                                 {ratio:8.3f}   target below {TARGET}")


def measure(script: str, *arguments: int) -> dict[str, float]:
    """Run one side in a process of its own; it prints its seconds as JSON."""
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    seconds: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


if __name__ == "__main__":
    main()
