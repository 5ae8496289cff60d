"""Repositories, branches, protection, activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.configuration import ProtectionSettings
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.store import Document
from sandbox.forge.views import users

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

# The templates of a repository's addresses, as GitHub lists them, below /repos/OWNER/NAME.
_ADDRESSES = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}


def api(forge: Forge, full_name: str) -> str:
    """The address of a repository in the API."""
    return f"{forge.url}/api/v3/repos/{full_name}"


def owner(forge: Forge, full_name: str) -> Document:
    """The account that a repository belongs to."""
    found = forge.accounts.by_login(full_name.split("/")[0])
    assert found is not None  # noqa: S101 - every owner in the configuration became an account
    return found


def node_id(forge: Forge, full_name: str) -> str:
    """The repository's id in GraphQL."""
    return f"R_{forge.record(full_name)['id']}"


def minimal(forge: Forge, full_name: str) -> dict[str, Any]:
    """`minimal-repository`."""
    url = api(forge, full_name)
    return {
        "id": forge.record(full_name)["id"],
        "node_id": node_id(forge, full_name),
        "name": full_name.split("/")[1],
        "full_name": full_name,
        "private": True,
        "owner": users.simple(forge, owner(forge, full_name)),
        "html_url": f"{forge.url}/{full_name}",
        "description": None,
        "fork": False,
        "url": url,
        **{name: url + template for name, template in _ADDRESSES.items()},
    }


def full(forge: Forge, full_name: str) -> dict[str, Any]:
    """`repository`, as it stands in other answers."""
    record = forge.record(full_name)
    opened = len([pull for pull in forge.store.all("pull", full_name) if pull["state"] == "open"])
    return {
        **minimal(forge, full_name),
        "clone_url": f"{forge.url}/{full_name}.git",
        "git_url": f"git://{forge.url.removeprefix('http://')}/{full_name}.git",
        "ssh_url": f"git@127.0.0.1:{full_name}.git",
        "svn_url": f"{forge.url}/{full_name}",
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "topics": [],
        "visibility": "private",
        "forks": 0,
        "forks_count": 0,
        "stargazers_count": 0,
        "watchers": 0,
        "watchers_count": 0,
        "size": 0,
        "default_branch": forge.default_branch(full_name),
        "open_issues": opened,
        "open_issues_count": opened,
        "has_issues": True,
        "has_projects": False,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "archived": False,
        "disabled": False,
        "is_template": False,
        "allow_forking": False,
        "web_commit_signoff_required": False,
        "allow_squash_merge": True,
        "allow_merge_commit": True,
        "allow_rebase_merge": True,
        "allow_auto_merge": False,
        "allow_update_branch": True,
        "delete_branch_on_merge": False,
        "pushed_at": record["pushed_at"],
        "created_at": record["created_at"],
        "updated_at": record["pushed_at"],
    }


def complete(forge: Forge, full_name: str) -> dict[str, Any]:
    """`full-repository`: what only the answer about one repository has."""
    return {**full(forge, full_name), "network_count": 0, "subscribers_count": 0}


def permissions(role: str) -> dict[str, bool]:
    """What a role lets one do, as `permissions` of a repository says it."""
    write = role in ("write", "admin")
    return {
        "admin": role == "admin",
        "maintain": role == "admin",
        "push": write,
        "triage": write,
        "pull": role != "none",
    }


def branch_short(forge: Forge, repository: GitRepository, name: str, sha: str) -> dict[str, Any]:
    """`short-branch`, an entry of the list of branches."""
    url = f"{api(forge, repository.full_name)}/commits/{sha}"
    protected = forge.protection(repository.full_name, name) is not None
    return {"name": name, "commit": {"sha": sha, "url": url}, "protected": protected}


def protection(forge: Forge, full_name: str, branch: str, rules: ProtectionSettings) -> dict[str, Any]:
    """`branch-protection` (and `protected-branch`): only the sections that are in force are there."""
    url = f"{api(forge, full_name)}/branches/{branch}/protection"
    answer: dict[str, Any] = {
        "url": url,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": rules.enforce_admins},
        "required_linear_history": {"enabled": False},
        "allow_force_pushes": {"enabled": not rules.block_force},
        "allow_deletions": {"enabled": not rules.block_deletion},
        "block_creations": {"enabled": False},
        "required_conversation_resolution": {"enabled": False},
        "lock_branch": {"enabled": False},
        "allow_fork_syncing": {"enabled": False},
        "required_signatures": {"url": f"{url}/required_signatures", "enabled": False},
    }
    if rules.required_checks:
        answer["required_status_checks"] = _required_checks(url, rules)
    if rules.require_pull_request or rules.required_approvals:
        answer["required_pull_request_reviews"] = _required_reviews(url, rules)
    if rules.push_only:
        answer["restrictions"] = _restrictions(forge, url, rules)
    return answer


def _required_checks(url: str, rules: ProtectionSettings) -> dict[str, Any]:
    return {
        "url": f"{url}/required_status_checks",
        "strict": rules.strict,
        "contexts": [check.context for check in rules.required_checks],
        "contexts_url": f"{url}/required_status_checks/contexts",
        "checks": [{"context": check.context, "app_id": check.app_id} for check in rules.required_checks],
    }


def _required_reviews(url: str, rules: ProtectionSettings) -> dict[str, Any]:
    return {
        "url": f"{url}/required_pull_request_reviews",
        "dismiss_stale_reviews": False,
        "require_code_owner_reviews": False,
        "require_last_push_approval": False,
        "required_approving_review_count": rules.required_approvals,
    }


def _restrictions(forge: Forge, url: str, rules: ProtectionSettings) -> dict[str, Any]:
    people = [account for login in rules.push_only if (account := forge.accounts.by_login(login))]
    apps = [users.app(forge, account["app_id"]) for account in people if account["type"] == "Bot"]
    return {
        "url": f"{url}/restrictions",
        "users_url": f"{url}/restrictions/users",
        "teams_url": f"{url}/restrictions/teams",
        "apps_url": f"{url}/restrictions/apps",
        "users": [users.simple(forge, account) for account in people if account["type"] == "User"],
        "teams": [],
        "apps": apps,
    }


def activity(forge: Forge, record: Document) -> dict[str, Any]:
    """`activity`: who moved a ref, from where to where."""
    return {
        "id": record["id"],
        "node_id": f"PSH_{record['id']}",
        "before": record["before"],
        "after": record["after"],
        "ref": record["ref"],
        "timestamp": record["timestamp"],
        "activity_type": record["activity_type"],
        "actor": users.simple(forge, forge.accounts.by_id(record["actor"])),
    }
