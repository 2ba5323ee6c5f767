"""`sfumato webhooks create|list|delete`: where events are sent. Knows no HTTP."""

from typing import Annotated

import typer

from sfumato.cli.speech import complaints, humane, say

webhooks = typer.Typer(no_args_is_help=True, help="Have events sent to a server of yours.")

Json = Annotated[bool, typer.Option("--json", help="Answer with JSON.")]


@webhooks.command("create")
@humane
def create(
    url: Annotated[str, typer.Argument(help="Where events are sent: https, or this machine.")],
    key: Annotated[
        str | None, typer.Option(help="Whose events: the key's name; without, this machine's.")
    ] = None,
    json: Json = False,
) -> None:
    """Have events sent to an address, signed with a secret that is told this once."""
    from json import dumps

    from rich.text import Text

    from sfumato.cli.wiring import open_home, read_settings
    from sfumato.jobs.webhooks import check_url

    check_url(url)
    with open_home(read_settings()) as home:
        caller = "local" if key is None else home.store.keys.named(key).id
        made = home.store.webhooks.create(caller, url)
    if json:
        typer.echo(dumps({"id": made.id, "url": url, "secret": made.secret}, indent=2))
        return
    say(made.secret)
    complaints().print(Text(f"This is the secret of {made.id}. It is not told again."))


@webhooks.command("list")
@humane
def list_webhooks(json: Json = False) -> None:
    """List the addresses, without their secrets."""
    from json import dumps

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sfumato.cli.wiring import open_home, read_settings

    with open_home(read_settings()) as home:
        names = {key.id: key.name for key in home.store.keys.list()}
        rows = [
            {"id": one.id, "key": names.get(one.caller, one.caller), "url": one.url}
            for one in home.store.webhooks.list()
        ]
    if json:
        typer.echo(dumps(rows, indent=2))
        return
    table = Table("id", "key", "url", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell, overflow="fold") for cell in row.values()))
    Console().print(table)


@webhooks.command("delete")
@humane
def delete(webhook_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Send nothing more there; what was not delivered yet is dropped."""
    from sfumato.cli.wiring import open_home, read_settings

    with open_home(read_settings()) as home:
        home.store.webhooks.delete(webhook_id)
    say(f"{webhook_id} is deleted.")
