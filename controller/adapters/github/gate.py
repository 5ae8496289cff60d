"""The App's own check run."""

from __future__ import annotations

from typing import Any

from controller.adapters.github import answers, errors
from controller.adapters.github.client import Client
from controller.adapters.github.conditional import ConditionalReader
from controller.adapters.github.names import commit_id, number
from controller.core.errors import Transient
from controller.core.model import Annotation, GateReport, GateStatus, Sha

NAME = "modwright"
_MOST_ANNOTATIONS = 50
"""GitHub takes 50 in a request."""
_MOST_TEXT = 65_000
_STATES: dict[GateStatus, dict[str, str]] = {
    GateStatus.WAITING: {"status": "in_progress"},
    GateStatus.PASSED: {"status": "completed", "conclusion": "success"},
    GateStatus.FAILED: {"status": "completed", "conclusion": "failure"},
}


class Gate:
    """
    Reads and writes the check run that the default branch's protection requires.

    Where `console` has an address, its details lead to the page of the change there, so that who approves finds back.
    """

    def __init__(self, client: Client, reader: ConditionalReader, *, app_id: int, console: str = "") -> None:
        self._client = client
        self._reader = reader
        self._app_id = app_id
        self._path = client.repository.path
        self._console = console.rstrip("/")

    def read(self, head: Sha) -> GateReport | None:
        """The newest one of this App on that commit. Its annotations are not read: nothing compares them."""
        path = f"{self._path}/commits/{commit_id(head)}/check-runs"
        parameters = {"check_name": NAME, "app_id": self._app_id, "filter": "latest"}
        found = self._reader.all(path, _check_runs, parameters=parameters)
        ours = [report for app, report in found if app == self._app_id]
        return max(ours, key=lambda report: report.id or 0, default=None)

    def write(self, report: GateReport) -> GateReport:
        """
        Changes the check run, or makes one.

        One that has ended is not opened again: the forge would keep its conclusion beside the new status. The newest
        counts, so a new one is made.
        """
        known = self.read(report.head)
        if known is not None and known.says_the_same(report):
            return known
        can_change = known is not None and (
            known.status is GateStatus.WAITING or report.status is not GateStatus.WAITING
        )
        path = f"{self._path}/check-runs"
        try:
            if known is not None and known.id is not None and can_change:
                return self._sent("PATCH", f"{path}/{number(known.id)}", report)
            return self._sent("POST", path, report)
        except Transient:
            known = self.read(report.head)
            if known is None or not known.says_the_same(report):
                raise
            return known

    def _sent(self, verb: str, path: str, report: GateReport) -> GateReport:
        body: dict[str, Any] = {"name": NAME, **_STATES[report.status], "output": _output(report)}
        if self._console and report.proposal is not None:
            body["details_url"] = f"{self._console}/changes/{number(report.proposal)}"
        if verb == "POST":
            body["head_sha"] = commit_id(report.head)
        told = self._client.write(verb, path, body)
        try:
            return answers.gate_report(told)
        except (KeyError, TypeError, ValueError) as error:
            raise errors.strange(error, what=f"{verb} {path}") from error


def _output(report: GateReport) -> dict[str, Any]:
    return {
        "title": report.title,
        "summary": report.summary[:_MOST_TEXT],
        "annotations": [_annotation(item) for item in report.annotations[:_MOST_ANNOTATIONS]],
    }


def _annotation(item: Annotation) -> dict[str, Any]:
    return {
        "path": item.path,
        "start_line": max(1, item.line),
        "end_line": max(1, item.line),
        "annotation_level": "failure",
        "title": item.title[:255],
        "message": item.message[:_MOST_TEXT],
    }


def _check_runs(data: Any) -> tuple[tuple[int | None, GateReport], ...]:
    return tuple(
        ((run.get("app") or {}).get("id"), answers.gate_report(run))
        for run in data["check_runs"]
        if run["name"] == NAME
    )
