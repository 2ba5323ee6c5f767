"""Small pictures with hard edges, soft ramps and clear pixels, made without an engine.

Below them the files that strangers send: odd but right ones, and hostile ones.
"""

import io
import struct
import zipfile
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageDraw

from sfumato.core import AssetCredit, ImageParams, Picture, Pixels

SNAPSHOT, DIGEST = "gpt-image-2-2026-11-22", "d" * 64
APPLE = AssetCredit(
    id="fluent-emoji-flat/red-apple", title="red apple", source="Fluent Emoji", licence="MIT"
)


def pixels(*, transparent: bool = False) -> Pixels:
    """96x64 pixels: a ramp, a square, and colour under clear pixels when `transparent`."""
    y, x = np.mgrid[0:64, 0:96]
    canvas = np.stack([x * 2, y * 3, 255 - x * 2, np.full_like(x, 255)], axis=-1).astype(np.uint8)
    canvas[16:40, 20:60, :3] = (229, 56, 59)
    if transparent:
        canvas[:, 60:, 3] = x[:, 60:] * 2
        canvas[:8, :, 3] = 0
    return canvas


def picture(*, transparent: bool = False, assets: tuple[AssetCredit, ...] = (APPLE,)) -> Picture:
    return Picture(
        pixels=pixels(transparent=transparent),
        seed=7,
        steps=8,
        t0=0.6,
        pipeline_revision="1",
        scene={"things": ({"concept": "apple", "x": 0.1 + 0.2, "y": 1 / 3},)},
        matched=("apple",),
        unmatched=("blorb",),
        assets=assets,
        settings={"threads": 2},
    )


def params(**changes: object) -> ImageParams:
    raw = {"prompt": "a red apple and a blorb 🍎", "width": 96, "height": 64, "seed": 7, **changes}
    return ImageParams(**raw)  # type: ignore[arg-type]  # the caller names real fields


# --- what strangers send ------------------------------------------------------------------------


def encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def ramp(mode: str = "RGB", size: tuple[int, int] = (48, 32)) -> Image.Image:
    """Red grows to the right, green downwards: no two turns of it are the same."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    canvas = np.stack([x * 255 // size[0], y * 255 // size[1], np.full_like(x, 90)], axis=-1)
    return Image.fromarray(canvas.astype(np.uint8)).convert(mode)


def oriented_jpeg(turn: int) -> bytes:
    """A picture that a camera stored in one of EXIF's eight ways up."""
    exif = Image.Exif()
    exif[0x0112] = turn
    return encoded(ramp(), "JPEG", quality=95, exif=exif)


def cmyk_jpeg(profile: bytes | None = None) -> bytes:
    """Adobe's inverted CMYK, as Photoshop and Pillow write it: cyan at the left, paper right."""
    ink = np.zeros((32, 48, 4), np.uint8)
    ink[:, :24, 0] = 255
    return encoded(Image.fromarray(ink, "CMYK"), "JPEG", quality=95, icc_profile=profile)


def ycck_jpeg() -> bytes:
    """The same picture with its inks told as luminance and colour, and Adobe's note of that."""
    inks = np.asarray(Image.open(io.BytesIO(cmyk_jpeg()))).copy()
    told = np.asarray(Image.fromarray(inks[..., :3]).convert("YCbCr"))
    stored = np.dstack([255 - told, inks[..., 3]])  # Pillow inverts what it writes
    data = encoded(Image.fromarray(stored, "CMYK"), "JPEG", quality=95)
    at = data.index(b"Adobe") + 11
    return data[:at] + b"\x02" + data[at + 1 :]


