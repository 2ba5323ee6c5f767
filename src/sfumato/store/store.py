"""The store of one home folder: a database beside a folder of files. Knows nothing about HTTP."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from alembic.util import CommandError
from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from sfumato.errors import ServerError
from sfumato.store.aliases import Aliases
from sfumato.store.batch_lines import BatchLines
from sfumato.store.batches import Batches
from sfumato.store.conversations import Conversations
from sfumato.store.database import Database
from sfumato.store.files import Files
from sfumato.store.full_disk import full_disk_is_told
from sfumato.store.idempotency import Idempotency
from sfumato.store.inputs import Inputs
from sfumato.store.items import Items
from sfumato.store.jobs import Jobs
from sfumato.store.keys import Keys
from sfumato.store.objects import Objects
from sfumato.store.pictures import Pictures
from sfumato.store.responses import Responses
from sfumato.store.webhooks import Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Open it once and close it, or use it as a context manager. Safe to use from threads."""

    root: Path
    objects: Objects
    pictures: Pictures
    inputs: Inputs
    files: Files
    batches: Batches
    batch_lines: BatchLines
    aliases: Aliases
    keys: Keys
    jobs: Jobs
    idempotency: Idempotency
    webhooks: Webhooks
    responses: Responses
    conversations: Conversations
    items: Items
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
                _make_private(root / "sfumato.db")
                files = Files(database, objects)
                files.sweep()
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
            files=files,
            batches=Batches(database),
            batch_lines=BatchLines(database),
            aliases=Aliases(database),
            keys=Keys(database),
            jobs=Jobs(database),
            idempotency=Idempotency(database),
            webhooks=Webhooks(database),
            responses=Responses(database),
            conversations=Conversations(database),
            items=Items(database),
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


def _make_private(file: Path) -> None:
    """It holds what signs webhooks; whose file it is may read it, nobody else."""
    with suppress(PermissionError):  # a folder that several people share on purpose
        file.chmod(0o600)
