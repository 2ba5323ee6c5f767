"""Pixels as a file keeps them to straight-alpha sRGB: profiles, depth, palettes, clear colours.

Knows nothing about files. Of colour only embedded ICC profiles count, not a PNG's gAMA, cHRM and
cICP. A profile that is damaged, too large or of another kind of colour is ignored, as browsers do.
"""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms

from sfumato.codec.container import MAX_PROFILE
from sfumato.core import Pixels

INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # a profile's colours → Pillow's mode
GREY = frozenset(("1", "L", "LA", "I;16"))
_SAME = 1  # levels of 255 by which a profile may differ from sRGB and still be called sRGB


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """How one file's pixels become sRGB: a transform, and the one colour that means clear."""

    transform: ImageCms.ImageCmsTransform | None
    clear: tuple[int, ...] | None


def colours(image: Image.Image, profile: bytes, depth: int) -> Colours:
    """Of an opened picture; `depth` is a PNG's bits per channel, else 8."""
    return Colours(transform=_to_srgb(profile, image.mode), clear=_clear(image, depth))


def to_rgba(strip: Image.Image, how: Colours) -> Pixels:
    """(h, w, 4) uint8 of a part of the picture."""
    if strip.mode == "P":
        strip = strip.convert("RGBA")
    elif strip.mode == "1":
        strip = strip.convert("L")
    alpha = _alpha(strip, how.clear)
    if strip.mode == "I;16":
        strip = Image.fromarray((np.asarray(strip) >> 8).astype(np.uint8))
    if how.transform is not None:
        strip = strip.convert(how.transform.input_mode)
        strip = ImageCms.applyTransform(strip, how.transform) or strip
    elif strip.mode == "CMYK":
        strip = strip.convert("RGB")
    strip = strip.convert("RGBA")
    if alpha is not None:
        strip.putalpha(alpha)
    return np.asarray(strip)


def _alpha(strip: Image.Image, clear: tuple[int, ...] | None) -> Image.Image | None:
    """None where every pixel is opaque."""
    if strip.mode in ("LA", "RGBA"):
        return strip.getchannel("A")
    if clear is None:
        return None
    values = np.asarray(strip)
    same = (values.reshape(*values.shape[:2], -1) == clear).all(axis=2)
    return Image.fromarray(np.where(same, np.uint8(0), np.uint8(255)))


def _clear(image: Image.Image, depth: int) -> tuple[int, ...] | None:
    """A PNG's clear colour on the scale of the decoded values: Pillow leaves it on the file's."""
    key = image.info.get("transparency")
    if image.mode == "RGB" and isinstance(key, tuple):
        return tuple(value >> 8 for value in key) if depth == 16 else key
    if image.mode == "L" and isinstance(key, int):
        return (key * 255 // (2**depth - 1),)
    return (key,) if image.mode in ("1", "I;16") and isinstance(key, int) else None


def _to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """None when the pixels are sRGB already, or nothing sensible says otherwise."""
    if not 0 < len(profile) <= MAX_PROFILE:
        return None
    given = mode if mode == "CMYK" else "L" if mode in GREY else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        meant = SPACES.get(source.profile.xcolor_space.strip())
        if meant is None or (meant != given and (meant, given) != ("RGB", "L")):
            return None
        transform = _transform(source, meant)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return None if _changes_nothing(transform, meant) else transform


def _transform(source: ImageCms.ImageCmsProfile, mode: str) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        source,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        renderingIntent=INTENT,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """So that a picture tagged as sRGB keeps every value exactly."""
    if mode == "CMYK":
        return False
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    lattice = Image.fromarray(cube if mode == "RGB" else np.ascontiguousarray(cube[:, :, 0]))
    changed = ImageCms.applyTransform(lattice, transform) or lattice
    before = np.asarray(lattice.convert("RGB")).astype(int)
    return bool(np.abs(np.asarray(changed) - before).max() <= _SAME)
