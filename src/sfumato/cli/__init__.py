"""The command line: one command per file. Knows nothing that its commands do not.

A command imports what it needs when it runs, so that `sfumato --help` answers at once and never
loads a model runtime. A new command is one more row of `COMMANDS`; a group of commands is a Typer
of its own, added with `app.add_typer`. Both keep the rule.
"""

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from sfumato import __version__
from sfumato.cli.edit import edit
from sfumato.cli.generate import generate
from sfumato.cli.keys import keys
from sfumato.cli.models import models
from sfumato.cli.replay import replay
from sfumato.cli.serve import serve
from sfumato.cli.speech import humane, say
from sfumato.cli.webhooks import webhooks
from sfumato.evals.command import evaluate_snapshot
from sfumato.training.command import release_snapshot, train

app = typer.Typer(
    name="sfumato",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _tell_version(asked: bool) -> None:
    if asked:
        say(f"sfumato {__version__}")
        raise typer.Exit


@app.callback()
def _sfumato(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell it.")
    ] = False,
) -> None:
    """An open GPT Image that you run yourself."""


COMMANDS: Mapping[str, Callable[..., None]] = {
    "serve": serve,
    "generate": generate,
    "edit": edit,
    "models": models,
    "replay": replay,
    "train": train,
    "release": release_snapshot,
    "eval": evaluate_snapshot,
}
for name, command in COMMANDS.items():
    app.command(name)(humane(command))
app.add_typer(keys, name="keys")
app.add_typer(webhooks, name="webhooks")
