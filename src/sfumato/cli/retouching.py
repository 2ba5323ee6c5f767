"""From picture files to what an edit starts from, accepted and kept as the server keeps uploads.

Knows nothing of how an edit is planned or made.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sfumato.api.caller import LOCAL
from sfumato.api.input_pictures import LARGEST, check_together, too_large
from sfumato.cli.saving import SUFFIXES
from sfumato.cli.speech import complain
from sfumato.cli.wiring import Home
from sfumato.codec.credentials import Credentials, open_credentials
from sfumato.codec.inspect import inspect
from sfumato.codec.mask import decode_markup, decode_mask
from sfumato.core import InputMask, InputPicture, Mask
from sfumato.errors import ImageUserError, InvalidRequest
from sfumato.store import Store

NOT_OURS = (
    "{name} carries a recipe that this home did not sign, or was changed since: its scene is taken"
    " as a hint."
)
READERS: dict[Literal["mask", "markup"], Callable[[bytes, tuple[int, int]], Mask]] = {
    "mask": decode_mask,
    "markup": decode_markup,
}


def edited_name(picture: Path, output_format: str | None) -> Path:
    """fox.png → fox-edit.png, or another format's; without a suffix of ours it becomes a PNG."""
    own = SUFFIXES.get(picture.suffix.lower())
    suffix = picture.suffix if own else ".png"
    if output_format not in (None, own):
        suffix = next((s for s, named in SUFFIXES.items() if named == output_format), suffix)
    return picture.with_name(f"{picture.stem}-edit{suffix}")


def accept_pictures(home: Home, files: Sequence[Path]) -> tuple[InputPicture, ...]:
    """Look at each and keep it; a picture of ours brings its recipe. Refusals name the file."""
    credentials = open_credentials(home.settings.root)
    pictures: list[InputPicture] = []
    for number, file in enumerate(files):
        pictures.append(_picture(home.store, file, credentials))
        check_together(pictures, "with" if number else "image")
    return tuple(pictures)


def accept_mask(
    home: Home, mask: Path | None, markup: Path | None, first: InputPicture
) -> InputMask | None:
    """The mask or the markup of `first`, looked at and kept; InvalidRequest when both are given."""
    if mask and markup:
        raise InvalidRequest("Give a mask or a markup, not both.", param="markup")
    kind: Literal["mask", "markup"] = "markup" if markup else "mask"
    file = markup or mask
    if file is None:
        return None
    with _naming(file):
        data = _read(file)
        READERS[kind](data, (first.width, first.height))
    return InputMask(key=_keep(home.store, file, hashlib.sha256(data).hexdigest()), kind=kind)


def _picture(store: Store, file: Path, credentials: Credentials) -> InputPicture:
    with _naming(file):
        facts = inspect(_read(file), credentials)
    own = store.pictures.find(LOCAL.id, facts.file_sha256)
    if own is None and facts.recipe is not None and not facts.ours:
        complain(NOT_OURS.format(name=file.name))  # apart from the answer, which may be JSON
    return InputPicture(
        key=_keep(store, file, facts.file_sha256),
        sha256=facts.pixels_sha256,
        width=facts.width,
        height=facts.height,
        has_alpha=facts.has_alpha,
        recipe=facts.recipe if own is None else own.recipe,
    )


def _keep(store: Store, file: Path, sha256: str) -> str:
    spooled = store.inputs.spool()
    try:
        shutil.copyfile(file, spooled)
        return store.inputs.keep(spooled, sha256)
    finally:
        spooled.unlink(missing_ok=True)


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """A refusal inside says which of several files it is about, not which field it would be."""
    try:
        yield
    except (InvalidRequest, ImageUserError) as error:
        said = error.message.removeprefix(f"{error.param}: ")
        raise type(error)(f"{file}: {said}", code=error.code) from error


def _read(file: Path) -> bytes:
    if file.stat().st_size > LARGEST:
        raise too_large(str(file))
    return file.read_bytes()
