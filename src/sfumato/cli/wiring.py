"""How a command gets at the settings, the names and the store of this home. Knows no command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import ValidationError

from sfumato.api.names import Names
from sfumato.errors import InvalidRequest
from sfumato.registry.catalogue import read_catalogue
from sfumato.settings import Settings, unknown_variable
from sfumato.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One data folder: what is set, what is kept, which names answer."""

    settings: Settings
    store: Store
    names: Names


def read_settings(**changes: object) -> Settings:
    """The environment's settings with what the command line gave; None leaves a setting alone.

    InvalidRequest for a value that is none of the setting's, and for an unknown `SFUMATO_*`.
    """
    if (wrong := unknown_variable()) is not None:
        raise InvalidRequest(wrong)
    given = {name: value for name, value in changes.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = f"SFUMATO_{str(fault['loc'][0]).upper()}"
        raise InvalidRequest(f"{name} is {fault['input']!r}: {fault['msg']}.") from error


@contextmanager
def open_home(settings: Settings) -> Iterator[Home]:
    """Open the store, made at first use, and the names in it."""
    catalogue = read_catalogue(settings.root / "catalogue.toml")
    with Store.open(settings.root) as store:
        names = Names.open(settings.root, catalogue, store.aliases)
        yield Home(settings=settings, store=store, names=names)
