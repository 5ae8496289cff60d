"""`modwright demo …`: the story, its surroundings, and the people in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from demo.errors import DemoError, NotSoError

F = TypeVar("F", bound=Callable[..., Any])

# What a command needs is imported when it runs: `modwright --help` shows this group without paying for it.


class DemoGroup(click.Group):
    """Turns what the demo stops at into one sentence and an exit code: 1 where something is not so, 2 else."""

    def invoke(self, context: click.Context) -> Any:
        """Runs the chosen command."""
        try:
            return super().invoke(context)
        except DemoError as error:
            click.echo(f"error: {error}", err=True)
            context.exit(1 if isinstance(error, NotSoError) else 2)


_state = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="MODWRIGHT_DEMO_STATE",
    help="Folder of the demo; it is kept, and goes on where it stopped. Default: a fresh one, or the one that runs.",
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
_as_user = click.option("--as", "login", required=True, help="Whose token is used: alice, bob, carol or dave.")
_number = click.argument("number", type=click.IntRange(min=1))


@click.group(cls=DemoGroup)
def demo() -> None:
    """The whole way of a change on this machine: forge, builds, environments, controller."""


@demo.command()
@_state
@_as_json
def up(state: Path | None, *, as_json: bool) -> None:
    """Start everything and leave it running."""
    from demo import folder
    from demo.first import bring_up_with_release
    from demo.telling import as_text
    from demo.tools import demand_tools

    demand_tools()
    known = bring_up_with_release(folder.make(state), say=lambda line: click.echo(line, err=True))
    click.echo(json.dumps(known, indent=2) if as_json else as_text(known))


@demo.command()
@_state
@_as_json
def info(state: Path | None, *, as_json: bool) -> None:
    """Addresses, people and tokens of a running demo."""
    from demo.telling import as_text

    known = _known(state)
    click.echo(json.dumps(known, indent=2) if as_json else as_text(known))


@demo.command()
@_state
def down(state: Path | None) -> None:
    """End everything that `up` started."""
    from demo import folder
    from demo.running import stop

    found = folder.find(state)
    stop(found)
    found.remove_if_temporary()
    click.echo(f"ended {found.root}; no process is left")


@demo.command()
@_state
@_as_json
def run(state: Path | None, *, as_json: bool) -> None:
    """Tell the whole story, each step checked from outside; exit 1 at the first thing that is not so."""
    from demo.story import run_story

    run_story(state, as_json=as_json)


@demo.command()
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the pictures.")
def pictures(into: Path) -> None:
    """Take the guides' pictures of a demo of its own, in Chromium."""
    from demo.pictures.taking import take_all

    take_all(into, say=click.echo)


@demo.command()
@_number
@_as_user
@_state
def approve(number: int, login: str, state: Path | None) -> None:
    """Approve pull request N by a review."""
    _say(_person(login, state).approve(number), "review", "id")


@demo.command()
@_number
@_as_user
@_state
def merge(number: int, login: str, state: Path | None) -> None:
    """Merge pull request N by hand."""
    _say(_person(login, state).merge(number), "merged as", "sha")


@demo.command()
@_number
@_as_user
@_state
def revert(number: int, login: str, state: Path | None) -> None:
    """Press the Revert button of merged pull request N."""
    _say(_person(login, state).revert(number), "opened", "url")


@demo.command()
@_number
@click.argument("text")
@_as_user
@_state
def comment(number: int, text: str, login: str, state: Path | None) -> None:
    """Say TEXT below pull request N."""
    _say(_person(login, state).comment(number, text), "said", "html_url")


@demo.command()
@click.argument("words", nargs=-1, metavar="[N] [FILE]...")
@click.option("--manifest", help="The whole new text of modules.toml; - reads it from stdin.")
@click.option("--message", default="Change it by hand", show_default=True, help="The commit's message.")
@_as_user
@_state
def push(words: tuple[str, ...], manifest: str | None, message: str, login: str, state: Path | None) -> None:
    """Push FILEs (paths as from here) past every button: to main, or onto the branch of pull request N."""
    person = _person(login, state)
    number = int(words[0]) if words and words[0].isdecimal() else None
    names = words[1:] if number is not None else words
    files = _files(names, manifest)
    branch = "main" if number is None else str(person.get(f"/pulls/{number}")["head"]["ref"])
    click.echo(person.push(lambda clone: _write(clone, files), subject=message, onto=branch))


def _write(clone: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        file = clone / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _files(names: tuple[str, ...], manifest: str | None) -> Mapping[str, bytes]:
    files = {}
    for name in names:
        path = Path(name)
        if path.is_absolute() or ".." in path.parts or not path.is_file():
            raise DemoError(f"{name}: expected a file below this folder, by its path in the repository")
        files[path.as_posix()] = path.read_bytes()
    if manifest is not None:
        files["modules.toml"] = (sys.stdin.read() if manifest == "-" else manifest).encode()
    if not files:
        raise DemoError("nothing to push: name files, or give --manifest")
    return files


def _person(login: str, state: Path | None) -> Any:
    from demo.people import person_of

    return person_of(_known(state), login)


def _known(state: Path | None) -> dict[str, Any]:
    from demo import folder
    from demo.running import recorded

    found = folder.find(state)
    dead = [process.name for process in recorded(found) if not process.is_alive]
    if dead:
        raise DemoError(f"the demo in {found.root} does not run ({', '.join(dead)} ended): modwright demo up")
    return found.read()


def _say(answer: Mapping[str, Any], verb: str, key: str) -> None:
    click.echo(f"{verb} {answer[key]}")
