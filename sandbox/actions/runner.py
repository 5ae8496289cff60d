"""One run from its start to its conclusion."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.actions import act
from sandbox.actions.execution import Execution
from sandbox.actions.expressions import evaluate
from sandbox.actions.masking import Masks
from sandbox.actions.planning import Call, PlannedJob, plan_jobs, token_permissions
from sandbox.actions.preparation import RunFolder, RunInputs, check_out, prepare
from sandbox.actions.progress import RunProgress, runner_annotation
from sandbox.actions.sources import Sources
from sandbox.actions.workflow import Workflow, WorkflowError
from sandbox.configuration import RunnerSettings

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge


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


class Runner:
    """Runs runs on this machine."""

    def __init__(
        self, *, forge: "Forge", state: Path, settings: RunnerSettings, forge_url: str, registry_address: str
    ) -> None:
        self._forge = forge
        self._settings = settings
        self._forge_url = forge_url
        self._registry_address = registry_address
        self._state = state
        self._sources = Sources(forge, state / "sources")

    async def run(self, run: Run) -> str:
        """Runs a run; its conclusion. A workflow that cannot be run is a failure that says why, no error of ours."""
        try:
            planned = self._plan(run)
            self._check_labels(planned)
            repositories = self._sources.folders(run.workflow, planned)
        except WorkflowError as error:
            self._fail(run, str(error))
            return "failure"
        return await self._execute(run, planned, act.local_repositories(repositories))

    def _plan(self, run: Run) -> list[PlannedJob]:
        def called(call: Call) -> Workflow:
            return self._sources.reusable_workflow(call, repository=run.repository, sha=run.sha)

        return plan_jobs(run.workflow, run.path, called=called)

    def _check_labels(self, planned: list[PlannedJob]) -> None:
        for each in planned:
            if unknown := [label for label in each.job.labels if label not in self._settings.labels]:
                known = ", ".join(self._settings.labels) or "none"
                raise WorkflowError(f"{each.name}: no runner here has the label {unknown[0]}; known are {known}")

    def _fail(self, run: Run, message: str) -> None:
        runs = self._forge.runs
        job_id = runs.add_job(run.id, name=run.workflow.name)
        runs.annotate(job_id, [runner_annotation(message)])
        runs.append_log(job_id, f"##[error]{message}\n")
        runs.finish_job(job_id, "failure")

    async def _execute(self, run: Run, planned: list[PlannedJob], repositories: list[str]) -> str:
        folder = RunFolder(self._state / "runs" / str(run.id))
        token = self._forge.runs.issue_token(run.id, token_permissions(run.workflow, planned))
        secrets = {**self._forge.secrets(run.repository), "GITHUB_TOKEN": token}
        masks = Masks(secrets.values())
        progress = RunProgress(self._forge.runs, run.id, planned)
        run.execution = Execution(progress, masks)
        try:
            inputs = RunInputs(self._event(run), secrets, self._variables(run), self._environment(run, folder))
            await asyncio.to_thread(prepare, folder, inputs)
            await asyncio.to_thread(
                check_out,
                self._forge.repository(run.repository).directory,
                folder.clone,
                sha=run.sha,
                branch=run.ref,
                origin=f"{self._forge_url}/{run.repository}.git",
            )
            code = await run.execution.run(
                self._command(run, folder, repositories),
                environment={"PATH": self._settings.path or os.environ["PATH"], "HOME": str(folder.home)},
                secrets=folder.file("secrets"),
            )
        finally:
            self._forge.runs.revoke_token(token)
            await asyncio.to_thread(folder.remove)
        return self._conclusion(run, progress, run.execution, code)

    def _event(self, run: Run) -> dict[str, Any]:
        owner, _, name = run.repository.partition("/")
        repository = {
            "full_name": run.repository,
            "name": name,
            "owner": {"login": owner},
            "default_branch": self._forge.default_branch(run.repository),
        }
        return {"repository": repository, "sender": {"login": run.actor}, **run.event}

    def _variables(self, run: Run) -> dict[str, str]:
        """The repository's variables; `{images}` stands for the image registry's address, known since the start."""
        variables = self._forge.variables(run.repository)
        return {name: value.replace("{images}", self._registry_address) for name, value in variables.items()}

    def _environment(self, run: Run, folder: RunFolder) -> dict[str, str]:
        record = self._forge.runs.get(run.id)
        return {
            "GITHUB_SERVER_URL": self._forge_url,
            "GITHUB_API_URL": f"{self._forge_url}/api/v3",
            "GITHUB_GRAPHQL_URL": f"{self._forge_url}/api/graphql",
            "GITHUB_REPOSITORY": run.repository,
            "GITHUB_RUN_ID": str(run.id),
            "GITHUB_RUN_NUMBER": str(record["run_number"]),
            "GITHUB_RUN_ATTEMPT": str(record["run_attempt"]),
            "GITHUB_TRIGGERING_ACTOR": run.actor,
            "GITHUB_WORKFLOW_REF": f"{run.repository}/{run.path}@refs/heads/{run.ref}",
            "GITHUB_WORKFLOW_SHA": run.sha,
            "RUNNER_NAME": "sandbox",
            "GIT_TERMINAL_PROMPT": "0",
            "SANDBOX_ARTIFACTS": str(folder.artifacts),
        }

    def _command(self, run: Run, folder: RunFolder, repositories: list[str]) -> list[str]:
        instance = self._forge_url.removeprefix("http://")
        command = act.command_line(folder, event=run.event_name, path=run.path, instance=instance, actor=run.actor)
        return [*command, *act.platforms(self._settings.labels), *repositories]

    def _conclusion(self, run: Run, progress: RunProgress, execution: Execution, code: int) -> str:
        """act's exit code alone is not believed: it is 0 when jobs were skipped for an unknown label."""
        progress.end("cancelled" if execution.is_cancelled else "failure")
        if execution.is_cancelled:
            return "cancelled"
        conclusions = progress.conclusions()
        if not conclusions:
            self._fail(run, execution.last_words() or "act ended without a result of any job")
            return "failure"
        return "success" if set(conclusions) == {"success"} else "failure"
