"""The process host: all environments, and the API over them."""

import asyncio
from pathlib import Path

from sandbox.configuration import ProcessSettings
from sandbox.processes.api import build_api
from sandbox.processes.environment import Environment
from sandbox.processes.images import Images


class ProcessHost:
    """The environments of a configuration; lives in one event loop, which also serves `application`."""

    def __init__(self, *, state: Path, settings: ProcessSettings, registry_address: str, registry_token: str) -> None:
        images = Images(state, registry_address=registry_address, token=registry_token)
        self._environments = {
            each.name: Environment(
                each.name, folder=state / "environments" / each.name, configured=each.app_env, images=images
            )
            for each in settings.environments
        }
        self.application = build_api(self._environments, token=settings.token, registry_address=registry_address)

    async def start(self) -> None:
        """Opens the fronts; what was desired before starts again behind them."""
        for environment in self._environments.values():
            await environment.open()

    async def stop(self) -> None:
        """Ends every front and every program."""
        await asyncio.gather(*(environment.close() for environment in self._environments.values()))

    def fronts(self) -> dict[str, str]:
        """The stable address of each environment; valid after `start`."""
        return {name: environment.url for name, environment in self._environments.items()}
