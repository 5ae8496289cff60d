"""Check runs and statuses: how they come to be and change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.forge import clock
from sandbox.forge.announcements import announce
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.refusals import Refusal, forbidden, not_found
from sandbox.forge.store import Document
from sandbox.forge.views import checks as views

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_MOST_ANNOTATIONS = 50
_CONCLUSIONS = {"success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required", "stale"}


def create(forge: Forge, repository: GitRepository, wish: Document, *, app_id: int) -> Document:
    """A new check run of an App on a commit. Raises `Refusal` 422 for a commit that is not there."""
    sha = repository.resolve(str(wish.get("head_sha", "")))
    if sha is None or sha != wish["head_sha"]:
        raise Refusal(422, f"No commit found for SHA: {wish.get('head_sha')}")
    if not wish.get("name"):
        raise Refusal(422, 'Invalid request.\n\n"name" wasn\'t supplied.')
    record: Document = {
        "app": app_id,
        "name": wish["name"],
        "head_sha": sha,
        "external_id": wish.get("external_id", ""),
        "details_url": wish.get("details_url"),
        "status": "queued",
        "conclusion": None,
        "started_at": wish.get("started_at", clock.stamp()),
        "completed_at": None,
        "output": {"title": None, "summary": None, "text": None},
        "annotations": [],
        "suite": _suite(forge, repository, sha, app_id)["id"],
    }
    _apply(record, wish)
    forge.store.add("check_run", repository.full_name, record)
    _announce(forge, record, "created")
    return record


def update(forge: Forge, repository: GitRepository, run_id: int, wish: Document, *, app_id: int) -> Document:
    """Change a check run; only the App that made it may. Annotations are added to those it has."""
    record = forge.store.get("check_run", run_id)
    if record is None or record["repo"] != repository.full_name:
        raise not_found()
    if record["app"] != app_id:
        raise forbidden(
            f"Invalid app_id `{app_id}` - check run can only be modified by the GitHub App that created it."
        )
    _apply(record, wish)
    forge.store.save("check_run", record)
    _announce(forge, record, "completed" if record["status"] == "completed" else "created")
    return record


def _apply(record: Document, wish: Document) -> None:
    for key in ("name", "external_id", "details_url", "status", "started_at", "completed_at"):
        if wish.get(key) is not None:
            record[key] = wish[key]
    if wish.get("conclusion") is not None:
        if wish["conclusion"] not in _CONCLUSIONS:
            raise Refusal(422, f"Invalid request.\n\n{wish['conclusion']} is not a member of the conclusions.")
        record["conclusion"], record["status"] = wish["conclusion"], "completed"
    if record["status"] == "completed":
        record["completed_at"] = record["completed_at"] or clock.stamp()
        if record["conclusion"] is None:
            raise Refusal(422, "Invalid request.\n\nMissing conclusion for a completed check run.")
    else:
        record["conclusion"] = record["completed_at"] = None
    _apply_output(record, wish.get("output") or {})


def _apply_output(record: Document, output: Document) -> None:
    notes = output.get("annotations") or []
    if len(notes) > _MOST_ANNOTATIONS:
        raise Refusal(422, f"Invalid request.\n\nNo more than {_MOST_ANNOTATIONS} annotations can be given at once.")
    record["annotations"] = [*record["annotations"], *notes]
    for key in ("title", "summary", "text"):
        if key in output:
            record["output"][key] = output[key]


def _suite(forge: Forge, repository: GitRepository, sha: str, app_id: int) -> Document:
    for suite in forge.store.all("check_suite", repository.full_name):
        if suite["head_sha"] == sha and suite["app"] == app_id:
            return suite
    pushed = [one["ref"] for one in forge.store.all("activity", repository.full_name) if one["after"] == sha]
    branch = pushed[-1].removeprefix("refs/heads/") if pushed else None
    record = {"head_sha": sha, "app": app_id, "head_branch": branch, "created_at": clock.stamp()}
    return forge.store.add("check_suite", repository.full_name, record)


def _announce(forge: Forge, record: Document, action: str) -> None:
    payload = {"action": action, "check_run": views.check_run(forge, record)}
    app = forge.settings.app
    bot = forge.accounts.by_id(app.bot_id) if app and app.id == record["app"] else forge.accounts.actions_bot()
    announce(forge, "check_run", record["repo"], payload, bot)
