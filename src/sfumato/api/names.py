"""The registry as it is at this moment, read anew for every request.

So a promotion by another process, or a snapshot released while the server runs, takes effect at
once. Knows nothing about HTTP.
"""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from sfumato.registry.catalogue import Catalogue
from sfumato.registry.resolve import (
    PACKAGE_SNAPSHOTS,
    Registry,
    Resolved,
    find_snapshots,
    resolve,
)
from sfumato.store.aliases import Aliases

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The catalogue, the folders where snapshots lie and the rows that say where names point."""

    catalogue: Catalogue
    folders: tuple[Path, ...]
    aliases: Aliases

    @classmethod
    def open(cls, root: Path, catalogue: Catalogue, aliases: Aliases) -> "Names":
        """Those of the home at `root`; names that never moved point where the catalogue says."""
        aliases.seed(catalogue.bindings)
        _leave_the_unserved(catalogue, aliases)
        folders = (PACKAGE_SNAPSHOTS, root / "snapshots")
        return cls(catalogue=catalogue, folders=folders, aliases=aliases)

    async def registry(self) -> Registry:
        """What `resolve` needs, all read now."""
        return await asyncio.to_thread(self._read)

    async def resolve(self, name: str | None) -> Resolved:
        """The snapshot that answers to `name`; ModelNotFound names those that exist."""
        return resolve(name, await self.registry())

    def _read(self) -> Registry:
        return Registry(
            catalogue=self.catalogue,
            snapshots=find_snapshots(self.folders),
            bindings=self.aliases.read(),
        )


def _leave_the_unserved(catalogue: Catalogue, aliases: Aliases) -> None:
    """Move names off snapshots that left the package, which would answer no request."""
    gone = {row.id for row in catalogue.unserved}
    for name, snapshot in aliases.read().items():
        if snapshot in gone and name in catalogue.bindings:
            log.warning(
                "%s pointed at %s; it means %s now.", name, snapshot, catalogue.bindings[name]
            )
            aliases.bind(name, catalogue.bindings[name])
