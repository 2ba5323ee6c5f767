"""`sfumato keys create|list|revoke`: who may use a server that others can reach. Knows no HTTP."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sfumato.cli.speech import complaints, humane, say

if TYPE_CHECKING:
    from sfumato.store.keys import Key

keys = typer.Typer(no_args_is_help=True, help="Make, list and revoke API keys.")

Json = Annotated[bool, typer.Option("--json", help="Answer with JSON.")]
PerMinute = Annotated[int | None, typer.Option(min=1, help="At most so many a minute.")]


@keys.command("create")
@humane
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is, in your words.")],
    requests_per_minute: PerMinute = None,
    image_tokens_per_minute: PerMinute = None,
    json: Json = False,
) -> None:
    """Make a key. It is told this once: only its hash is kept."""
    from json import dumps

    from rich.text import Text

    from sfumato.cli.wiring import open_home, read_settings

    _check(name)
    with open_home(read_settings()) as home:
        key, secret = home.store.keys.create(
            name,
            requests_per_minute=requests_per_minute,
            image_tokens_per_minute=image_tokens_per_minute,
        )
    if json:
        typer.echo(dumps({**_told(key), "key": secret}, indent=2))
        return
    say(secret)
    complaints().print(Text(f"This is the key of {name}. Keep it: it is not told again."))


@keys.command("list")
@humane
def list_keys(json: Json = False) -> None:
    """List the keys, without their secrets."""
    from json import dumps

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sfumato.cli.wiring import open_home, read_settings

    with open_home(read_settings()) as home:
        rows = [_told(key) for key in home.store.keys.list()]
    if json:
        typer.echo(dumps(rows, indent=2))
        return
    table = Table("name", "id", "made", "requests/min", "tokens/min", "", box=None, pad_edge=False)
    for row in rows:
        cells = (
            row["name"],
            row["id"],
            _day(row["created_at"]),
            row["requests_per_minute"] or "no limit",
            row["image_tokens_per_minute"] or "no limit",
            f"revoked {_day(row['revoked_at'])}" if row["revoked_at"] else "",
        )
        table.add_row(*(Text(str(cell), overflow="fold") for cell in cells))
    Console().print(table)


@keys.command("revoke")
@humane
def revoke(name: Annotated[str, typer.Argument(help="Its name or its id.")]) -> None:
    """End a key. A running server refuses it from its next request on."""
    from sfumato.cli.wiring import open_home, read_settings

    with open_home(read_settings()) as home:
        key = home.store.keys.revoke(name)
    say(f"The key of {key.name} ({key.id}) is revoked. What was made with it is kept.")


def _check(name: str) -> None:
    from sfumato.errors import InvalidRequest

    if not (0 < len(name) <= 128 and name.isprintable()):
        raise InvalidRequest("Give a name of 1 to 128 printable characters.", param="name")


def _told(key: "Key") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(key)


def _day(moment: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(moment, UTC).date().isoformat()
