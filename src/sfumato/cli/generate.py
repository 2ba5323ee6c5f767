"""`sfumato generate`: a prompt becomes files, by the same rules and the same path as the API.

Decides nothing itself.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfumato.cli.speech import say

if TYPE_CHECKING:
    from sfumato.api.orders import Order
    from sfumato.cli.wiring import Home
    from sfumato.core import EncodedImage


def generate(
    prompt: Annotated[str, typer.Argument(help="What the picture shows.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    negative_prompt: Annotated[
        str | None, typer.Option("--negative-prompt", "-x", help="What it must not show.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="A name from `sfumato models`.")] = None,
    size: Annotated[str | None, typer.Option(help="WIDTHxHEIGHT or auto.")] = None,
    quality: Annotated[str | None, typer.Option(help="low, medium, high or auto.")] = None,
    background: Annotated[str | None, typer.Option(help="opaque, transparent or auto.")] = None,
    seed: Annotated[int | None, typer.Option(help="Without one, it is drawn and told.")] = None,
    n: Annotated[int | None, typer.Option("--n", "-n", help="How many pictures.")] = None,
    memory: Annotated[str | None, typer.Option(help="on, or off to paint from noise.")] = None,
    format: Annotated[str | None, typer.Option(help="png, jpeg, webp, gif or svg.")] = None,
    compression: Annotated[int | None, typer.Option(help="0-100, for jpeg and webp.")] = None,
    frames: Annotated[int | None, typer.Option(help="2-16, of a gif.")] = None,
    frame_ms: Annotated[int | None, typer.Option(help="How long a gif shows each.")] = None,
    moderation: Annotated[str | None, typer.Option(help="auto or low.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the plan.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Answer with the recipes.")] = False,
) -> None:
    """Make a picture, or several."""
    import asyncio

    from sfumato.cli.asking import generation
    from sfumato.cli.saving import format_of
    from sfumato.cli.wiring import open_home, read_settings

    body = {
        "prompt": prompt,
        "negative_prompt": negative_prompt,
        "model": model,
        "size": size,
        "quality": quality,
        "background": background,
        "seed": seed,
        "n": n,
        "memory": memory,
        "output_format": format_of(output, format),
        "output_compression": compression,
        "frame_count": frames,
        "frame_duration_ms": frame_ms,
        "moderation": moderation,
    }
    with open_home(read_settings()) as home:
        order = asyncio.run(generation(home, body))
        files = asyncio.run(_files(home, order, output, force=force))
    _answer(files, explain=explain, json=json)


async def _files(
    home: "Home", order: "Order", output: Path, *, force: bool
) -> "dict[Path, EncodedImage]":
    from contextlib import aclosing

    from sfumato.cli.painting import paint
    from sfumato.cli.saving import paths_for, refuse_to_overwrite, save

    paths = paths_for(output, order.params.n)
    refuse_to_overwrite(paths, force=force)
    files = {}
    async with aclosing(paint(home.settings, home.store, order)) as images:
        async for image in images:
            save(paths[image.index], image.data)
            files[paths[image.index]] = image
    return files


def _answer(files: "Mapping[Path, EncodedImage]", *, explain: bool, json: bool) -> None:
    from json import dumps

    from sfumato.cli.explain import explain as print_plan

    if json:
        listed = [{"file": str(path), "recipe": image.recipe} for path, image in files.items()]
        typer.echo(dumps(listed, ensure_ascii=False, indent=2))
        return
    for path, image in files.items():
        say(
            f"{path}  {image.width}x{image.height} {image.output_format}, seed {image.seed},"
            f" {image.recipe['snapshot']}"
        )
        if explain:
            print_plan(image.recipe)
        elif image.recipe["unmatched"]:
            say(f"  Words not matched: {', '.join(image.recipe['unmatched'])} (see --explain)")
