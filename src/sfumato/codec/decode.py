"""The bytes of a stranger's PNG, JPEG or WebP to upright sRGB pixels, within limits.

A file that is a picture and something else besides (a page, a script, an archive behind its end) is
taken for the picture alone: nothing but its pixels goes on. Knows nothing about credentials.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError

from sfumato.codec.colour import Colours, colours, to_rgba
from sfumato.codec.container import Bare, Broken, bare_jpeg, bare_png
from sfumato.codec.kinds import picture_kind, unsupported
from sfumato.codec.orientation import as_stored, is_sideways, orientation
from sfumato.core import Pixels
from sfumato.errors import ImageUserError, SfumatoError

MAX_PIXELS = 100_000_000
STRIP = 1_000_000  # pixels that are converted at once: what is held twice
_DEPTH_AT = 24  # of a PNG's bits per channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A picture whose head was read: `width` x `height` upright, no pixel decoded yet."""

    kind: str
    width: int
    height: int
    has_alpha: bool
    turn: int
    image: Image.Image
    colours: Colours
    param: str | None

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


def decode(data: bytes, *, param: str | None = None) -> Pixels:
    """(H, W, 4) uint8 straight alpha in sRGB, upright as EXIF says.

    InvalidRequest `unsupported_file_mimetype` for other formats and animations, ImageUserError
    `invalid_image_file` for damage and `image_too_large` above MAX_PIXELS, which is checked before
    a pixel is decoded. `param` is the field that the refusal names.
    """
    with opened(data, param=param) as picture:
        return upright(picture)


@contextmanager
def opened(data: bytes, *, param: str | None = None) -> Iterator[Opened]:
    """The head of a picture. Refusals as of `decode`."""
    with _refusing(param):
        kind = picture_kind(data)
        bare = _bare(data, kind)
        image = _image(bare.data, kind)
        picture = _opened(image, kind, bare, param)
    with image:
        yield picture


def upright(picture: Opened) -> Pixels:
    """Decode its pixels; twice their 4 bytes each is what is held at most by our part of it."""
    with _refusing(picture.param):
        picture.image.load()
        pixels = np.empty((picture.height, picture.width, 4), np.uint8)
        _fill(as_stored(pixels, picture.turn), picture)
    return pixels


def _fill(stored: Pixels, picture: Opened) -> None:
    height, width = stored.shape[:2]
    rows = max(1, STRIP // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        strip = picture.image.crop((0, top, width, bottom))
        stored[top:bottom] = to_rgba(strip, picture.colours)


def _bare(data: bytes, kind: str) -> Bare:
    if kind == "WebP":
        return Bare(data=data)
    return bare_png(data) if kind == "PNG" else bare_jpeg(data)


def _image(data: bytes, kind: str) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=(kind,))
    width, height = image.size
    if not width or not height:
        raise Broken("it has no pixels")
    if width * height > MAX_PIXELS:
        raise _too_large(f"{width}x{height}")
    if getattr(image, "n_frames", 1) > 1:
        raise unsupported(f"animated {kind}", "still PNG, JPEG or WebP picture")
    return image


def _opened(image: Image.Image, kind: str, bare: Bare, param: str | None) -> Opened:
    turn = orientation(bare.exif or image.info.get("exif", b""))
    width, height = image.size[::-1] if is_sideways(turn) else image.size
    profile = bare.profile or image.info.get("icc_profile") or b""
    depth = bare.data[_DEPTH_AT] if kind == "PNG" else 8
    return Opened(
        kind=kind,
        width=width,
        height=height,
        has_alpha=image.has_transparency_data,
        turn=turn,
        image=image,
        colours=colours(image, profile, depth),
        param=param,
    )


def _too_large(found: str) -> ImageUserError:
    return ImageUserError(
        f"The picture has {found} pixels; {MAX_PIXELS} are the most.", code="image_too_large"
    )


@contextmanager
def _refusing(param: str | None) -> Iterator[None]:
    """What a decoder raises over a stranger's bytes is theirs to answer for, whatever it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they speak of damage, which is refused or harmless
            yield
    except SfumatoError as error:
        if param is None or error.param is not None:
            raise
        raise _named(error, param) from error
    except Image.DecompressionBombError as error:
        raise _named(_too_large("too many"), param) from error
    except MemoryError:
        raise
    except Exception as error:
        raise _named(_unreadable(error), param) from error


def _unreadable(error: Exception) -> ImageUserError:
    """Made apart from where it is raised: a frame that holds its own error keeps the picture."""
    told = "its head is damaged" if isinstance(error, UnidentifiedImageError) else str(error)
    return ImageUserError(
        f"This picture cannot be read: {told or type(error).__name__}.", code="invalid_image_file"
    )


def _named(error: SfumatoError, param: str | None) -> SfumatoError:
    if param is None:
        return error
    return type(error)(f"{param}: {error.message}", param=param, code=error.code)
