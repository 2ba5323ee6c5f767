"""What a command says to a person: answers on stdout, complaints and progress on stderr.

Knows nothing about commands. Words from files and requests are printed as they are, without
markup, and control characters never reach the terminal.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer
from rich.console import Console

from sfumato.errors import ModerationBlocked, SfumatoError

P = ParamSpec("P")

REFUSED = 2  # what was asked cannot be done
STOPPED = 130  # by Ctrl-C, as shells have it

OPTIONS = {
    "output_format": "format",
    "output_compression": "compression",
    "negative_prompt": "negative-prompt",
    "frame_count": "frames",
    "frame_duration_ms": "frame-ms",
}


def say(text: str, *, style: str | None = None) -> None:
    """One line of the answer."""
    Console().print(_printable(text), style=style, markup=False, highlight=False, soft_wrap=True)


def complain(text: str) -> None:
    """One paragraph on stderr."""
    complaints().print(_printable(text), style="red", markup=False, highlight=False, soft_wrap=True)


def complaints() -> Console:
    """Where progress and complaints go."""
    return Console(stderr=True)


def humane(command: Callable[P, None]) -> Callable[P, None]:
    """`command`, whose failures become a paragraph and an exit code instead of a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt:
            complain("Stopped.")
            raise typer.Exit(STOPPED) from None
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            complain(explanation(error))
            raise typer.Exit(REFUSED) from None

    return run


def explanation(error: Exception) -> str:
    """What went wrong and what to do, in words."""
    if isinstance(error, ModerationBlocked):
        return error.message.replace(
            "tell whoever runs this server and include the request ID of this answer"
            " (header x-request-id)",
            "try --moderation low",
        )
    if isinstance(error, SfumatoError):
        option = error.param and OPTIONS.get(error.param, error.param)
        return f"--{option}: {error.message}" if option and option != "prompt" else error.message
    if isinstance(error, OSError) and error.strerror:
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror}{where}."
    if isinstance(error, ModuleNotFoundError):
        return (
            f"This command needs the package '{error.name}', which is not installed. What training"
            " and evaluation need comes with: pip install 'sfumato[train]'"
        )
    if isinstance(error, OSError):
        return str(error)
    if type(error).__module__.startswith("sfumato."):
        return str(error)
    return f"{_place(error)} {type(error).__name__}: {error}"


def _place(error: Exception) -> str:
    """The innermost line of ours, so that a bug can be reported without a traceback."""
    step, place = error.__traceback__, "Sfumato"
    while step is not None:
        code = step.tb_frame.f_code
        if "sfumato" in code.co_filename:
            place = f"{sys.modules['sfumato'].__name__}, {code.co_qualname}, line {step.tb_lineno}"
        step = step.tb_next
    return f"This is a bug in Sfumato; please report it with these words. {place}:"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
