"""`modwright reconcile --once`: one pass, for a schedule, a debugging session or a bare cron."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from controller.cli.serve import settings_option

if TYPE_CHECKING:
    from controller.reconcile.loop import PassReport

_FAILED = 2


@click.command()
@settings_option
@click.option("--once", is_flag=True, help="One pass, then end; `serve` runs them for ever.")
@click.option("--json", "as_json", is_flag=True, help="The pass as JSON.")
@click.pass_context
def reconcile(context: click.Context, *, file: Path | None, once: bool, as_json: bool) -> None:
    """Run one pass: observe, decide, execute, report. Exit 2 where something in it failed."""
    if not once:
        raise click.UsageError("give --once; `modwright serve` runs passes for ever")
    from controller import log, wiring
    from controller.settings import load

    settings = load(file)
    log.configure(level=settings.log.number)
    report = wiring.build_loop(settings).tick()
    told = _told(report)
    click.echo(json.dumps(told, indent=2) if as_json else _text(told))
    context.exit(_FAILED if report.problem or report.failed else 0)


def _told(report: PassReport) -> dict[str, Any]:
    conditions = report.decision.conditions if report.decision is not None else ()
    return {
        "done": [f"{type(intent).__name__} {intent.target}" for intent in report.done],
        "failed": [f"{type(intent).__name__} {intent.target}: {message}" for intent, message in report.failed],
        "problem": report.problem,
        "conditions": [{"reason": c.reason, "about": c.about, "message": c.message} for c in conditions],
        "wake_after_ms": round(report.wake_after.total_seconds() * 1000),
        "took_ms": round(report.took.total_seconds() * 1000, 1),
    }


def _text(told: dict[str, Any]) -> str:
    lines = [f"done    {line}" for line in told["done"]] + [f"failed  {line}" for line in told["failed"]]
    lines += [f"waits   {c['about']}: {c['reason']}: {c['message']}" for c in told["conditions"]]
    lines += [f"failed  {told['problem']}"] if told["problem"] else []
    return "\n".join(lines) or "nothing to do"
