"""The command itself: its table, how fast and alone it is, and how an error looks."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module

import click
import pytest

from modwright.__main__ import run
from modwright.lazy import LazyGroup
from modwright.table import COMMANDS, Entry


def loaded(name: str) -> click.Command:
    command = LazyGroup(entries=COMMANDS).get_command(click.Context(click.Command("test")), name)
    assert command is not None
    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_says_of_itself_what_the_table_says(name: str) -> None:
    assert (loaded(name).help or "").splitlines()[0] == COMMANDS[name].help


def test_help_loads_nothing_of_the_web_kubernetes_or_a_forge() -> None:
    script = (
        "import sys\nfrom modwright.__main__ import run\nassert run(['--help']) == 0\n"
        "ours = [n for n in sys.modules if n.split('.')[0] in "
        "{'controller','codegen','images','sandbox','demo','fastapi','starlette','uvicorn','kubernetes','github',"
        "'requests','pygit2','jinja2','ruamel','pydantic','cel_expr_python','cryptography','tomlkit'}]\n"
        "sys.stderr.write(repr(ours))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)

    assert done.stderr == "[]"
    assert all(name in done.stdout for name in COMMANDS)


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> str:
    """A command of the table that raises what the test asks for; its module stands only as long as the test."""

    @click.command()
    @click.argument("place")
    def raising(place: str) -> None:
        module, _, name = place.partition(":")
        made = getattr(import_module(module), name)
        raise (
            made("Reason", "it cannot be\x1b[2J", hint="do this") if module == "controller.core.errors" else made(place)
        )

    module = type(sys)("tests_cli_raising")
    module.__dict__["raising"] = raising
    monkeypatch.setitem(sys.modules, "tests_cli_raising", module)
    monkeypatch.setitem(COMMANDS, "raising", Entry("tests_cli_raising:raising", "Raise."))
    return "raising"


@pytest.mark.parametrize(("kind", "status"), [("Terminal", 2), ("Denied", 1)])
def test_an_error_is_one_line_with_a_hint_and_cannot_move_the_cursor(
    group: str, capsys: pytest.CaptureFixture[str], kind: str, status: int
) -> None:
    assert run([group, f"controller.core.errors:{kind}"]) == status

    assert capsys.readouterr() == ("", "error: it cannot be?[2J\nhint: do this\n")


def test_a_bug_is_not_dressed_as_an_error(group: str) -> None:
    with pytest.raises(ZeroDivisionError):
        run([group, "builtins:ZeroDivisionError"])


def test_an_interrupt_ends_quietly(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([group, "builtins:KeyboardInterrupt"]) == 130
    assert capsys.readouterr().err.strip() == "interrupted"


def test_an_unknown_command_is_an_error_that_names_the_likely_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["instal"]) == 2

    assert capsys.readouterr().err == (
        "error: there is no command 'instal'; did you mean 'install'?\nhint: modwright --help\n"
    )


def test_an_unknown_option_names_the_commands_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "test", "--fast"]) == 2
    assert capsys.readouterr().err.endswith("hint: modwright policy test --help\n")


def test_images_commands_stand_below_image(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["image", "build", "--help"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: modwright image build")


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "modwright", "policy", "test", "--dir", "policies"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        said = process.stderr.read()
    process.wait(timeout=60)

    assert "Traceback" not in said
