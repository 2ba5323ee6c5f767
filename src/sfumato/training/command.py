"""`sfumato train`: a training run from the command line, with progress. Knows no model details."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

SHIPPED = Path(__file__).parents[1] / "snapshots"


def train(
    config: Annotated[str, typer.Option(help="Training config: smoke, cpu or gpu.")] = "cpu",
    run: Annotated[
        Path | None, typer.Option(help="Folder of the run; resumes what is there.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Folder for fetched and packed data.")] = Path("data"),
    start: Annotated[
        Path | None, typer.Option(help="Checkpoint that a fresh run starts from.")
    ] = None,
    copy: Annotated[
        Path | None, typer.Option(help="Write a half-size copy (bfloat16) here in the end.")
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="Stop after so many minutes.")] = None,
    steps: Annotated[int | None, typer.Option(help="Stop after so many steps.", min=1)] = None,
    batch: Annotated[
        int | None, typer.Option(help="Pictures a step, where the config's do not fit.", min=1)
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Annotated[int, typer.Option(help="Compute threads.", min=1)] = 2,
) -> None:
    """Train the native model's denoiser; stop with Ctrl-C and call again to resume."""
    import torch

    from sfumato.training.config import CONFIGS
    from sfumato.training.prepare import (
        prepare_assets,
        prepare_encoder,
        prepare_torch_encoder,
    )
    from sfumato.training.trainer import Run

    if config not in CONFIGS:
        raise typer.BadParameter(f"'{config}' is not one of {', '.join(CONFIGS)}.")
    torch.set_num_threads(threads)
    chosen = CONFIGS[config]
    chosen = replace(chosen, batch=batch) if batch else chosen
    folder = run or Path("runs") / config
    assets = prepare_assets(chosen, data)
    here = device == "cpu"
    encoder = (
        prepare_encoder(data, threads)
        if here
        else prepare_torch_encoder(data, torch.device(device))
    )
    session = Run(chosen, folder, assets, encoder, device, start)
    titles = len(set(assets.titles))
    size = sum(weight.numel() for weight in session.model.parameters())
    print(
        f"{config}: {size / 1e6:.1f} M parameters, {len(assets.titles)} assets of {titles} things;"
        f" from step {session.step}"
    )
    try:
        for report in session.train(minutes * 60 if minutes else None, steps):
            print(
                f"step {report.step}  samples {report.samples}  loss {report.loss:.4f}"
                f"  {report.samples_per_second:.1f} samples/s"
                f"  {report.utilisation:.0%} of the device's peak",
                flush=True,
            )
    except KeyboardInterrupt:
        session.save()
    if copy is not None:
        session.save(copy, torch.bfloat16)
    print(f"Checkpoint after step {session.step} in {folder / 'checkpoint'}")


def release_snapshot(
    config: Annotated[str, typer.Option(help="Training config of the run.")] = "cpu",
    run: Annotated[Path | None, typer.Option(help="Folder of the run.")] = None,
    data: Annotated[Path, typer.Option(help="Folder with the prepared data.")] = Path("data"),
    target: Annotated[Path, typer.Option(help="Folder that will hold the snapshot.")] = SHIPPED,
    version: Annotated[
        str, typer.Option(help="Version that the snapshot belongs to.")
    ] = "gpt-image-2",
    presets: Annotated[
        Path | None, typer.Option(help="JSON file: quality → steps, guidance, t0.")
    ] = None,
) -> None:
    """Turn a run's checkpoint into a dated snapshot; moves no alias."""
    from sfumato.training.config import CONFIGS
    from sfumato.training.release import PRESETS, read_presets, release

    snapshot = release(
        CONFIGS[config],
        run or Path("runs") / config,
        data,
        target,
        version=version,
        presets=read_presets(presets) if presets else PRESETS,
    )
    size = sum(file.size for file in snapshot.files) / 1e6
    print(f"{snapshot.id}  {size:.1f} MB  digest {snapshot.digest[:16]}")
