"""Runs runs on this machine: each from its start to its conclusion."""

import asyncio
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.actions import act
from sandbox.actions.execution import Execution
from sandbox.actions.masking import Masks
from sandbox.actions.planning import Call, PlannedJob, parse_call, plan_jobs, token_permissions
from sandbox.actions.preparation import RunFolder, RunInputs, check_out, prepare
from sandbox.actions.progress import RunProgress, runner_annotation
from sandbox.actions.run import Run
from sandbox.actions.sources import Sources
from sandbox.actions.toolchain import steps_path, with_lingering_shells
from sandbox.actions.workflow import Workflow, WorkflowError
from sandbox.configuration import RunnerSettings

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge


class Runner:
    """The machine: its labels, its PATH, its folders."""

    def __init__(
        self, *, forge: "Forge", state: Path, settings: RunnerSettings, forge_url: str, registry_address: str
    ) -> None:
        self._forge = forge
        self._labels = settings.labels
        self._path = with_lingering_shells(settings.path or steps_path(), folder=state / "shells")
        self._forge_url = forge_url
        self._registry_address = registry_address
        self._runs = state / "runs"
        self._sources = Sources(forge, state / "sources")

    def clear(self) -> None:
        """Removes the folders of runs that an earlier life left."""
        RunFolder(self._runs).remove()

    async def run(self, run: Run) -> str:
        """Runs a run; its conclusion. A workflow that cannot be run is a failure that says why, no error of ours."""
        try:
            planned = self._plan(run)
            self._check_labels(planned)
            repositories = self._sources.folders(run.workflow, planned)
            with self._tokens(run, planned) as (token, reading_token):
                return await self._execute(
                    run,
                    RunProgress(self._forge.runs, run.id, planned),
                    repositories,
                    token=token,
                    reading_token=reading_token,
                )
        except (WorkflowError, OSError) as error:
            self._fail(run, str(error))
        except subprocess.CalledProcessError as error:
            self._fail(run, f"the repository cannot be checked out: {error.stderr.decode(errors='replace').strip()}")
        return "failure"

    def _plan(self, run: Run) -> list[PlannedJob]:
        def called(call: Call) -> Workflow:
            return self._sources.reusable_workflow(call, repository=run.repository, sha=run.sha)

        return plan_jobs(run.workflow, run.path, called=called)

    def _check_labels(self, planned: list[PlannedJob]) -> None:
        for each in planned:
            if unknown := [label for label in each.job.labels if label not in self._labels]:
                known = ", ".join(self._labels) or "none"
                raise WorkflowError(f"{each.name}: no runner here has the label {unknown[0]}; known are {known}")

    def _fail(self, run: Run, message: str) -> None:
        runs = self._forge.runs
        job_id = runs.add_job(run.id, name=run.workflow.name)
        runs.annotate(job_id, [runner_annotation(message)])
        runs.append_log(job_id, f"##[error]{message}\n")
        runs.finish_job(job_id, "failure")

    @contextmanager
    def _tokens(self, run: Run, planned: list[PlannedJob]) -> Iterator[tuple[str, str]]:
        """The run's own token, and one that reads the repositories whose workflows it calls; both end with the run.

        On GitHub those are public, or open to the caller, and any token reads them; the run's own is for its own.
        """
        token = self._forge.runs.issue_token(run.id, token_permissions(run.workflow, planned))
        called = {parse_call(job.uses).repository for job in run.workflow.jobs if job.uses}
        names = sorted(name for name in called if name is not None)
        accounts = self._forge.accounts
        reading, _ = accounts.issue(user=accounts.actions_bot(), permissions={"contents": "read"}, repositories=names)
        try:
            yield token, reading
        finally:
            self._forge.runs.revoke_token(token)
            self._forge.runs.revoke_token(reading)

    async def _execute(
        self,
        run: Run,
        progress: RunProgress,
        repositories: Mapping[str, Path],
        *,
        token: str,
        reading_token: str,
    ) -> str:
        folder = RunFolder(self._runs / str(run.id))
        inputs = self._inputs(run, folder, token=token, reading_token=reading_token)
        execution = run.execution = Execution(progress, Masks([*inputs.secrets.values(), reading_token]))
        source = self._forge.repository(run.repository).directory
        origin = f"{self._forge_url}/{run.repository}.git"
        try:
            await asyncio.to_thread(prepare, folder, inputs)
            await asyncio.to_thread(check_out, source, folder.clone, sha=run.sha, branch=run.ref, origin=origin)
            await execution.run(
                self._command(run, folder, repositories),
                environment={"PATH": self._path, "HOME": str(folder.home)},
                secrets=folder.file("secrets"),
            )
        finally:
            await asyncio.to_thread(folder.remove)
        return self._conclusion(run, progress, execution)

    def _inputs(self, run: Run, folder: RunFolder, *, token: str, reading_token: str) -> RunInputs:
        """What act reads. In a variable `{images}` stands for the image registry's address, known since the start."""
        record = self._forge.runs.get(run.id)
        variables = self._forge.variables(run.repository)
        environment = run.variables(
            forge_url=self._forge_url, number=record["run_number"], attempt=record["run_attempt"]
        )
        ours = {
            "GIT_TERMINAL_PROMPT": "0",
            "RUNNER_NAME": "sandbox",
            "SANDBOX_ARTIFACTS": str(folder.artifacts),
            "SANDBOX_READING_TOKEN": reading_token,
        }
        return RunInputs(
            event=run.event_document(default_branch=self._forge.default_branch(run.repository)),
            secrets={**self._forge.secrets(run.repository), "GITHUB_TOKEN": token},
            variables={name: value.replace("{images}", self._registry_address) for name, value in variables.items()},
            environment={**environment, **ours},
        )

    def _command(self, run: Run, folder: RunFolder, repositories: Mapping[str, Path]) -> list[str]:
        instance = self._forge_url.removeprefix("http://")
        command = act.command_line(folder, event=run.event_name, path=run.path, instance=instance, actor=run.actor)
        return [*command, *act.platforms(self._labels), *act.local_repositories(repositories)]

    def _conclusion(self, run: Run, progress: RunProgress, execution: Execution) -> str:
        """How the run ended, by its jobs: act's exit code is 0 also when it skipped them all for an unknown label."""
        progress.end("cancelled" if execution.is_cancelled else "failure")
        if execution.is_cancelled:
            return "cancelled"
        conclusions = progress.conclusions()
        if not conclusions:
            self._fail(run, execution.last_words() or "act ended without a result of any job")
            return "failure"
        return "success" if set(conclusions) == {"success"} else "failure"
