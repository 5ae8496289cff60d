"""`modwright freeze`: stopping forward promotions or everything, with an end or until somebody lifts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from controller.cli import completion
from controller.cli.client import Client, Document, segment
from controller.cli.options import json_option, optional_reason, with_client
from controller.cli.output import show_json, show_table, show_text
from controller.core.durations import SHAPE as DURATION
from controller.core.durations import parse_duration
from controller.core.moments import SHAPE, parse_moment, told_moment

_COLUMNS = ("id", "environment", "state", "until", "reason", "by", "at")
_WINDOWS = ("name", "environments", "from", "until", "reason")


class _When(click.ParamType[datetime]):
    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        found = value if isinstance(value, datetime) else parse_moment(str(value))
        return found or self.fail(f"{value!r} is no moment; give {SHAPE}", param, ctx)


class _Duration(click.ParamType[timedelta]):
    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = value if isinstance(value, timedelta) else parse_duration(str(value))
        return found or self.fail(f"{value!r} is no length of time; give {DURATION}", param, ctx)


@click.command()
@click.argument("environment", required=False, shell_complete=completion.environments)
@click.option("--all", "everywhere", is_flag=True, help="Every environment.")
@click.option("--stop", is_flag=True, help="Hold back whatever moves forward; rolling back always may.")
@click.option("--until", type=_When(), metavar="WHEN", help=f"Ends by itself then: {SHAPE}.")
@click.option("--for", "length", type=_Duration(), metavar="DURATION", help="Ends by itself after so long, such as 2h.")
@click.option("--lift", metavar="FREEZE", help="End this freeze, or the stop.")
@optional_reason
@json_option
@with_client
def freeze(
    client: Client,
    *,
    environment: str | None,
    everywhere: bool,
    stop: bool,
    until: datetime | None,
    length: timedelta | None,
    lift: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Stop forward promotions or everything, list that, or lift it."""
    _demand_one(environment, everywhere=everywhere or stop, lift=lift, ends=[e for e in (until, length) if e])
    if lift:
        found = client.post(f"/freezes/{segment(lift)}:lift", {"reason": _demand(reason)})
        _answer(found, f"freeze {lift} is lifted", as_json=as_json)
    elif environment or everywhere or stop:
        end = datetime.now(UTC) + length if length is not None else until
        found = client.post("/freezes", _body(environment, reason=_demand(reason), until=end, stop=stop))
        _answer(found, _said(environment, until=end, stop=stop), as_json=as_json)
    else:
        _list(_everything(client), as_json=as_json)


def _demand_one(environment: str | None, *, everywhere: bool, lift: str | None, ends: list[object]) -> None:
    if bool(environment) + everywhere + bool(lift) > 1:
        raise click.UsageError("name one: an environment, --all, --stop or --lift")
    if len(ends) > 1:
        raise click.UsageError("give one end: --until or --for")
    if ends and (lift or not (environment or everywhere)):
        raise click.UsageError("an end belongs to a freeze: name an environment, --all or --stop")


def _demand(reason: str) -> str:
    if not reason.strip():
        raise click.UsageError("a reason is needed: --reason WHY")
    return reason


def _body(environment: str | None, *, reason: str, until: datetime | None, stop: bool) -> Document:
    body: Document = {"environment": environment, "reason": reason}
    if until is not None:
        body["until"] = until.replace(microsecond=0).isoformat()
    return {**body, "stop": True} if stop else body


def _said(environment: str | None, *, until: datetime | None, stop: bool) -> str:
    what = "everything that moves forward is stopped" if stop else f"{environment or 'every environment'} is frozen"
    end = f"until {told_moment(until)}" if until is not None else "until somebody lifts it"
    return f"{what} {end}; rolling back always may"


def _answer(answer: Document, sentence: str, *, as_json: bool) -> None:
    identity = str(answer.get("id") or "")
    if as_json:
        show_json(answer)
    else:
        show_text(f"{sentence} ({identity})" if identity and identity not in sentence else sentence)


def _everything(client: Client) -> Document:
    """Every page of the freezes, with the calendars' windows, which each page has."""
    found: Document = client.get("/freezes")
    items, following = list(found["items"]), found.get("next")
    while following:
        page: Document = client.get("/freezes", cursor=following)
        items, following = [*items, *page["items"]], page.get("next")
    return {"items": items, "calendars": found.get("calendars") or []}


def _list(found: Document, *, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    rows = [{**row, "state": state_of(row), "until": _when(row.get("until"))} for row in found["items"]]
    show_table(_COLUMNS, ([_shown(row, key) for key in _COLUMNS] for row in rows))
    windows = found.get("calendars") or []
    if windows:
        show_text("\nCalendars")
        told = ({**row, "from": _when(row["since"], row), "until": _when(row["until"], row)} for row in windows)
        show_table(_WINDOWS, ([_shown(row, key) for key in _WINDOWS] for row in told))


def state_of(row: Document) -> str:
    """What became of a freeze, in one word, as it is now."""
    if row.get("lifted_at"):
        return "lifted"
    until = datetime.fromisoformat(row["until"]) if row.get("until") else None
    if until is not None and until <= datetime.now(UTC):
        return "ended"
    return "stop" if row.get("stop") else "stands"


def _shown(row: Document, key: str) -> object:
    if key in ("environment", "environments") and not row.get(key):
        return "all"
    return row.get(key)


def _when(at: object, row: Document | None = None) -> str:
    timezone = str((row or {}).get("timezone") or "UTC")
    return told_moment(datetime.fromisoformat(str(at)), timezone) if at else ""
