"""From nothing to a running platform's surroundings: folder, keys, sandbox, repositories, ledger, controller."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from demo.errors import DemoError
from demo.folder import Folder
from demo.keys import Keys, keys_of
from demo.platform import OWNER, make_platform, make_tools, push_first
from demo.running import free_port, modwright, start_controller, start_sandbox, stop
from demo.settings import PEOPLE, PLATFORM, TOOLS, controller_document, sandbox_document, secret_files
from demo.tools import demand_tools, project_root

_WEBHOOK_PATH = "/webhooks/github"
_CALLBACK_PATH = "/auth/callback"


def bring_up(folder: Folder) -> dict[str, Any]:
    """
    Starts everything in a folder and answers what `info` says. A folder that was used before goes on where it stopped;
    what still runs of it is ended first. The caller ends what was started where this fails.
    """
    demand_tools()
    stop(folder)
    keys = keys_of(folder, tuple(PEOPLE))
    port = free_port(first=_port_before(folder))
    api = f"http://127.0.0.1:{port}"
    surroundings = sandbox_document(keys, webhook=api + _WEBHOOK_PATH, callback=api + _CALLBACK_PATH)
    folder.write_private("sandbox.json", json.dumps(surroundings, indent=2))
    addresses = start_sandbox(folder)
    is_new = not folder.file("platform").is_dir()
    if is_new:
        _push_repositories(folder, keys, forge=addresses["forge"])
    for name, text in secret_files(keys, tokens=_text(folder, "api_tokens")).items():
        folder.write_private(name, text)
    document = {**_settings(folder), **controller_document(addresses, port=port)}
    folder.write_private("controller.json", json.dumps(document, indent=2))
    if is_new:
        start_ledger(folder)
    start_controller(folder, api)
    return _remember(folder, keys, addresses, api)


def _text(folder: Folder, name: str) -> str:
    file = folder.file(name)
    return file.read_text() if file.is_file() else ""


def _settings(folder: Folder) -> dict[str, Any]:
    """What somebody added to the controller's settings stays, so that what the settings offer can be tried."""
    found: dict[str, Any] = json.loads(_text(folder, "controller.json") or "{}")
    return found


def _port_before(folder: Folder) -> int:
    """The port that the controller had here, so that its address stays; 0 before it had one."""
    found: int = _settings(folder).get("listen", {}).get("port", 0)
    return found


def _push_repositories(folder: Folder, keys: Keys, *, forge: str) -> None:
    tools = make_tools(folder.file("tools"))
    make_platform(folder.file("platform"), tools=tools, signer=keys.signer)
    for name, repository in (("tools", TOOLS), ("platform", PLATFORM)):
        push_first(folder.file(name), f"{forge}/{repository}.git", token=keys.people[OWNER])


def start_ledger(folder: Folder) -> None:
    """Makes the ledger's branch from the overlays, as a platform's engineer does once."""
    overlays = project_root() / "k8s/environments"
    command: list[str | Path] = [
        modwright(),
        "init-ledger",
        "--settings",
        folder.file("controller.json"),
        "--seed",
        overlays,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DemoError(f"the ledger cannot be started: {done.stderr.strip()}")


def _remember(folder: Folder, keys: Keys, addresses: dict[str, Any], api: str) -> dict[str, Any]:
    """Notes what `info` answers, and the context by which commands find the controller."""
    git = f"{addresses['forge']}/{PLATFORM}.git"
    known = {
        "state": str(folder.root),
        "repository": PLATFORM,
        "forge": addresses["forge"],
        "git": git,
        "console": f"{api}/modules",
        "controller": api,
        "images": {"address": addresses["images"], "repository": PLATFORM, "token": keys.image_pull},
        "environments": addresses["environments"],
        "users": {login: {"token": token} for login, token in keys.people.items()},
        "MODWRIGHT_CONTEXT": str(_write_context(folder, keys, api=api, git=git)),
    }
    folder.write({**folder.read(), **known})
    return known


def _write_context(folder: Folder, keys: Keys, *, api: str, git: str) -> Path:
    """Commands act as the owner unless `--as` names somebody else."""
    context = {"api": api, "repository": git, "token": keys.people[OWNER], "tokens": keys.people}
    return folder.write_private("context.json", json.dumps(context, indent=2))
