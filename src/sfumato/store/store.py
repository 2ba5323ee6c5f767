"""The store of one home folder: a database beside a folder of files. Knows nothing about HTTP."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from alembic.util import CommandError
from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from sfumato.errors import ServerError
from sfumato.store.aliases import Aliases
from sfumato.store.database import Database
from sfumato.store.full_disk import full_disk_is_told
from sfumato.store.inputs import Inputs
from sfumato.store.objects import Objects
from sfumato.store.pictures import Pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Open it once and close it, or use it as a context manager. Safe to use from threads."""

    root: Path
    objects: Objects
    pictures: Pictures
    inputs: Inputs
    aliases: Aliases
    database: Database

    @classmethod
    def open(cls, root: Path) -> "Store":
        """Make or open `<root>/sfumato.db` and `<root>/objects`; sweep what a kill left behind.

        ServerError, saying which folder and why, when it cannot be used.
        """
        try:
            with full_disk_is_told():
                root.mkdir(mode=0o700, parents=True, exist_ok=True)
                objects = Objects(root / "objects")
                objects.sweep()
                inputs = Inputs(root / "spool", objects)
                inputs.sweep()
                database = Database(root / "sfumato.db")
                database.migrate()
        except (OSError, SQLAlchemyError, BaseError, CommandError) as error:
            raise ServerError(
                f"The data folder {root} cannot be used ({error}). Let SFUMATO_HOME name a folder"
                " that you may write to, made by this version of Sfumato or an older one."
            ) from error
        return cls(
            root=root,
            objects=objects,
            pictures=Pictures(database, objects),
            inputs=inputs,
            aliases=Aliases(database),
            database=database,
        )

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
