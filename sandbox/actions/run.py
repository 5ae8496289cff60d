"""A run as a value: what it is of, what it is called, what its steps are told about it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.actions.execution import Execution
from sandbox.actions.expressions import evaluate
from sandbox.actions.workflow import Workflow


@dataclass
class Run:
    """What a run is of, and what has become of it."""

    repository: str
    path: str
    ref: str
    sha: str
    event_name: str
    event: Mapping[str, Any]
    actor: str
    workflow: Workflow
    id: int = 0
    group: str | None = None
    execution: Execution | None = None
    has_started: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def title(self) -> str:
        """`run-name`; without one GitHub shows the commit's or the pull request's title, or the workflow's name."""
        if self.workflow.run_name:
            return evaluate(self.workflow.run_name, self.contexts())
        if self.event_name == "push" and self.event.get("head_commit"):
            return str(self.event["head_commit"]["message"]).partition("\n")[0]
        if self.event_name == "pull_request":
            return str(self.event["pull_request"]["title"])
        return self.workflow.name

    def contexts(self) -> dict[str, Any]:
        """What `run-name` and `concurrency` may speak of."""
        github = {
            "actor": self.actor,
            "event": self.event,
            "event_name": self.event_name,
            "ref": f"refs/heads/{self.ref}",
            "ref_name": self.ref,
            "repository": self.repository,
            "sha": self.sha,
            "workflow": self.workflow.name,
        }
        return {"inputs": self.event.get("inputs", {}), "github": github}

    def event_document(self, *, default_branch: str) -> dict[str, Any]:
        """What `$GITHUB_EVENT_PATH` holds; a dispatch brings little, so repository and sender are added."""
        owner, _, name = self.repository.partition("/")
        repository = {
            "full_name": self.repository,
            "name": name,
            "owner": {"login": owner},
            "default_branch": default_branch,
        }
        return {"repository": repository, "sender": {"login": self.actor}, **self.event}

    def variables(self, *, forge_url: str, number: int, attempt: int) -> dict[str, str]:
        """GitHub's default variables that act does not know, or would guess from the clone."""
        return {
            "GITHUB_SERVER_URL": forge_url,
            "GITHUB_API_URL": f"{forge_url}/api/v3",
            "GITHUB_GRAPHQL_URL": f"{forge_url}/api/graphql",
            "GITHUB_REPOSITORY": self.repository,
            "GITHUB_RUN_ID": str(self.id),
            "GITHUB_RUN_NUMBER": str(number),
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "GITHUB_TRIGGERING_ACTOR": self.actor,
            "GITHUB_WORKFLOW_REF": f"{self.repository}/{self.path}@refs/heads/{self.ref}",
            "GITHUB_WORKFLOW_SHA": self.sha,
        }
