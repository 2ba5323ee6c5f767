"""The last hop of a picture: encode, hash, write its recipe, stamp it. Knows nothing about jobs.

The hash is of the encoded file before the stamp, since a signature carries time and randomness.
"""

import hashlib

from sfumato.codec.animation import encode_gif
from sfumato.codec.credentials import Credentials
from sfumato.codec.encode import MEDIA_TYPES, encode
from sfumato.codec.provenance import stamp_partial, stamp_recipe
from sfumato.codec.recipe import write_recipe
from sfumato.core import EncodedImage, EncodedPreview, ImageParams, Picture, Pixels, Preview


def finish(
    picture: Picture,
    params: ImageParams,
    snapshot_id: str,
    snapshot_digest: str,
    credentials: Credentials,
    index: int,
) -> EncodedImage:
    """The file of picture `index` of n; `params` are those of the request or of this picture."""
    data = _encode_picture(picture, params)
    sha256 = hashlib.sha256(data).hexdigest()
    recipe = write_recipe(
        picture,
        params,
        snapshot_id=snapshot_id,
        snapshot_digest=snapshot_digest,
        image_sha256=sha256,
    )
    media_type = MEDIA_TYPES[params.output_format]
    return EncodedImage(
        index=index,
        data=stamp_recipe(data, media_type, recipe, credentials),
        media_type=media_type,
        output_format=params.output_format,
        width=params.width,
        height=params.height,
        seed=picture.seed,
        sha256=sha256,
        recipe=recipe,
    )


def finish_preview(
    preview: Preview, params: ImageParams, credentials: Credentials, index: int, partial_index: int
) -> EncodedPreview:
    """The file of a partial image, in the format of the finished one and marked as partial."""
    media_type = MEDIA_TYPES[params.output_format]
    facts = {"partial_image_index": partial_index, "step": preview.step, "steps": preview.steps}
    data = stamp_partial(
        _encode(preview.pixels, params),
        media_type,
        facts,
        credentials,
        composite=params.memory == "on",
    )
    return EncodedPreview(
        index=index, partial_index=partial_index, data=data, media_type=media_type
    )


def _encode_picture(picture: Picture, params: ImageParams) -> bytes:
    if params.output_format != "gif" or not picture.frames:
        return _encode(picture.pixels, params)
    transparent = params.background == "transparent"
    return encode_gif(picture.frames, params.frame_ms, transparent=transparent)


def _encode(pixels: Pixels, params: ImageParams) -> bytes:
    transparent = params.background == "transparent"
    return encode(pixels, params.output_format, params.output_compression, transparent=transparent)