def chunk(name: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def raw_png(size: tuple[int, int], depth: int, colour: int, rows: bytes, *between: bytes) -> bytes:
    """A PNG by hand, where Pillow cannot write it: unfiltered `rows` without their filter bytes."""
    stride = len(rows) // max(1, size[1])
    lines = b"".join(b"\0" + rows[i : i + stride] for i in range(0, len(rows), stride or 1))
    head = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0)
    parts = (chunk(b"IHDR", head), *between, chunk(b"IDAT", zlib.compress(lines)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def sixteen_bit_png(colour: int = 2) -> bytes:
    """8x1 pixels from black to white; `colour` 0 is grey, 2 RGB, 4 and 6 the same with alpha."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    levels = np.linspace(0, 65535, 8).astype(">u2")
    return raw_png((8, 1), 16, colour, np.repeat(levels, channels).tobytes())


def animated_webp() -> bytes:
    return encoded(ramp(), "WEBP", save_all=True, append_images=[ramp().rotate(180)])


def animated_png() -> bytes:
    return encoded(ramp(), "PNG", save_all=True, append_images=[ramp().rotate(180)])


def bomb_png(size: tuple[int, int] = (30_000, 30_000)) -> bytes:
    """A few bytes that say they are 900 million pixels."""
    return raw_png(size, 8, 2, b"")


def text_bomb_png(name: bytes = b"zTXt", size: int = 60_000_000) -> bytes:
    """A small picture whose text (or iCCP profile) unpacks to `size` bytes."""
    packer = zlib.compressobj(1)
    zeros = bytes(1_000_000)
    body = b"".join(packer.compress(zeros) for _ in range(size // len(zeros))) + packer.flush()
    plain = encoded(ramp(), "PNG")
    return plain[:33] + chunk(name, b"note\0\0" + body) + plain[33:]


def exif_bomb_jpeg(entries: int = 5_000) -> bytes:
    """Each tag of its EXIF block points at the same 60 000 bytes: a reader of all copies them."""
    directory = b"".join(struct.pack("<HHII", i, 7, 60_000, 8) for i in range(entries))
    tiff = b"II*\0" + struct.pack("<IH", 8, entries) + directory
    body = b"Exif\0\0" + tiff.ljust(65_000, b"\0")
    plain = encoded(ramp(), "JPEG")
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:]


def scan_bomb_jpeg(scans: int = 1_000) -> bytes:
    """A progressive JPEG that repeats its last scan: each goes over the whole picture again."""
    plain = encoded(ramp(), "JPEG", progressive=True)
    last = plain[plain.rindex(b"\xff\xda") : -2]
    return plain[:-2] + last * scans + plain[-2:]


def truncated(data: bytes) -> bytes:
    """The first half."""
    return data[: len(data) // 2]


def polyglot(data: bytes) -> bytes:
    """A picture that is also an archive and, to a careless reader, a page with a script."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.html", "<script>alert(1)</script>")
    return data + b"<html><script>alert(1)</script></html>" + buffer.getvalue()


def swapped_profile() -> bytes:
    """An sRGB profile with red and green exchanged: who honours it, sees it at once."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return _swap(profile, b"rXYZ", b"gXYZ")


def ink_profile() -> bytes:
    """A CMYK profile of one table: black ink darkens, and cyan is magenta."""
    corners = [_lab(c, k) for c in (0, 1) for _ in range(4) for k in (0, 1)]
    straight = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + struct.pack(">9i", *_IDENTITY)
    table += straight * 4 + b"".join(corners) + straight * 3
    tags = struct.pack(">I4sII", 1, b"A2B0", 144, len(table))
    head = struct.pack(
        ">I4sI4s4s4s", 144 + len(table), b"none", 0x02400000, b"prtr", b"CMYK", b"Lab "
    )
    head = head.ljust(36, b"\0") + b"acsp" + bytes(28) + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + tags + table


_IDENTITY = (65536, 0, 0, 0, 65536, 0, 0, 0, 65536)


def _lab(cyan: int, black: int) -> bytes:
    return bytes((0 if black else 140 if cyan else 255, 220 if cyan and not black else 128, 128))


def _swap(data: bytes, one: bytes, other: bytes) -> bytes:
    first, second = data.index(one), data.index(other)
    swapped = bytearray(data)
    swapped[first : first + 4], swapped[second : second + 4] = other, one
    return bytes(swapped)


def drawing(size: tuple[int, int] = (48, 32)) -> Image.Image:
    """A markup: a red ring on a clear ground."""
    image = Image.new("RGBA", size)
    ImageDraw.Draw(image).ellipse((10, 6, 38, 26), outline=(255, 0, 0, 255), width=3)
    return image


def hole(size: tuple[int, int] = (48, 32)) -> Image.Image:
    """A mask: the left half may change."""
    image = Image.new("RGBA", size, (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    return image
