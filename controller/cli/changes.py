"""`modwright install | uninstall | upgrade | withdraw`: changes of modules, each through a proposal."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import click

from controller.cli import completion
from controller.cli.client import Client, Document
from controller.cli.options import json_option, optional_reason, reason_option, with_client
from controller.cli.output import show_json, show_text, tell
from controller.cli.waiting import follow_change, timeout_option, until_option, wait_option


def _proposing(command: Callable[..., None]) -> Callable[..., None]:
    for option in (timeout_option, until_option, wait_option, json_option, reason_option):
        command = option(command)
    return command


@click.command()
@click.argument("names", metavar="MODULE[@VERSION]...", nargs=-1, required=True, shell_complete=completion.modules)
@_proposing
@with_client
def install(
    client: Client, *, names: tuple[str, ...], reason: str, as_json: bool, wait: bool, until: str, timeout: float
) -> None:
    """Open a proposal that puts modules in."""
    changes = [change_of("install", name) for name in names]
    propose(client, changes, reason=reason, as_json=as_json, until=until if wait else None, timeout=timeout)


@click.command()
@click.argument("names", metavar="MODULE...", nargs=-1, required=True, shell_complete=completion.modules)
@_proposing
@with_client
def uninstall(
    client: Client, *, names: tuple[str, ...], reason: str, as_json: bool, wait: bool, until: str, timeout: float
) -> None:
    """Open a proposal that takes modules out."""
    changes: list[Document] = [{"kind": "uninstall", "module": name} for name in names]
    propose(client, changes, reason=reason, as_json=as_json, until=until if wait else None, timeout=timeout)


@click.command()
@click.argument("name", metavar="MODULE@VERSION", shell_complete=completion.modules)
@_proposing
@with_client
def upgrade(client: Client, *, name: str, reason: str, as_json: bool, wait: bool, until: str, timeout: float) -> None:
    """Open a proposal that moves a module to another version."""
    change = change_of("upgrade", name)
    if not change["version"]:
        raise click.UsageError(f"which version of {name}? Write {name}@VERSION")
    propose(client, [change], reason=reason, as_json=as_json, until=until if wait else None, timeout=timeout)


@click.command()
@click.argument("number", type=click.IntRange(min=1))
@optional_reason
@json_option
@with_client
def withdraw(client: Client, *, number: int, reason: str, as_json: bool) -> None:
    """Close a proposal of Modwright."""
    answer = client.post(f"/changes/{number}:withdraw", {"reason": reason})
    if as_json:
        show_json(answer)
        return
    show_text(f"proposal {number} is withdrawn")


def change_of(kind: str, name: str) -> Document:
    """A change as the API takes it, of `module` or `module@version`."""
    module, _, version = name.partition("@")
    return {"kind": kind, "module": module, "version": version or None}


def propose(
    client: Client, changes: list[Document], *, reason: str, as_json: bool, until: str | None, timeout: float
) -> None:
    """Asks for the changes, shows the proposal, and follows it where asked to."""
    body: Document = {"changes": changes, "reason": reason}
    # The key makes a request that the network lost the answer of safe to be sent once more by whoever retries it.
    answer = client.post("/changes", body, key=str(uuid4()))
    show_proposal(client, answer, as_json=as_json, until=until, timeout=timeout)


def show_proposal(client: Client, answer: Document, *, as_json: bool, until: str | None, timeout: float) -> None:
    """The answer to a request for a proposal; with `until` the change as it stands when it has come that far."""
    proposal = answer.get("proposal")
    number = int(proposal["number"]) if proposal else 0
    if not as_json:
        show_text(_sentence(answer))
    followed = follow_change(client, number, until=until, timeout=timeout) if until and number else None
    if as_json:
        show_json(followed or answer)
    elif followed is not None:
        tell(f"proposal {number}: {followed.get('stage')}")


def _sentence(answer: Document) -> str:
    proposal = answer.get("proposal")
    if not proposal:
        return "already so: nothing to change"
    words = {"opened": "opened", "adopted": "already open", "already": "already in force"}
    state = words.get(str(answer.get("state")), answer.get("state"))
    return f"proposal {proposal['number']} {state}: {proposal.get('title', '')}\n{proposal.get('url', '')}"
