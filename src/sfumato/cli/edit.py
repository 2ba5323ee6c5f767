"""`sfumato edit`: a picture and an instruction become a picture, stamped with its own recipe.

Decides nothing about pixels. Edits chain: the scene of a picture of ours is in its file.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfumato.cli.speech import say

if TYPE_CHECKING:
    from sfumato.api.orders import Order
    from sfumato.cli.wiring import Home
    from sfumato.core import EncodedImage


def edit(
    picture: Annotated[Path, typer.Argument(help="The picture to change.")],
    instruction: Annotated[str, typer.Argument(help="What to change, or what the mask shows.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; PICTURE-edit by default.")
    ] = None,
    mask: Annotated[
        Path | None, typer.Option(help="PNG or WebP, transparent where it may change.")
    ] = None,
    markup: Annotated[
        Path | None, typer.Option(help="PNG with what was drawn over the picture to show where.")
    ] = None,
    with_: Annotated[
        list[Path] | None, typer.Option("--with", help="A picture to take something from.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="A name from `sfumato models`.")] = None,
    size: Annotated[str | None, typer.Option(help="WIDTHxHEIGHT; the picture's own.")] = None,
    quality: Annotated[str | None, typer.Option(help="low, medium, high or auto.")] = None,
    background: Annotated[str | None, typer.Option(help="opaque, transparent or auto.")] = None,
    seed: Annotated[int | None, typer.Option(help="The picture's own, else one is drawn.")] = None,
    memory: Annotated[str | None, typer.Option(help="on, or off to paint from noise.")] = None,
    format: Annotated[str | None, typer.Option(help="png, jpeg, webp or svg.")] = None,
    compression: Annotated[int | None, typer.Option(help="0-100, for jpeg and webp.")] = None,
    moderation: Annotated[str | None, typer.Option(help="auto or low.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what was understood.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Answer with the recipe.")] = False,
) -> None:
    """Change a picture: "make it blue", "remove the hat", "now at night"."""
    import asyncio

    from sfumato.cli.asking import edit as edit_order
    from sfumato.cli.retouching import accept_mask, accept_pictures, edited_name
    from sfumato.cli.saving import format_of, refuse_to_overwrite, save
    from sfumato.cli.wiring import open_home, read_settings

    target = output or edited_name(picture, format)
    body = {
        "prompt": instruction,
        "model": model,
        "size": size,
        "quality": quality,
        "background": background,
        "seed": seed,
        "memory": memory,
        "output_format": format_of(target, format),
        "output_compression": compression,
        "moderation": moderation,
    }
    refuse_to_overwrite([target], force=force)
    with open_home(read_settings()) as home:
        pictures = accept_pictures(home, [picture, *(with_ or [])])
        drawn = accept_mask(home, mask, markup, pictures[0])
        image = asyncio.run(_edited(home, asyncio.run(edit_order(home, body, pictures, drawn))))
    save(target, image.data)
    _answer(target, image, explain=explain, json=json)


async def _edited(home: "Home", order: "Order") -> "EncodedImage":
    from contextlib import aclosing

    from sfumato.cli.painting import paint
    from sfumato.errors import ServerError

    async with aclosing(paint(home.settings, home.store, order)) as images:
        async for image in images:
            return image
    raise ServerError("The picture could not be made.")


def _answer(path: Path, image: "EncodedImage", *, explain: bool, json: bool) -> None:
    from json import dumps

    from sfumato.cli.explain import explain as print_plan

    if json:
        typer.echo(dumps({"file": str(path), "recipe": image.recipe}, ensure_ascii=False, indent=2))
        return
    say(
        f"{path}  {image.width}x{image.height} {image.output_format}, seed {image.seed},"
        f" {image.recipe['snapshot']}"
    )
    changes = image.recipe["settings"].get("changes", [])
    if explain:
        print_plan(image.recipe)
        return
    if changes:
        say(f"  Changed: {'; '.join(changes)}")
    if image.recipe["unmatched"]:
        say(f"  Words not matched: {', '.join(image.recipe['unmatched'])} (see --explain)")
