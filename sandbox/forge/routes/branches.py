"""Branches and their protection."""

from __future__ import annotations

from typing import Any

from sandbox.configuration import ProtectionSettings
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.refusals import not_found
from sandbox.forge.views import commits, repositories


def list_branches(call: Call) -> Any:
    """Branches in order of name; `protected` narrows."""
    repository = call.repository
    heads = repository.refs("refs/heads/")
    names = [(name.removeprefix("refs/heads/"), sha) for name, sha in heads.items()]
    shown = [repositories.branch_short(call.forge, repository, name, sha) for name, sha in names]
    if "protected" in call.query:
        wanted = call.query["protected"] == "true"
        shown = [one for one in shown if one["protected"] is wanted]
    page, links = call.page(shown)
    return Reply(200, page, links)


def _branch(call: Call) -> tuple[str, str]:
    name = call.parameters["branch"]
    sha = call.repository.branch(name)
    if sha is None:
        raise not_found("Branch not found")
    return name, sha


def get_branch(call: Call) -> Any:
    """`branch-with-protection`."""
    name, sha = _branch(call)
    repository = call.repository
    rules = call.forge.protection(repository.full_name, name)
    url = f"{repositories.api(call.forge, repository.full_name)}/branches/{name}"
    page = f"{call.forge.url}/{repository.full_name}/tree/{name}"
    return {
        "name": name,
        "commit": commits.commit(call.forge, repository, repository.commit(sha)),
        "_links": {"self": url, "html": page},
        "protected": rules is not None,
        "protection": _summary(rules),
        "protection_url": f"{url}/protection",
    }


def _summary(rules: ProtectionSettings | None) -> dict[str, Any]:
    required = [] if rules is None else rules.required_checks
    return {
        "enabled": rules is not None,
        "required_status_checks": {
            "enforcement_level": "off" if rules is None else "everyone" if rules.enforce_admins else "non_admins",
            "contexts": [check.context for check in required],
            "checks": [{"context": check.context, "app_id": check.app_id} for check in required],
        },
    }


def get_protection(call: Call) -> Any:
    """`branch-protection`; 404 where the branch has none."""
    name, _ = _branch(call)
    full_name = call.repository.full_name
    rules = call.forge.protection(full_name, name)
    if rules is None:
        raise not_found("Branch not protected")
    return repositories.protection(call.forge, full_name, name, rules)


def list_rules(call: Call) -> Any:
    """Rulesets that apply to a branch: the sandbox protects by branch protection alone."""
    del call
    return []


_BASE = "/repos/{owner}/{name}"

ENDPOINTS = [
    Endpoint(method="GET", path=f"{_BASE}/branches", handler=list_branches, needs="contents:read"),
    Endpoint(
        method="GET",
        path=f"{_BASE}/branches/{{branch:path}}/protection",
        handler=get_protection,
        needs="administration:read",
    ),
    Endpoint(method="GET", path=f"{_BASE}/branches/{{branch:path}}", handler=get_branch, needs="contents:read"),
    Endpoint(method="GET", path=f"{_BASE}/rules/branches/{{branch:path}}", handler=list_rules, needs="metadata:read"),
]
