"""The environment variables of a started image: only those that somebody gave, none of this process."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# What every program of a platform is told; the configuration's `app_env` may say the same in other names.
_GIVEN = {
    "PLATFORM_ADDRESS": "127.0.0.1:0",
    "PLATFORM_STATE": "{state}",
    "PLATFORM_ENVIRONMENT": "{environment}",
    "PLATFORM_IMAGE_DIGEST": "{digest}",
}


@dataclass(frozen=True)
class Place:
    """Where an image runs; fills the placeholders `{state}`, `{environment}` and `{digest}`."""

    environment: str
    state: Path
    digest: str


def variables(image: Mapping[str, str], configured: Mapping[str, str], place: Place) -> dict[str, str]:
    """The image's own variables, then the host's, then the environment's: the later one wins."""
    templates = {**_GIVEN, **configured}
    return {**image, **{name: _filled(value, place) for name, value in templates.items()}}


def _filled(template: str, place: Place) -> str:
    filled = template.replace("{state}", str(place.state)).replace("{environment}", place.environment)
    return filled.replace("{digest}", place.digest)
