"""What each route asks of a role: one table, and what is not in it nobody may."""

from __future__ import annotations

from collections.abc import Mapping

from controller.core.roles import Ask

API = "/api/v1"
WEBHOOK = "/webhooks/github"
OPEN = frozenset({("GET", "/healthz"), ("POST", WEBHOOK)})
"""The routes without a token: one says only that the service lives, the other proves itself by a signature."""

ASKS: Mapping[tuple[str, str], Ask] = {
    ("GET", f"{API}/modules"): Ask.LOOK,
    ("POST", f"{API}/changes:plan"): Ask.LOOK,
    ("POST", f"{API}/changes"): Ask.CHANGE,
    ("GET", f"{API}/changes"): Ask.LOOK,
    ("GET", f"{API}/changes/{{number}}"): Ask.LOOK,
    ("POST", f"{API}/changes/{{number}}:withdraw"): Ask.WITHDRAW,
    ("GET", f"{API}/builds"): Ask.LOOK,
    ("GET", f"{API}/builds/{{build}}"): Ask.LOOK,
    ("GET", f"{API}/builds/{{build}}/log"): Ask.LOOK,
    ("GET", f"{API}/releases"): Ask.LOOK,
    ("GET", f"{API}/releases/{{release}}"): Ask.LOOK,
    ("GET", f"{API}/status"): Ask.LOOK,
    ("POST", f"{API}/environments/{{name}}:promote"): Ask.PROMOTE,
    ("POST", f"{API}/environments/{{name}}:smoke"): Ask.SMOKE,
    ("POST", f"{API}/rollbacks"): Ask.ROLL_BACK,
    ("POST", f"{API}/reverts"): Ask.REVERT,
    ("GET", f"{API}/holds"): Ask.LOOK,
    ("POST", f"{API}/holds"): Ask.HOLD,
    ("POST", f"{API}/holds/{{hold}}:lift"): Ask.LIFT,
    ("GET", f"{API}/freezes"): Ask.LOOK,
    ("POST", f"{API}/freezes"): Ask.FREEZE,
    ("POST", f"{API}/freezes/{{freeze}}:lift"): Ask.LIFT,
    ("POST", f"{API}/admissions"): Ask.ADMIT,
}

PAGES: Mapping[tuple[str, str], Ask] = {
    ("GET", "/"): Ask.LOOK,
    ("GET", "/modules"): Ask.LOOK,
    ("POST", "/language"): Ask.LOOK,
    ("POST", "/theme"): Ask.LOOK,
}
"""The console's pages."""
OPEN_PAGES = frozenset({("GET", "/static/{name}")})
"""What a browser gets before anybody signed in: nothing that speaks of the platform."""
