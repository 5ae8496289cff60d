"""The Actions service: events become runs, runs are run."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.actions import act
from sandbox.actions.dispatching import accepted_inputs
from sandbox.actions.execution import Execution
from sandbox.actions.expressions import evaluate
from sandbox.actions.masking import Masks
from sandbox.actions.planning import PlannedJob, plan_jobs, token_permissions
from sandbox.actions.preparation import RunFolder, RunInputs, check_out, prepare
from sandbox.actions.progress import RunProgress, runner_annotation
from sandbox.actions.sources import Sources
from sandbox.actions.workflow import Workflow, WorkflowError, parse_workflow
from sandbox.configuration import RunnerSettings
from sandbox.forge.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

Document = dict[str, Any]


@dataclass
class _Run:
    """A run from its creation to its end."""

    repository: str
    path: str
    ref: str
    sha: str
    event_name: str
    event: Mapping[str, Any]
    actor: str
    workflow: Workflow
    id: int = 0
    execution: Execution | None = None
    is_cancelled: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class ActionsService:
    """Runs workflows, `parallel` at a time, in the order of their events. Implements the forge's Dispatcher."""

    def __init__(
        self, *, forge: "Forge", state: Path, settings: RunnerSettings, forge_url: str, registry_address: str
    ) -> None:
        self._forge = forge
        self._settings = settings
        self._forge_url = forge_url
        self._registry_address = registry_address
        self._state = state
        self._sources = Sources(forge, state / "sources")
        self._slots = asyncio.Semaphore(settings.parallel)
        self._runs: dict[int, _Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Marks what an earlier life left: a run whose act is gone will never end by itself."""
        for left in self._forge.runs.unfinished():
            self._forge.runs.finish(left["id"], "cancelled")

    async def stop(self) -> None:
        """Ends every act at once. Their runs stay unfinished until the next start says so."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def dispatch(
        self, *, repository: str, path: str, ref: str, sha: str, inputs: Mapping[str, str], actor: Document
    ) -> int:
        """Creates a run of a `workflow_dispatch` event and queues it; its id. Raises Refusal 422 as GitHub does."""
        try:
            workflow = self._read(repository, path, sha)
            accepted = accepted_inputs(workflow, inputs)
        except WorkflowError as error:
            raise Refusal(422, str(error)) from error
        branch = ref.removeprefix("refs/heads/")
        event = {"inputs": accepted, "ref": f"refs/heads/{branch}", "workflow": path}
        run = _Run(repository, path, branch, sha, "workflow_dispatch", event, actor["login"], workflow)
        self._create(run, actor=actor, inputs=accepted)
        return run.id

    def cancel(self, run_id: int) -> None:
        """Cancels a run that has not ended; the conclusion comes when its steps have ended."""
        run = self._runs.get(run_id)
        if run is not None:
            run.is_cancelled = True
            if run.execution is not None:
                run.execution.cancel()

    def _create(self, run: _Run, *, actor: Document, inputs: Mapping[str, str]) -> None:
        title = evaluate(run.workflow.run_name or run.workflow.name, self._contexts(run))
        run.id = self._forge.runs.create(
            repository=run.repository,
            path=run.path,
            workflow_name=run.workflow.name,
            event=run.event_name,
            ref=run.ref,
            sha=run.sha,
            title=title,
            actor=actor,
            inputs=inputs,
        )
        self._runs[run.id] = run
        task = asyncio.get_running_loop().create_task(self._drive(run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _contexts(self, run: _Run) -> dict[str, Any]:
        github = {
            "actor": run.actor,
            "event": run.event,
            "event_name": run.event_name,
            "ref": f"refs/heads/{run.ref}",
            "ref_name": run.ref,
            "repository": run.repository,
            "sha": run.sha,
        }
        return {"inputs": run.event.get("inputs", {}), "github": github}

    def _read(self, repository: str, path: str, sha: str) -> Workflow:
        content = self._forge.repository(repository).read_file(sha, path)
        if content is None:
            raise WorkflowError(f"{path}: there is no such workflow at {sha}")
        return parse_workflow(content, path=path)

    async def _drive(self, run: _Run) -> None:
        async with self._slots:
            if run.is_cancelled:
                conclusion = "cancelled"
            else:
                self._forge.runs.start(run.id)
                conclusion = await self._conclude(run)
        self._forge.runs.finish(run.id, conclusion)
        run.ended.set()
        del self._runs[run.id]

    async def _conclude(self, run: _Run) -> str:
        """Runs a run; a workflow that cannot be run is a failure that says why, not an error of ours."""
        try:
            planned = self._plan(run)
            self._check_labels(planned)
            repositories = self._sources.folders(run.workflow, planned)
        except WorkflowError as error:
            self._fail(run, str(error))
            return "failure"
        return await self._execute(run, planned, act.local_repositories(repositories))

    def _plan(self, run: _Run) -> list[PlannedJob]:
        def called(call: Any) -> Workflow:
            return self._sources.reusable_workflow(call, repository=run.repository, sha=run.sha)

        return plan_jobs(run.workflow, run.path, called=called)

    def _check_labels(self, planned: list[PlannedJob]) -> None:
        for each in planned:
            if unknown := [label for label in each.job.labels if label not in self._settings.labels]:
                known = ", ".join(self._settings.labels) or "none"
                raise WorkflowError(f"{each.name}: no runner here has the label {unknown[0]}; known are {known}")

    def _fail(self, run: _Run, message: str) -> None:
        runs = self._forge.runs
        job_id = runs.add_job(run.id, name=run.workflow.name)
        runs.annotate(job_id, [runner_annotation(message)])
        runs.append_log(job_id, f"##[error]{message}\n")
        runs.finish_job(job_id, "failure")

    async def _execute(self, run: _Run, planned: list[PlannedJob], repositories: list[str]) -> str:
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

    def _event(self, run: _Run) -> dict[str, Any]:
        owner, _, name = run.repository.partition("/")
        repository = {
            "full_name": run.repository,
            "name": name,
            "owner": {"login": owner},
            "default_branch": self._forge.default_branch(run.repository),
        }
        return {"repository": repository, "sender": {"login": run.actor}, **run.event}

    def _variables(self, run: _Run) -> dict[str, str]:
        """The repository's variables; `{images}` stands for the image registry's address, known since the start."""
        variables = self._forge.variables(run.repository)
        return {name: value.replace("{images}", self._registry_address) for name, value in variables.items()}

    def _environment(self, run: _Run, folder: RunFolder) -> dict[str, str]:
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

    def _command(self, run: _Run, folder: RunFolder, repositories: list[str]) -> list[str]:
        instance = self._forge_url.removeprefix("http://")
        command = act.command_line(folder, event=run.event_name, path=run.path, instance=instance, actor=run.actor)
        return [*command, *act.platforms(self._settings.labels), *repositories]

    def _conclusion(self, run: _Run, progress: RunProgress, execution: Execution, code: int) -> str:
        """act's exit code alone is not believed: it is 0 when jobs were skipped for an unknown label."""
        cancelled = execution.is_cancelled or run.is_cancelled
        progress.end("cancelled" if cancelled else "failure")
        if cancelled:
            return "cancelled"
        conclusions = progress.conclusions()
        if not conclusions:
            self._fail(run, execution.last_words() or "act ended without a result of any job")
            return "failure"
        return "success" if set(conclusions) == {"success"} else "failure"
