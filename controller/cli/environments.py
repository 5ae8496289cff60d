"""`modwright promote | rollback | smoke`: what moves or asks an environment."""

from __future__ import annotations

import click

from controller.cli import completion
from controller.cli.client import Client, Document, segment
from controller.cli.options import json_option, reason_option, with_client
from controller.cli.output import show_json, show_table, show_text
from controller.cli.waiting import follow_environment, timeout_option, until_built, wait_option

environment_argument = click.argument("environment", shell_complete=completion.environments)


@click.command()
@environment_argument
@click.argument("release", required=False, shell_complete=completion.releases)
@click.option("--adopt", metavar="SHA", help="Make this commit the environment's first release.")
@reason_option
@json_option
@wait_option
@timeout_option
@with_client
def promote(
    client: Client,
    *,
    environment: str,
    release: str | None,
    adopt: str | None,
    reason: str,
    as_json: bool,
    wait: bool,
    timeout: float,
) -> None:
    """Move an environment to a release."""
    if (release is None) == (adopt is None):
        raise click.UsageError("name a release, or a commit with --adopt")
    target = {"release": release} if release else {"adopt": adopt}
    path, body = f"/environments/{segment(environment)}:promote", {**target, "reason": reason}
    answer = client.post(path, body)
    if wait and answer.get("state") == "building":
        answer = until_built(client, path, body, timeout=timeout)
    reached = answer.get("release") or release
    if not as_json:
        built = f", build {answer['build']}" if answer.get("build") else ""
        show_text(f"{environment}: {reached or adopt} {answer.get('state', '')}{built}")
    if wait:
        follow_environment(client, environment, release=reached, commit=adopt or "", timeout=timeout)
    if as_json:
        show_json(answer)


@click.command()
@environment_argument
@click.option(
    "--to",
    "to",
    metavar="RELEASE",
    shell_complete=completion.releases,
    help="Default: the newest older one that passed here and is not held.",
)
@reason_option
@json_option
@wait_option
@timeout_option
@with_client
def rollback(
    client: Client, *, environment: str, to: str | None, reason: str, as_json: bool, wait: bool, timeout: float
) -> None:
    """Return an environment to a release before."""
    answer: Document = client.post("/rollbacks", {"environment": environment, "to": to, "reason": reason})
    if wait:
        follow_environment(client, environment, release=str(answer["to"]), verified=False, timeout=timeout)
    if as_json:
        show_json(answer)
        return
    hold = answer.get("hold")
    held = f"; hold {hold.get('id') if isinstance(hold, dict) else hold}" if hold else ""
    show_text(f"{environment}: {answer.get('from')} → {answer['to']}{held}")


@click.command()
@environment_argument
@json_option
@click.pass_context
@with_client
def smoke(client: Client, context: click.Context, *, environment: str, as_json: bool) -> None:
    """Run an environment's checks once."""
    answer = client.post(f"/environments/{segment(environment)}:smoke", {})
    results = answer["results"] if isinstance(answer, dict) else answer
    if as_json:
        show_json(answer)
    else:
        show_table(
            ("check", "outcome", "seen"), ([row.get(key) for key in ("check", "outcome", "seen")] for row in results)
        )
    context.exit(0 if all(row.get("outcome") == "passed" for row in results) else 1)
