"""REST by resource: each module lists its endpoints; a handler takes a `Call` and gives JSON or a `Reply`.

Handlers read the call, let the modules one level up do the work, and build the answer with `views`.
"""

from __future__ import annotations

from sandbox.forge.call import Endpoint
from sandbox.forge.routes import (
    actions,
    apps,
    branches,
    checks,
    commits,
    contents,
    deployments,
    git_objects,
    git_refs,
    issues,
    labels,
    pulls,
    repositories,
    reviews,
    teams,
)


def endpoints() -> list[Endpoint]:
    """All of REST, the more particular paths of a module before the more general."""
    modules = (
        apps,
        teams,
        repositories,
        branches,
        git_refs,
        git_objects,
        contents,
        commits,
        pulls,
        reviews,
        issues,
        labels,
        checks,
        deployments,
        actions,
    )
    return [*(endpoint for module in modules for endpoint in module.ENDPOINTS), commits.LAST]
