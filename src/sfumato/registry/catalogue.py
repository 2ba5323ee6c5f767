"""The catalogue: family, versions, aliases, labels and unserved ids, read from data and validated.

Knows names and what they mean. Does not know which snapshots are installed or where a moved alias
points now: `resolve` puts those together.
"""

import datetime
import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from sfumato.errors import SfumatoError

CATALOGUE = Path(__file__).with_name("catalogue.toml")

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=100)]
Text = Annotated[str, StringConstraints(min_length=1)]


class CatalogueError(SfumatoError):
    """The catalogue contradicts itself or is not one; the server does not start with it."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Family(_Row):
    """The evergreen name of the category. Not a model: calling it is a 404."""

    id: Id
    label: Text
    meaning: Text
    use: Text


class Name(_Row):
    """A callable name that points at one snapshot; the store's row wins once it moved."""

    id: Id
    snapshot: Id
    label: str = ""
    released: datetime.date | None = None
    meaning: str = ""
    use: str = ""
    shutdown: datetime.date | None = None


class Alias(Name):
    """A name that moves with the product. One alias serves requests that name no model."""

    when_absent: bool = False


class Label(_Row):
    """What the product is called elsewhere, the id that it means here and our counterpart."""

    label: Text
    where: Text
    means: Id
    counterpart: Text


class Unserved(_Row):
    """An id that is known and not served, and which catalogue row would add it."""

    id: Id
    because: Text
    addition: Literal["versions", "aliases"] | None = None

    @property
    def line(self) -> str | None:
        """The line of `<SFUMATO_HOME>/catalogue.toml` that would make this id answer."""
        if self.addition is None:
            return None
        return f'{self.addition} = [{{id = "{self.id}", snapshot = "ID-OF-YOUR-SNAPSHOT"}}]'


class Event(_Row):
    """Something that happened to a name."""

    date: datetime.date
    name: Id
    event: Text


class Catalogue(_Row):
    """All names. Ids are unique, labels mean callable names, one alias serves when absent."""

    family: Family
    versions: tuple[Name, ...]
    aliases: tuple[Alias, ...]
    labels: tuple[Label, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    history: tuple[Event, ...] = ()

    @property
    def names(self) -> tuple[Name, ...]:
        """Every callable name, versions first."""
        return (*self.versions, *self.aliases)

    @property
    def when_absent(self) -> Alias:
        """The alias that serves a request without a model."""
        return next(a for a in self.aliases if a.when_absent)

    @property
    def bindings(self) -> dict[str, str]:
        """Name → snapshot as the catalogue has it: the seed of the store's rows."""
        return {name.id: name.snapshot for name in self.names}

    @model_validator(mode="after")
    def _consistent(self) -> "Catalogue":
        ids = [self.family.id, *(n.id for n in self.names), *(u.id for u in self.unserved)]
        if twice := [i for i, count in Counter(ids).items() if count > 1]:
            raise ValueError(f"these ids stand twice: {', '.join(twice)}")
        if sum(a.when_absent for a in self.aliases) != 1:
            raise ValueError("exactly one alias must have when_absent = true")
        callable_ids = {n.id for n in self.names}
        if astray := [row.label for row in self.labels if row.means not in callable_ids]:
            raise ValueError(f"these labels mean no version or alias: {', '.join(astray)}")
        if own := sorted(callable_ids & {n.snapshot for n in self.names}):
            raise ValueError(f"these names are their own snapshot: {', '.join(own)}")
        known = {*ids}
        if lost := [e.name for e in self.history if e.name not in known]:
            raise ValueError(f"the history tells of unknown names: {', '.join(lost)}")
        return self


def read_catalogue(extra: Path | None = None, path: Path = CATALOGUE) -> Catalogue:
    """Parse and validate; CatalogueError says what is wrong in words.

    `extra` is the operator's own file: its rows are added if it exists, and an id that it serves is
    no longer unserved.
    """
    try:
        rows = tomllib.loads(path.read_text("utf-8"))
        if extra is not None and extra.is_file():
            rows = _added(rows, tomllib.loads(extra.read_text("utf-8")))
        return Catalogue.model_validate(rows)
    except (OSError, ValueError) as error:
        raise CatalogueError(f"The catalogue cannot be used: {_reason(error)}") from error


def _added(rows: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    tables = ("versions", "aliases", "labels", "unserved", "history")
    if strange := sorted(more.keys() - set(tables)):
        raise ValueError(f"the added file may not hold {', '.join(strange)}")
    joined = rows | {t: [*rows.get(t, []), *more.get(t, [])] for t in tables}
    served = {row.get("id") for t in ("versions", "aliases") for row in more.get(t, [])}
    joined["unserved"] = [row for row in joined["unserved"] if row.get("id") not in served]
    return joined


def _reason(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    faults = (f"{'.'.join(map(str, e['loc'])) or 'catalogue'}: {e['msg']}" for e in error.errors())
    return "; ".join(faults)
