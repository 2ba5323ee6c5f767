"""Pictures from files to an edit and back to a stamped file. Knows nothing of how one is planned.

The engine runs in this process: an edit's pictures do not travel to the server's workers yet.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.progress import Progress as Bar

from sfumato.api.params import delivery, image_params
from sfumato.api.schemas import read_generate
from sfumato.cli.saving import SUFFIXES
from sfumato.cli.speech import complain, complaints
from sfumato.cli.wiring import Home
from sfumato.codec.credentials import Credentials, open_credentials
from sfumato.codec.decode import decode, decode_mask
from sfumato.codec.finish import finish
from sfumato.codec.provenance import read_recipe
from sfumato.core import (
    SEED_SPACE,
    EditInputs,
    EncodedImage,
    ImageParams,
    Mask,
    Picture,
    Progress,
    Source,
)
from sfumato.errors import InvalidRequest, ServerError
from sfumato.jobs.engine_worker import ENGINES
from sfumato.jobs.rendering import make_engine
from sfumato.native.scene import scene_from_json
from sfumato.registry.snapshot import SizeRule, Snapshot
from sfumato.safety import moderation

CALLER = "local"
LARGEST = 100_000_000  # bytes of a file
NOT_OURS = (
    "{name} carries a recipe that this home did not sign, or was changed since: its scene is taken"
    " as a hint."
)
_BARED = re.compile(
    r"\b(?:remove|delete|erase|no|without|cut out)\b.{0,12}\b(?:background|backdrop)", re.I
)
_CUT_OUT = re.compile(r"\b(?:transparent|see[- ]through|stickers?)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The pictures, and the seed of the one that is changed, when its recipe tells it."""

    pictures: EditInputs
    seed: int | None


def edited_name(picture: Path, output_format: str | None) -> Path:
    """fox.png → fox-edit.png, or another format's; without a suffix of ours it becomes a PNG."""
    own = SUFFIXES.get(picture.suffix.lower())
    suffix = picture.suffix if own else ".png"
    if output_format not in (None, own):
        suffix = next((s for s, named in SUFFIXES.items() if named == output_format), suffix)
    return picture.with_name(f"{picture.stem}-edit{suffix}")


def read_inputs(home: Home, picture: Path, others: Sequence[Path], mask: Path | None) -> Inputs:
    """Decode the files; a picture of ours brings its scene. InvalidRequest names a bad file."""
    credentials = open_credentials(home.settings.root)
    first, seed = _source(picture, credentials)
    rest = [_source(other, credentials)[0] for other in others]
    alpha = None if mask is None else _mask(mask)
    return Inputs(pictures=EditInputs(pictures=(first, *rest), mask=alpha), seed=seed)


async def retouch(home: Home, body: Mapping[str, Any], inputs: Inputs) -> EncodedImage:
    """The API's own reading of the order, then the edit, stamped and kept in the history."""
    asked = read_generate(dict(body) | {"size": None}, strict=False)
    snapshot = (await home.names.resolve(asked.model)).snapshot
    params = _params(body, inputs, snapshot)
    moderation.check(params.prompt, delivery(asked).moderation)
    picture = _rendered(home, params, inputs.pictures, snapshot)
    credentials = open_credentials(home.settings.root)
    image = finish(picture, params, snapshot.id, snapshot.digest, credentials, 0)
    home.store.pictures.add(image, params=params, snapshot_id=snapshot.id, caller=CALLER)
    return image


def _params(body: Mapping[str, Any], inputs: Inputs, snapshot: Snapshot) -> ImageParams:
    """Like a generation's; size, seed and background are the picture's own unless asked."""
    changed = dict(body)
    source = inputs.pictures.pictures[0].pixels
    if changed["background"] in (None, "auto"):
        words = str(body["prompt"])
        clear = bool((source[..., 3] < 255).any() or _BARED.search(words) or _CUT_OUT.search(words))
        possible = clear and body["output_format"] != "jpeg"
        changed["background"] = "transparent" if possible else "opaque"
    if changed["seed"] is None:
        changed["seed"] = inputs.seed
    if changed["size"] not in (None, "auto"):
        return image_params(read_generate(changed, strict=False), snapshot.capabilities)
    params = image_params(
        read_generate(changed | {"size": None}, strict=False), snapshot.capabilities
    )
    height, width = source.shape[:2]
    _check_size(width, height, snapshot.capabilities.sizes)
    return replace(params, width=width, height=height)


def _check_size(width: int, height: int, rule: SizeRule) -> None:
    if max(width, height) > rule.longest_edge or width * height > rule.max_area:
        raise InvalidRequest(
            f"The picture has {width}x{height} pixels; an edge may have {rule.longest_edge}, all"
            f" together {rule.max_area}. Give --size for a smaller result.",
            param="size",
        )


def _rendered(home: Home, params: ImageParams, pictures: EditInputs, snapshot: Snapshot) -> Picture:
    engine = make_engine(ENGINES, snapshot, home.settings.threads)
    console = complaints()
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"Loading {snapshot.id}", total=None)
        engine.load(snapshot)
        try:
            for frame in engine.edit(params, pictures):
                if isinstance(frame, Progress):
                    bar.update(
                        task, description="Painting", completed=frame.step, total=frame.steps
                    )
                if isinstance(frame, Picture):
                    return frame
        finally:
            engine.unload()
    raise ServerError("The picture could not be made.")


def _source(file: Path, credentials: Credentials) -> tuple[Source, int | None]:
    """The picture upright, with scene and seed where it has a recipe that describes it."""
    data = _read(file)
    with _naming(file):
        pixels = decode(data)
    try:
        recipe, ours = read_recipe(data, credentials)
    except InvalidRequest:
        return Source(pixels=pixels), None  # a foreign picture
    if not ours:
        complain(NOT_OURS.format(name=file.name))  # apart from the answer, which may be JSON
    return Source(pixels=pixels, scene=_scene(recipe)), _seed(recipe)


def _mask(file: Path) -> Mask:
    data = _read(file)
    with _naming(file):
        return decode_mask(data)


def _scene(recipe: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The scene, if it is one and says all of the picture."""
    scene, settings = recipe.get("scene"), recipe.get("settings")
    if not isinstance(scene, dict) or not isinstance(settings, dict):
        return None
    if settings.get("scene_is_whole", True) is not True:
        return None
    try:
        scene_from_json(scene)
    except InvalidRequest:
        return None
    return scene


def _seed(recipe: Mapping[str, Any]) -> int | None:
    seed = recipe.get("seed")
    return seed if type(seed) is int and 0 <= seed < SEED_SPACE else None


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """A refusal inside says, too, which of several files it is about."""
    try:
        yield
    except InvalidRequest as error:
        raise InvalidRequest(f"{file}: {error.message}", param=error.param) from error


def _read(file: Path) -> bytes:
    if file.stat().st_size > LARGEST:
        raise InvalidRequest(f"{file} is larger than {LARGEST // 1_000_000} MB.", param="image")
    return file.read_bytes()
