"""What each route asks of a role: tables, and what is in none of them nobody may."""

from __future__ import annotations

from collections.abc import Mapping

from controller.core.roles import Ask

API = "/api/v1"
WEBHOOK = "/webhooks/github"
METRICS = "/metrics"
SIGN_IN = "/sign-in"
CALLBACK = "/auth/callback"
SIGN_OUT = "/sign-out"

Route = tuple[str, str]
"""Method and path as the router has it, with the names of its parameters."""

OPEN: frozenset[Route] = frozenset(
    {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/openapi.json"), ("POST", WEBHOOK)}
)
"""Programs' routes without a caller: that the service lives, how it is asked, and what proves itself by a signature."""
OPEN_PAGES: frozenset[Route] = frozenset(
    {
        ("GET", "/static/{name}"),
        ("GET", SIGN_IN),
        ("POST", SIGN_IN),
        ("GET", CALLBACK),
        ("POST", SIGN_OUT),
        ("POST", "/language"),
        ("POST", "/theme"),
    }
)
"""
What a browser gets before anybody signed in: nothing that speaks of the platform. They lead to signing in or out, or
keep a choice in the browser's own cookie. Their forms are guarded like every other.
"""

ASKS: Mapping[Route, Ask] = {
    ("GET", f"{API}/modules"): Ask.LOOK,
    ("GET", f"{API}/modules/{{slug}}"): Ask.LOOK,
    ("GET", f"{API}/catalog"): Ask.LOOK,
    ("POST", f"{API}/changes:plan"): Ask.LOOK,
    ("POST", f"{API}/changes"): Ask.CHANGE,
    ("GET", f"{API}/changes"): Ask.LOOK,
    ("GET", f"{API}/changes/{{number}}"): Ask.LOOK,
    ("POST", f"{API}/changes/{{number}}:withdraw"): Ask.WITHDRAW,
    ("GET", f"{API}/proposals"): Ask.LOOK,
    ("GET", f"{API}/proposals/{{number}}"): Ask.LOOK,
    ("GET", f"{API}/builds"): Ask.LOOK,
    ("POST", f"{API}/builds/{{build}}:cancel"): Ask.CANCEL_BUILD,
    ("GET", f"{API}/builds/{{build}}"): Ask.LOOK,
    ("GET", f"{API}/builds/{{build}}/log"): Ask.LOOK,
    ("GET", f"{API}/releases"): Ask.LOOK,
    ("GET", f"{API}/releases/{{release}}"): Ask.LOOK,
    ("GET", f"{API}/releases/{{release}}/diff/{{other}}"): Ask.LOOK,
    ("GET", f"{API}/status"): Ask.LOOK,
    ("GET", f"{API}/health"): Ask.LOOK,
    ("GET", f"{API}/me"): Ask.LOOK,
    ("GET", f"{API}/environments"): Ask.LOOK,
    ("GET", f"{API}/environments/{{name}}"): Ask.LOOK,
    ("GET", f"{API}/environments/{{name}}/timeline"): Ask.LOOK,
    ("GET", f"{API}/audit"): Ask.LOOK,
    ("POST", f"{API}/promotions"): Ask.PROMOTE,
    ("POST", f"{API}/rollbacks:plan"): Ask.LOOK,
    ("GET", f"{API}/events"): Ask.LOOK,
    ("GET", METRICS): Ask.LOOK,
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
    ("GET", f"{API}/admissions"): Ask.LOOK,
    ("POST", f"{API}/admissions"): Ask.ADMIT,
    ("POST", f"{API}/admin/builds"): Ask.CHANGE,
    ("GET", f"{API}/admin/builds/{{build}}"): Ask.LOOK,
    ("POST", f"{API}/admin/builds/{{build}}/deploy"): Ask.PROMOTE,
    ("POST", f"{API}/admin/builds/{{build}}/rollback"): Ask.ROLL_BACK,
    ("GET", f"{API}/overrides"): Ask.LOOK,
    ("POST", f"{API}/overrides"): Ask.OVERRIDE,
}
"""What programs ask. A row is added with its route."""

PAGES: Mapping[Route, Ask] = {
    ("GET", "/"): Ask.LOOK,
    ("GET", "/modules"): Ask.LOOK,
    ("GET", "/modules/{slug}"): Ask.LOOK,
    ("GET", "/plan"): Ask.LOOK,
    ("POST", "/plan/override"): Ask.OVERRIDE,
    ("GET", "/changes"): Ask.LOOK,
    ("GET", "/changes/{number}"): Ask.LOOK,
    ("POST", "/changes/{number}/withdraw"): Ask.WITHDRAW,
    ("POST", "/changes/{number}/undo"): Ask.REVERT,
    ("POST", "/changes/{number}/override"): Ask.OVERRIDE,
    ("POST", "/changes"): Ask.CHANGE,
    ("GET", "/environments"): Ask.LOOK,
    ("GET", "/environments/{name}"): Ask.LOOK,
    ("POST", "/environments/{name}/promote"): Ask.PROMOTE,
    ("GET", "/environments/{name}/rollback"): Ask.LOOK,
    ("POST", "/environments/{name}/rollback"): Ask.ROLL_BACK,
    ("POST", "/environments/{name}/smoke"): Ask.SMOKE,
    ("GET", "/releases"): Ask.LOOK,
    ("GET", "/releases/compare"): Ask.LOOK,
    ("GET", "/releases/{release}"): Ask.LOOK,
    ("GET", "/holds"): Ask.LOOK,
    ("POST", "/holds"): Ask.HOLD,
    ("POST", "/holds/{hold}/lift"): Ask.LIFT,
    ("GET", "/freezes"): Ask.LOOK,
    ("POST", "/freezes"): Ask.FREEZE,
    ("POST", "/freezes/{freeze}/lift"): Ask.LIFT,
    ("GET", "/builds"): Ask.LOOK,
    ("GET", "/builds/{build}"): Ask.LOOK,
    ("GET", "/audit"): Ask.LOOK,
    ("GET", "/audit.csv"): Ask.LOOK,
    ("GET", "/audit.json"): Ask.LOOK,
    ("GET", "/health"): Ask.LOOK,
}
"""What people ask with a browser, each by the same asks as the API's. A row is added with its page."""


def ask_of(route: Route) -> Ask | None:
    """What that route asks; `None` for one that nobody may."""
    return ASKS.get(route) or PAGES.get(route)


def is_for_programs(path: str) -> bool:
    """Whether a path belongs to the programs' face, which speaks JSON: all else is a browser's, which sends forms."""
    return path.startswith(("/api/", "/admin/", "/webhooks/"))
