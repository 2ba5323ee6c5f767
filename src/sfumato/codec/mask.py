"""Where an edit may change the first picture, as a stranger's mask or markup says it.

Both become a mask of that picture's size: 0 may change, 255 stays. Knows nothing about jobs.
"""

import numpy as np
from numpy.typing import NDArray

from sfumato.codec.decode import Opened, opened, upright
from sfumato.codec.enclosed import MAX_RUNS, outside
from sfumato.core import Mask
from sfumato.errors import ImageUserError

MASK_CODE, MARKUP_CODE = "invalid_mask_image_format", "invalid_markup_image_format"


def decode_mask(data: bytes, size: tuple[int, int]) -> Mask:
    """(H, W) uint8: the alpha of a PNG or WebP. `size` is (W, H) of the first picture, upright.

    ImageUserError when the size is another one, when there is no alpha channel, and when it is
    opaque everywhere, so that nothing may change. Other refusals as of `decode`.
    """
    with opened(data, param="mask") as picture:
        _check_size(picture, size, "mask", MASK_CODE)
        if not picture.has_alpha:
            raise ImageUserError(
                "The mask has no alpha channel. Send a PNG or WebP that is transparent where the"
                " picture may change and opaque where it must stay.",
                code=MASK_CODE,
            )
        alpha = upright(picture)[..., 3].copy()
    if alpha.min() == 255:
        raise ImageUserError(
            "The mask is opaque everywhere, so nothing may change. Make it transparent where the"
            " picture may change.",
            code=MASK_CODE,
        )
    return alpha


def decode_markup(data: bytes, size: tuple[int, int]) -> Mask:
    """(H, W) uint8: 0 where something was drawn or is enclosed by what was drawn, else 255.

    The markup is transparent where nothing was drawn. ImageUserError when its size is not `size`,
    when it is opaque everywhere, and when nothing or everything is drawn or enclosed.
    """
    with opened(data, param="markup") as picture:
        _check_size(picture, size, "markup", MARKUP_CODE)
        if not picture.has_alpha:
            raise _bad_markup("has no transparent pixels")
        drawn = upright(picture)[..., 3] > 0
    if drawn.all():
        raise _bad_markup("has no transparent pixels")
    if not drawn.any():
        raise _bad_markup("is empty: nothing is drawn on it")
    return _kept(drawn)


def _kept(drawn: NDArray[np.bool_]) -> Mask:
    free = outside(drawn)
    if free is None:
        raise _bad_markup(f"is too intricate: its rows have more than {MAX_RUNS} gaps in all")
    if not free.any():
        raise _bad_markup("encloses the whole picture, so it does not say where to change it")
    return np.where(free, np.uint8(255), np.uint8(0))


def _check_size(picture: Opened, size: tuple[int, int], what: str, code: str) -> None:
    if picture.size != size:
        raise ImageUserError(
            f"The {what} has {picture.width}x{picture.height} pixels and the first picture"
            f" {size[0]}x{size[1]}. Send a {what} of the picture's size.",
            code=code,
        )


def _bad_markup(why: str) -> ImageUserError:
    return ImageUserError(
        f"The markup {why}. Send a PNG that is transparent but for what is drawn over the first"
        " picture.",
        code=MARKUP_CODE,
    )
