"""A real forge with git over HTTP and a real Actions service over it, in one event loop."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sandbox.actions.service import ActionsService
from sandbox.configuration import from_document
from sandbox.forge.forge import Forge
from sandbox.forge.git_http import GitHttp
from sandbox.listener import Listener

SECRET = "the-secret-of-acme"


class World:
    """What the tests do: dispatch a workflow, wait, look at the records."""

    def __init__(self, forge: Forge, actions: ActionsService) -> None:
        self.forge, self.actions = forge, actions

    def dispatch(self, name: str = "main.yml", **inputs: str) -> int:
        sha = self.forge.repository("acme/platform").resolve("main")
        assert sha is not None
        return self.actions.dispatch(
            repository="acme/platform",
            path=f".github/workflows/{name}",
            ref="main",
            sha=sha,
            inputs=inputs,
            actor=self.forge.accounts.by_login("alice") or {},
        )

    async def finished(self, run_id: int) -> dict[str, Any]:
        while (run := self.forge.runs.get(run_id))["status"] != "completed":
            await asyncio.sleep(0.01)
        return run

    async def run(self, name: str = "main.yml", **inputs: str) -> dict[str, Any]:
        return await self.finished(self.dispatch(name, **inputs))

    async def push(self, branch: str, clone: Path) -> None:
        """Pushes a new commit on a branch over HTTP, as alice."""
        url = self.forge.url.replace("http://", "http://alice:alice-token@") + "/acme/platform.git"
        script = f"""
            git clone -q {url} {clone} && cd {clone} && git switch -q -C {branch}
            git -c user.name=alice -c user.email=a@example.org commit -q --allow-empty -m 'Push to {branch}'
            git push -q origin {branch}
        """
        process = await asyncio.create_subprocess_exec("sh", "-ec", script)
        assert await process.wait() == 0

    def jobs(self, run: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        return {job["name"]: job for job in self.forge.runs.jobs(run["id"])}

    def conclusions(self, run: Mapping[str, Any]) -> dict[str, str]:
        return {name: job["conclusion"] for name, job in self.jobs(run).items()}

    def log(self, job: Mapping[str, Any]) -> str:
        path = self.forge.runs.log_path(job["id"])
        return path.read_text() if path.is_file() else ""

    def annotations(self, job: Mapping[str, Any]) -> list[dict[str, Any]]:
        check = self.forge.store.get("check_run", job["id"])
        assert check is not None
        return list(check["annotations"])


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@asynccontextmanager
async def running(
    state: Path, workflows: Mapping[str, str], *, tool: Mapping[str, str] | None = None
) -> AsyncIterator[World]:
    """The forge with `acme/platform` (these workflows) and `tool/tool`, and the service, until the block ends."""
    platform = {f".github/workflows/{name}": text for name, text in workflows.items()}
    write_files(state / "seed" / "platform", {"README.md": "the platform\n", **platform})
    write_files(state / "seed" / "tool", {"README.md": "the tool\n", **(tool or {})})
    listener = Listener.bind(0)
    settings = from_document(
        {
            "users": [{"login": "alice", "id": 1001, "token": "alice-token", "permission": {"acme/platform": "admin"}}],
            "repositories": [
                {
                    "name": "acme/platform",
                    "seed": str(state / "seed" / "platform"),
                    "secrets": {"TOKEN": SECRET},
                    "variables": {"IMAGES": "{images}"},
                },
                {"name": "tool/tool", "seed": str(state / "seed" / "tool")},
            ],
            "runner": {"labels": {"ubuntu-24.04": "-self-hosted"}},
        }
    )
    forge = Forge(settings, state=state / "forge", url=listener.url)
    service = ActionsService(
        forge=forge,
        state=state / "actions",
        settings=settings.runner,
        forge_url=listener.url,
        registry_address="127.0.0.1:5000",
    )
    await service.start()
    await listener.serve(GitHttp(forge))
    try:
        yield World(forge, service)
    finally:
        await service.stop()
        await listener.close()
        forge.close()
