"""`python -m sfumato` is `sfumato`."""

from sfumato.cli import app

app(prog_name="sfumato")
