"""`modwright revert | hold | admit | override`: taking out, keeping out, letting through."""

from __future__ import annotations

from collections.abc import Sequence

import click

from controller.cli import completion
from controller.cli.changes import show_proposal
from controller.cli.client import Client, segment
from controller.cli.options import json_option, optional_reason, reason_option, with_client
from controller.cli.output import show_json, show_table, show_text
from controller.cli.waiting import timeout_option, until_option, wait_option

_HOLD = ("id", "state", "commits", "environment", "reason", "by", "at")


@click.command()
@click.argument("change", metavar="NUMBER|SHA|MODULE", shell_complete=completion.modules)
@reason_option
@json_option
@wait_option
@until_option
@timeout_option
@with_client
def revert(client: Client, *, change: str, reason: str, as_json: bool, wait: bool, until: str, timeout: float) -> None:
    """Open a proposal that takes a merged change out."""
    # A commit of digits alone is a commit all the same: no proposal has a number of forty digits.
    named = int(change) if change.isdecimal() and len(change) < 12 else change
    answer = client.post("/reverts", {"change": named, "reason": reason})
    show_proposal(client, answer, as_json=as_json, until=until if wait else None, timeout=timeout)


@click.command()
@click.argument("what", metavar="SHA|RELEASE", required=False, shell_complete=completion.releases)
@click.option("--lift", metavar="HOLD", help="End this hold.")
@optional_reason
@json_option
@with_client
def hold(client: Client, *, what: str | None, lift: str | None, reason: str, as_json: bool) -> None:
    """Keep a commit out of every environment, or lift that."""
    if what is None and lift is None:
        _show_all(client, "holds", columns=_HOLD, as_json=as_json)
        return
    body = {"reason": _demand(reason)}
    if lift:
        _answer(client.post(f"/holds/{segment(lift)}:lift", body), f"hold {lift} is lifted", as_json=as_json)
        return
    kind = "release" if str(what).startswith("rel_") else "commit"
    _answer(client.post("/holds", {kind: what, **body}), f"{what} is held", as_json=as_json)


@click.command()
@click.argument("commit", metavar="SHA")
@reason_option
@json_option
@with_client
def admit(client: Client, *, commit: str, reason: str, as_json: bool) -> None:
    """Let a commit without a valid approval be promoted."""
    answer = client.post("/admissions", {"commit": commit, "reason": reason})
    _answer(answer, f"{commit} is admitted", as_json=as_json)


@click.command()
@click.argument("policy", metavar="POLICY")
@click.option("--proposal", metavar="NUMBER", type=click.IntRange(min=1), help="The open proposal that it denies.")
@click.option("--fingerprint", metavar="HASH", help="The change that it denies, as its plan tells it.")
@reason_option
@json_option
@with_client
def override(
    client: Client, *, policy: str, proposal: int | None, fingerprint: str | None, reason: str, as_json: bool
) -> None:
    """Have a policy's denial not stand for one change."""
    if (proposal is None) == (fingerprint is None):
        raise click.UsageError("name the change: --proposal NUMBER or --fingerprint HASH")
    change = {"proposal": proposal} if proposal is not None else {"fingerprint": fingerprint}
    answer = client.post("/overrides", {"policy": policy, "reason": reason, **change})
    _answer(answer, f"{policy} is overridden", as_json=as_json)


def _demand(reason: str) -> str:
    if not reason.strip():
        raise click.UsageError("a reason is needed: --reason WHY")
    return reason


def _answer(answer: object, sentence: str, *, as_json: bool) -> None:
    identity = answer.get("id") if isinstance(answer, dict) else None
    if as_json:
        show_json(answer)
    else:
        show_text(f"{sentence} ({identity})" if identity and str(identity) not in sentence else sentence)


def _show_all(client: Client, kind: str, *, columns: Sequence[str], as_json: bool) -> None:
    rows = client.all(f"/{kind}")
    if as_json:
        show_json(rows)
    else:
        show_table(columns, ([row.get(key) for key in columns] for row in rows))
