"""`sfumato models`: every name, what it is, which snapshot answers to it and why. Knows no rule."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sfumato.registry.resolve import Registry

COLUMNS = ("name", "kind", "snapshot", "why")


def models(
    json: Annotated[bool, typer.Option("--json", help="Answer with a list of rows.")] = False,
) -> None:
    """List the names and what each resolves to."""
    import asyncio
    from json import dumps

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sfumato.cli.wiring import open_home, read_settings

    with open_home(read_settings()) as home:
        found = rows(asyncio.run(home.names.registry()))
    if json:
        typer.echo(dumps([dict(zip(COLUMNS, row, strict=True)) for row in found], indent=2))
        return
    table = Table(*COLUMNS, box=None, pad_edge=False)
    for row in found:
        table.add_row(*(Text(cell, overflow="fold") for cell in row))
    Console().print(table)


def rows(registry: "Registry") -> list[tuple[str, str, str, str]]:
    """One row per name, in the order of `COLUMNS`; the snapshot is empty where none answers."""
    catalogue = registry.catalogue
    family = catalogue.family
    versions = [
        (version.id, "version", *_answer(version.id, registry)) for version in catalogue.versions
    ]
    aliases = [(alias.id, "alias", *_answer(alias.id, registry)) for alias in catalogue.aliases]
    newest_first = sorted(registry.snapshots, reverse=True)
    snapshots = [(name, "snapshot", *_answer(name, registry)) for name in newest_first]
    labels = [
        (row.label, "label", _answer(row.means, registry)[0], f"means {row.means} ({row.where})")
        for row in catalogue.labels
    ]
    labels += [
        (version.label, "label", _answer(version.id, registry)[0], f"means {version.id}")
        for version in catalogue.versions
        if version.label
    ]
    said = f"not a model: {family.meaning}"
    return [(family.id, "family", "", said), *versions, *aliases, *snapshots, *labels]


def _answer(name: str, registry: "Registry") -> tuple[str, str]:
    """The snapshot that answers to a callable name, and why; or why none does."""
    from sfumato.errors import SfumatoError
    from sfumato.registry.resolve import resolve

    try:
        resolved = resolve(name, registry)
    except SfumatoError as error:
        return "", error.message
    return resolved.snapshot.id, resolved.rule
