"""The Actions service: events become runs, runs are run."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.actions.dispatching import accepted_inputs
from sandbox.actions.expressions import evaluate
from sandbox.actions.run import Run
from sandbox.actions.runner import Runner
from sandbox.actions.triggers import commit_of, wants, workflow_paths
from sandbox.actions.workflow import Workflow, WorkflowError, parse_workflow
from sandbox.configuration import RunnerSettings
from sandbox.forge.events import Event
from sandbox.forge.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

Document = dict[str, Any]


class ActionsService:
    """Runs workflows, `parallel` at a time, in the order of their events. Implements the forge's Dispatcher."""

    def __init__(
        self, *, forge: "Forge", state: Path, settings: RunnerSettings, forge_url: str, registry_address: str
    ) -> None:
        self._forge = forge
        self._runner = Runner(
            forge=forge, state=state, settings=settings, forge_url=forge_url, registry_address=registry_address
        )
        self._slots = asyncio.Semaphore(settings.parallel)
        self._runs: dict[int, Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Marks what an earlier life left (a run whose act is gone never ends by itself), then listens for events."""
        for left in self._forge.runs.unfinished():
            self._forge.runs.finish(left["id"], "cancelled")
        self._runner.clear()
        self._forge.events.listen(self._hear)

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
        run = Run(repository, path, branch, sha, "workflow_dispatch", event, actor["login"], workflow)
        self._queue(run, actor=actor, inputs=accepted)
        return run.id

    def cancel(self, run_id: int) -> None:
        """Cancels a run that has not ended: one that waits at once, one that runs when its steps have ended."""
        run = self._runs.get(run_id)
        if run is None:
            return
        if run.execution is not None:
            run.execution.cancel()
        elif not run.has_started:
            self._end(run, "cancelled")

    def _hear(self, event: Event) -> None:
        """Starts what the workflows at a pushed or proposed commit ask for.

        What a run's own token does starts nothing, as on GitHub: workflows would start each other without end.
        """
        place = commit_of(event)
        if place is None or event.actor["login"] == "github-actions[bot]":
            return
        branch, sha = place
        for path in workflow_paths(self._forge.repository(event.repository), sha):
            try:
                workflow = self._read(event.repository, path, sha)
            except WorkflowError:
                continue  # GitHub lists such a file as failed; here it has no run to say so in
            if wants(workflow, event):
                run = Run(
                    event.repository, path, branch, sha, event.name, event.payload, event.actor["login"], workflow
                )
                self._queue(run, actor=event.actor, inputs={})

    def _queue(self, run: Run, *, actor: Document, inputs: Mapping[str, str]) -> None:
        run.id = self._forge.runs.create(
            repository=run.repository,
            path=run.path,
            workflow_name=run.workflow.name,
            event=run.event_name,
            ref=run.ref,
            sha=run.sha,
            title=run.title(),
            actor=actor,
            inputs=inputs,
        )
        run.group = evaluate(run.workflow.concurrency, run.contexts()) if run.workflow.concurrency else None
        earlier = [each for each in self._runs.values() if run.group and _same_group(each, run)]
        self._runs[run.id] = run
        for each in earlier:
            if run.workflow.cancels_in_progress or not each.has_started:
                self.cancel(each.id)
        task = asyncio.get_running_loop().create_task(self._drive(run, earlier))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drive(self, run: Run, earlier: list[Run]) -> None:
        for each in earlier:
            await each.ended.wait()
        async with self._slots:
            if run.ended.is_set():
                return
            run.has_started = True
            self._forge.runs.start(run.id)
            self._end(run, await self._runner.run(run))

    def _end(self, run: Run, conclusion: str) -> None:
        del self._runs[run.id]
        self._forge.runs.finish(run.id, conclusion)
        run.ended.set()

    def _read(self, repository: str, path: str, sha: str) -> Workflow:
        content = self._forge.repository(repository).read_file(sha, path)
        if content is None:
            raise WorkflowError(f"{path}: there is no such workflow at {sha}")
        return parse_workflow(content, path=path)


def _same_group(one: Run, other: Run) -> bool:
    return (one.repository, one.group) == (other.repository, other.group)
