"""Pictures from files to an edit and back to a stamped file. Knows nothing of how one is planned.

The engine runs in this process: an edit's pictures do not travel to the server's workers yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import Progress as Bar

from sfumato.api.params import Start, delivery, image_params, seed_of
from sfumato.api.schemas import read_edit
from sfumato.cli.saving import SUFFIXES
from sfumato.cli.speech import complain, complaints
from sfumato.cli.wiring import Home
from sfumato.codec.credentials import Credentials, open_credentials
from sfumato.codec.decode import decode
from sfumato.codec.finish import finish
from sfumato.codec.mask import decode_mask
from sfumato.codec.provenance import read_recipe
from sfumato.core import (
    EditInputs,
    EncodedImage,
    ImageParams,
    Mask,
    Picture,
    Progress,
    Source,
)
from sfumato.errors import ImageUserError, InvalidRequest, ServerError
from sfumato.jobs.engine_worker import ENGINES
from sfumato.jobs.rendering import make_engine
from sfumato.native.scene import scene_from_json
from sfumato.registry.snapshot import Snapshot
from sfumato.safety import moderation

CALLER = "local"
LARGEST = 100_000_000  # bytes of a file
NOT_OURS = (
    "{name} carries a recipe that this home did not sign, or was changed since: its scene is taken"
    " as a hint."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The pictures, and the seed of the one that is changed, when its recipe tells it."""

    pictures: EditInputs
    seed: int | None

    @property
    def start(self) -> Start:
        """What the rules of an edit ask about them."""
        pixels = self.pictures.pictures[0].pixels
        return Start(
            width=pixels.shape[1],
            height=pixels.shape[0],
            has_alpha=bool((pixels[..., 3] < 255).any()),
            seed=self.seed,
            mask=None if self.pictures.mask is None else "mask",
        )


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
    height, width = first.pixels.shape[:2]
    alpha = None if mask is None else _mask(mask, (width, height))
    return Inputs(pictures=EditInputs(pictures=(first, *rest), mask=alpha), seed=seed)


async def retouch(home: Home, body: Mapping[str, Any], inputs: Inputs) -> EncodedImage:
    """The API's own reading of the order, then the edit, stamped and kept in the history."""
    asked = read_edit(dict(body), strict=False)
    snapshot = (await home.names.resolve(asked.model)).snapshot
    params = image_params(asked, snapshot.capabilities, inputs.start)
    moderation.check(params.prompt, delivery(asked).moderation)
    picture = _rendered(home, params, inputs.pictures, snapshot)
    credentials = open_credentials(home.settings.root)
    image = finish(picture, params, snapshot.id, snapshot.digest, credentials, 0)
    home.store.pictures.add(image, params=params, snapshot_id=snapshot.id, caller=CALLER)
    return image


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
    return Source(pixels=pixels, scene=_scene(recipe)), seed_of(recipe)


def _mask(file: Path, size: tuple[int, int]) -> Mask:
    data = _read(file)
    with _naming(file):
        return decode_mask(data, size)


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


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """A refusal inside says, too, which of several files it is about."""
    try:
        yield
    except (InvalidRequest, ImageUserError) as error:
        raise type(error)(f"{file}: {error.message}", param=error.param, code=error.code) from error


def _read(file: Path) -> bytes:
    if file.stat().st_size > LARGEST:
        raise InvalidRequest(f"{file} is larger than {LARGEST // 1_000_000} MB.", param="image")
    return file.read_bytes()
