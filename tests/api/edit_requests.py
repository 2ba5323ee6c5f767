"""Pictures, masks and requests of edits."""

import base64
import io
from typing import Any

import numpy as np
from httpx2 import Response
from numpy.typing import NDArray
from PIL import Image
from starlette.testclient import TestClient

from tests.api.shape import error_of

PATH = "/v1/images/edits"
USER = "image_generation_user_error"
REQUEST = "invalid_request_error"
Array = NDArray[np.uint8]


def photo(size: tuple[int, int] = (61, 45), seed: int = 1) -> Array:
    """(H, W, 4) of opaque noise: nothing stays equal by chance."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 4), np.uint8)
    pixels[..., 3] = 255
    return pixels


def encoded(pixels: Array, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    options: dict[str, Any] = {"WEBP": {"lossless": True, "exact": True}}.get(kind, {})
    (image.convert("RGB") if kind == "JPEG" else image).save(buffer, kind, **options)
    return buffer.getvalue()


def mask_of(size: tuple[int, int], soft: bool = False) -> Array:
    """The middle third may change; with `soft` a column of it by half."""
    mask = np.zeros((size[1], size[0], 4), np.uint8)
    mask[..., 3] = 255
    mask[size[1] // 3 : 2 * size[1] // 3, size[0] // 3 : 2 * size[0] // 3, 3] = 0
    if soft:
        mask[:, size[0] // 2, 3] = 128
    return mask


def decoded(data: bytes) -> Array:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


def edit(client: TestClient, files: Any, **fields: str) -> Response:
    data = {"prompt": "a red hat", "quality": "low", **fields}
    given = list(files.items()) if isinstance(files, dict) else files
    parts = [(name, ("../a.png", content)) for name, content in given]
    reply: Response = client.post(PATH, data=data, files=parts)
    return reply


def edited(client: TestClient, files: Any, **fields: str) -> Array:
    reply = edit(client, files, **fields)
    assert reply.status_code == 200, reply.text
    return decoded(base64.b64decode(reply.json()["data"][0]["b64_json"]))


def refusal(reply: Response, status: int = 400) -> tuple[str, str | None, str | None]:
    error = error_of(reply, status)
    return error["type"], error["code"], error["param"]


def url_of(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
