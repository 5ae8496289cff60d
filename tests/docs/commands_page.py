"""
Writes `docs/reference/commands.md` from the commands themselves: `python -m tests.docs.commands_page`.

A page kept by hand would drift with the first new option.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from modwright.__main__ import command
from modwright.table import COMMANDS
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "commands.md"

_HEAD = """\
# Commands

Written by `python -m tests.docs.commands_page`; a test fails when it is not what the commands are.

Data goes to stdout, progress and errors to stderr.
Every command has `--help`.
Commands that ask the API find it by `MODWRIGHT_CONTEXT`; see [settings](settings.md#environment-variables).

| exit status | meaning |
|---|---|
| 0 | Done, or as it should be. |
| 1 | Denied, or not as it should be. |
| 2 | An error that a person can mend. |
| 130 | Interrupted. |
"""
_IMAGE = "The same as `python3 -m images`, which a runner starts without anything installed; see its own `--help`."


def written() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_lines()]).rstrip() + "\n"


def _lines() -> Iterator[str]:
    for name, entry in COMMANDS.items():
        found = command.get_command(click.Context(command), name)
        if isinstance(found, click.Group):
            yield from (f"## `modwright {name}`", "", entry.help, "")
            for inner, sub in found.commands.items():
                yield from _command(sub, f"modwright {name} {inner}", rank="###")
        elif found is not None:
            yield from _command(found, f"modwright {name}", rank="##")


def _command(found: click.Command, path: str, *, rank: str) -> Iterator[str]:
    usage = [piece for piece in found.collect_usage_pieces(click.Context(found)) if piece != "[OPTIONS]"]
    if path == "modwright image":
        yield from (f"{rank} `{path} inputs|build|annotate`", "", _IMAGE, "")
        return
    yield from (f"{rank} `{' '.join([path, *usage])}`", "", " ".join((found.help or "").split()), "")
    options = [option for option in found.params if isinstance(option, click.Option) and not option.hidden]
    if options:
        yield from ("| option | meaning |", "|---|---|", *map(_option, options), "")


def _option(option: click.Option) -> str:
    value = "" if option.is_flag else f" {option.make_metavar(click.Context(click.Command('')))}"
    needed = " Needed." if option.required else ""
    default = f" Default: {option.default}." if option.show_default and not option.is_flag else ""
    meaning = f"{' '.join((option.help or '').split())}{needed}{default}"
    # A choice is written with bars, which would end the cell.
    return f"| `{', '.join(option.opts)}{value.replace('|', '/')}` | {meaning.replace('|', '/')} |"


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
