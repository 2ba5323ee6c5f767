"""The history of finished pictures, each scoped to the caller who asked for it.

The file is kept before its row, so a row never points to nothing. Every call blocks: use a thread
from async code.
"""

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select
from sqlalchemy.exc import IntegrityError

from sfumato.core import EncodedImage, ImageParams
from sfumato.errors import NotFound, ServerError
from sfumato.store.database import Database
from sfumato.store.objects import Objects
from sfumato.store.tables import pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPicture:
    """One finished picture. `sha256` is of the file before its credentials, `bytes` of the file."""

    id: str
    created_at: int  # Unix seconds
    caller: str
    snapshot: str
    prompt: str
    seed: int
    width: int
    height: int
    quality: str
    background: str
    format: str
    media_type: str
    sha256: str
    bytes: int
    object_key: str
    recipe: Mapping[str, Any]
    file_sha256: str | None  # of the file as it is kept

    def encoded(self, index: int) -> EncodedImage:
        """Picture `index` of n as a job tells it, without its bytes."""
        return EncodedImage(
            index=index,
            data=b"",
            media_type=self.media_type,
            output_format=self.format,  # type: ignore[arg-type]  # it was one when it was kept
            width=self.width,
            height=self.height,
            seed=self.seed,
            sha256=self.sha256,
            recipe=self.recipe,
            picture_id=self.id,
            object_key=self.object_key,
        )


COLUMNS = [pictures.c[field.name] for field in fields(StoredPicture)]


class Pictures:
    """add, list, get, find, read."""

    def __init__(self, database: Database, objects: Objects) -> None:
        self._database = database
        self._objects = objects

    def add(
        self,
        image: EncodedImage,
        *,
        params: ImageParams,
        snapshot_id: str,
        caller: str,
        picture_id: str | None = None,
    ) -> StoredPicture:
        """Keep a finished picture: durable when this returns. StorageFull leaves no trace of it.

        Work that a restart may do again gives its own `picture_id`: under one id, one is kept.
        """
        picture = _new(image, params, snapshot_id, caller, picture_id or new_picture_id())
        self._objects.put(picture.object_key, image.data)
        try:
            with self._database.write() as connection:
                row = {column.name: getattr(picture, column.name) for column in COLUMNS}
                connection.execute(insert(pictures).values(row))
        except IntegrityError:
            return self.get(caller, picture.id)
        except BaseException:
            self._objects.discard(picture.object_key)
            raise
        return picture

    def list(
        self, caller: str, *, limit: int = 50, before: str | None = None
    ) -> tuple[StoredPicture, ...]:
        """The caller's pictures, newest first; with `before`, those older than that picture."""
        query = select(*COLUMNS).where(pictures.c.caller == caller)
        if before is not None:
            mark = select(pictures.c.number).where(
                pictures.c.id == before, pictures.c.caller == caller
            )
            query = query.where(pictures.c.number < mark.scalar_subquery())
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(pictures.c.number.desc()).limit(limit))
            return tuple(_stored(row) for row in rows)

    def get(self, caller: str, picture_id: str) -> StoredPicture:
        """One picture of the caller's; NotFound for an unknown id and for another's picture."""
        query = select(*COLUMNS).where(pictures.c.id == picture_id, pictures.c.caller == caller)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"No picture with id '{picture_id}'.")
        return _stored(row)

    def find(self, caller: str, file_sha256: str) -> StoredPicture | None:
        """The caller's newest picture whose file is this one, with or without its credentials."""
        same = or_(pictures.c.file_sha256 == file_sha256, pictures.c.sha256 == file_sha256)
        query = select(*COLUMNS).where(pictures.c.caller == caller, same)
        with self._database.read() as connection:
            row = connection.execute(query.order_by(pictures.c.number.desc()).limit(1)).first()
        return None if row is None else _stored(row)

    def whoever_owns(self, picture_id: str) -> StoredPicture:
        """One picture, whoever's it is: for those who were given a signed link to it."""
        query = select(*COLUMNS).where(pictures.c.id == picture_id)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"No picture with id '{picture_id}'.")
        return _stored(row)

    def read(self, caller: str, picture_id: str) -> bytes:
        """The file of one picture of the caller's, with its credentials."""
        picture = self.get(caller, picture_id)
        try:
            return self._objects.get(picture.object_key)
        except FileNotFoundError as error:
            raise ServerError(
                f"The file of picture '{picture_id}' is gone from the disk, though the history"
                " has it. Restore it from a backup, or make it again from its recipe."
            ) from error

    def remove(self, caller: str, picture_id: str) -> None:
        """Forget one of the caller's, row and file; harmless when there is none."""
        mine = pictures.c.id == picture_id, pictures.c.caller == caller
        with self._database.write() as connection:
            key = connection.scalars(select(pictures.c.object_key).where(*mine)).one_or_none()
            connection.execute(delete(pictures).where(*mine))
        if key is not None:
            self._objects.discard(key)


def new_picture_id() -> str:
    """An id that no other picture has."""
    return f"img_{secrets.token_hex(16)}"


def _new(
    image: EncodedImage, params: ImageParams, snapshot_id: str, caller: str, picture_id: str
) -> StoredPicture:
    name = picture_id.removeprefix("img_")
    return StoredPicture(
        id=picture_id,
        created_at=int(time.time()),
        caller=caller,
        snapshot=snapshot_id,
        prompt=params.prompt,
        seed=image.seed,
        width=image.width,
        height=image.height,
        quality=params.quality,
        background=params.background,
        format=image.output_format,
        media_type=image.media_type,
        sha256=image.sha256,
        bytes=len(image.data),
        object_key=f"pictures/{name[:2]}/{name}.{image.output_format}",
        recipe=image.recipe,
        file_sha256=hashlib.sha256(image.data).hexdigest(),
    )


def _stored(row: Row[Any]) -> StoredPicture:
    return StoredPicture(**row._mapping)
