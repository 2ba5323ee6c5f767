"""`sfumato replay`: make a picture again from its file alone, and say whether it is the same.

Knows nothing of how pictures are compared.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sfumato.cli.speech import say

if TYPE_CHECKING:
    from sfumato.api.schemas import GenerateRequest
    from sfumato.cli.wiring import Home
    from sfumato.core import EncodedImage
    from sfumato.registry.snapshot import Snapshot

DIFFERENT = 1
LARGEST = 100_000_000  # bytes; a picture of ours is far below
ASKED = {  # of a recipe, and the fields of a request that mean the same
    "prompt": "prompt",
    "negative_prompt": "negative_prompt",
    "seed": "seed",
    "size": "size",
    "quality": "quality",
    "background": "background",
    "memory": "memory",
    "output_format": "output_format",
    "output_compression": "output_compression",
    "frames": "frame_count",
    "frame_ms": "frame_duration_ms",
}
REPEATED = {  # of the recipe of an edit, and the options of `sfumato edit`
    "seed": "seed",
    "quality": "quality",
    "background": "background",
    "memory": "memory",
    "snapshot": "model",
}
MOST = 16  # pictures of an edit
NOT_OURS = (
    "The recipe is not signed by this home, or the file was changed after it was signed: it is"
    " taken as a hint and checked like any request."
)


def replay(
    file: Annotated[Path, typer.Argument(help="A picture made by Sfumato.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the new picture here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output.")] = False,
) -> None:
    """Make a picture again: exit code 0 if identical, 1 if not, 2 if it cannot be done."""
    import asyncio

    from sfumato.cli.sameness import compare
    from sfumato.cli.saving import refuse_to_overwrite, save
    from sfumato.cli.showing import shown
    from sfumato.cli.wiring import open_home, read_settings
    from sfumato.codec.credentials import open_credentials
    from sfumato.codec.provenance import read_recipe

    if output is not None:
        refuse_to_overwrite([output], force=force)
    data = _read(file)
    there = shown(data)
    with open_home(read_settings()) as home:
        recipe, ours = read_recipe(data, open_credentials(home.settings.root))
        say("The recipe is signed by this home." if ours else NOT_OURS)
        image, digest = asyncio.run(_again(home, recipe))
    if output is not None:
        save(output, image.data)
    verdict = compare(there, recipe, image, digest)
    for line in verdict.lines:
        say(line)
    if not verdict.identical:
        raise typer.Exit(DIFFERENT)


def _read(file: Path) -> bytes:
    from sfumato.errors import InvalidRequest

    if file.stat().st_size > LARGEST:
        raise InvalidRequest(f"{file} is larger than any picture of Sfumato's, so it is none.")
    return file.read_bytes()


async def _again(home: "Home", recipe: Mapping[str, Any]) -> "tuple[EncodedImage, str]":
    """The picture of a recipe, made now, and the digest of the snapshot that made it."""
    from contextlib import aclosing
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from sfumato.api.caller import LOCAL
    from sfumato.api.orders import Order
    from sfumato.api.params import delivery, image_params
    from sfumato.cli.painting import paint
    from sfumato.errors import ServerError
    from sfumato.store import Store

    _refuse_edits(recipe)
    snapshot = _snapshot(recipe, (await home.names.registry()).snapshots)
    asked = _request(recipe)
    params = replace(image_params(asked, snapshot.capabilities), scene=_scene(recipe))
    order = Order(caller=LOCAL, params=params, delivery=delivery(asked), snapshot=snapshot)
    with TemporaryDirectory() as folder, Store.open(Path(folder)) as store:  # not history
        async with aclosing(paint(home.settings, store, order)) as images:
            async for image in images:
                return image, snapshot.digest
    raise ServerError("The picture could not be made again.")


def _refuse_edits(recipe: Mapping[str, Any]) -> None:
    """An edit starts from pictures, which its recipe names by hash and does not carry."""
    from sfumato.errors import InvalidRequest

    found = recipe.get("settings")
    settings = found if isinstance(found, dict) else {}
    inputs = recipe.get("inputs") or settings.get("inputs")
    if settings.get("task") != "edit" and not inputs:
        return
    hashes = inputs[:MOST] if isinstance(inputs, list) else []
    listed = ", ".join(f"{str(sha256)[:12]}…" for sha256 in hashes)
    masked = settings.get("mask") is not None
    raise InvalidRequest(
        "This picture is an edit: making it again needs the pictures that it was made from"
        f" (pixels with SHA-256 {listed}). Repeat it with:"
        f" {_repeated(recipe, others=len(hashes) - 1, masked=masked)}"
    )


def _repeated(recipe: Mapping[str, Any], *, others: int, masked: bool) -> str:
    """The command that makes an edit, its words quoted for a shell."""
    from shlex import join

    words = ["sfumato", "edit", "PICTURE", str(recipe.get("prompt"))]
    for name, option in REPEATED.items():
        words += [f"--{option}", str(recipe[name])] if name in recipe else []
    words += ["--with", "OTHER"] * others
    if masked:
        words += ["--markup", "MARKUP"] if recipe.get("mask") == "markup" else ["--mask", "MASK"]
    return join(words)


def _snapshot(recipe: Mapping[str, Any], installed: "Mapping[str, Snapshot]") -> "Snapshot":
    from sfumato.errors import InvalidRequest

    wanted = recipe.get("snapshot")
    if not isinstance(wanted, str) or wanted not in installed:
        raise InvalidRequest(
            f"This picture was made by the snapshot {wanted}, which is not installed here."
            f" Installed: {', '.join(sorted(installed)) or 'none'}. Put its manifest and files into"
            " the snapshots folder of the data folder (SFUMATO_HOME)."
        )
    return installed[wanted]


def _request(recipe: Mapping[str, Any]) -> "GenerateRequest":
    """The recipe as the request that it would be, typed and checked like one."""
    from sfumato.api.schemas import read_generate

    return read_generate(
        {field: recipe[name] for name, field in ASKED.items() if name in recipe}, strict=False
    )


def _scene(recipe: Mapping[str, Any]) -> Mapping[str, Any]:
    """The stored scene, if it is one; the engine plans nothing and starts from it."""
    from sfumato.errors import InvalidRequest
    from sfumato.native.scene import scene_from_json

    scene = recipe.get("scene")
    if not isinstance(scene, dict):
        raise InvalidRequest("The recipe of this file has no scene, so it cannot be replayed.")
    scene_from_json(scene)
    return scene
