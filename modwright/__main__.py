"""
The process's entry: parse, run one command, turn what went wrong into one line and an exit status.

Exit 0 done, 1 denied or not as wished, 2 an error that a person can mend, 130 interrupted. Data goes to stdout, progress
and errors to stderr. A traceback is a bug of ours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from modwright.lazy import LazyGroup
from modwright.table import COMMANDS

DENIED, FAILED, INTERRUPTED = 1, 2, 130

# Looked up by name because importing them all would cost every `--help` the libraries behind them.
_FAMILIES = (
    ("controller.core.errors", "ControllerError"),
    ("codegen.errors", "CodegenError"),
    ("images.errors", "ImageError"),
    ("demo.errors", "DemoError"),
)


@click.version_option(package_name="modwright", message="%(version)s")
def _modwright() -> None:
    """Rebuild a platform whose modules are compiled in, through pull requests."""


command = LazyGroup(
    name="modwright",
    entries=COMMANDS,
    help=_modwright.__doc__,
    params=getattr(_modwright, "__click_params__", []),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command of the process's arguments, or of these, and exits."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and answers its exit status."""
    colour = False if os.environ.get("NO_COLOR") else None
    try:
        result = command.main(arguments, prog_name="modwright", standalone_mode=False, color=colour)
    except click.UsageError as error:
        return _say(error.format_message(), hint=_help_of(error))
    except click.ClickException as error:
        return _say(error.format_message(), hint="")
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except _expected() as error:
        denied = type(error).__name__ in {"Denied", "Refused"}
        return _say(_sentence(error), hint=getattr(error, "hint", ""), status=DENIED if denied else FAILED)
    return result if isinstance(result, int) else 0


def _expected() -> tuple[type[Exception], ...]:
    """The families of errors that are not bugs, of the packages that are loaded: no other one can have raised."""
    loaded = ((sys.modules.get(module), name) for module, name in _FAMILIES)
    return tuple(getattr(module, name) for module, name in loaded if hasattr(module, name))


def _sentence(error: Exception) -> str:
    """What happened, without the hint that some of them have in their text."""
    message = getattr(error, "message", "") or str(error)
    rows = [f"\n  {row.subject}: wanted {row.want}, found {row.have}" for row in getattr(error, "rows", ())]
    return message + "".join(rows)


def _help_of(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx is not None else "modwright"
    return f"{path} --help"


def _say(message: str, *, hint: str, status: int = FAILED) -> int:
    sys.stderr.write(f"error: {_visible(message)}\n" + (f"hint: {_visible(hint)}\n" if hint else ""))
    return status


def _visible(text: str) -> str:
    """Without what moves a terminal's cursor: some of the text was written by strangers."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


if __name__ == "__main__":
    main()
