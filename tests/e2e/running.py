"""
A demo that runs: sandbox and controller as processes of their own, used by what anybody could use from outside.

Between the controller and the process host stands a door, so that a test can hold a rollout back at the very moment
before it is asked for, or hide an environment from its checks.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import requests

from demo import ledger
from demo.folder import Folder
from demo.fronts import ask
from demo.people import Person, person_of
from demo.processes import kill
from demo.running import modwright, recorded, start_controller
from tests.support.answering import Reply, Request, answering

T = TypeVar("T")
ENVIRONMENTS = ("staging", "production")
_SECONDS = 60


@dataclass
class Door:
    """Passes calls on to the process host. While `holds` is set, a rollout neither arrives nor is answered."""

    host: str
    holds: Event = field(default_factory=Event)
    hidden: set[str] = field(default_factory=set)
    """Environments whose address is one where nobody answers."""
    hides_next: set[str] = field(default_factory=set)
    """Environments that are hidden as soon as a rollout is asked for."""

    def answer(self, request: Request) -> Reply:
        if request.method == "PUT" and self.holds.is_set():
            until("the door is open again", lambda: not self.holds.is_set())
            return Reply(503, {})
        if request.method == "PUT" and (name := request.path.rpartition("/")[2]) in self.hides_next:
            self.hidden.add(name)
        headers = {"Authorization": request.headers["Authorization"], "Content-Type": "application/json"}
        passed = requests.request(
            request.method, f"{self.host}{request.path}", data=request.body, headers=headers, timeout=10
        )
        told = passed.json()
        for environment in told if isinstance(told, list) else ():
            if environment["name"] in self.hidden:
                environment["url"] = "http://127.0.0.1:9"
        return Reply(passed.status_code, told)


@dataclass
class Running:
    """A demo with its first release in both environments."""

    folder: Folder
    known: dict[str, Any]
    door: Door

    # --- the product -------------------------------------------------------------------------------------------------

    def type(self, *words: str, who: str = "alice", expected: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Types `modwright …`; `expected` is its exit code, `None` for any."""
        environment = {**os.environ, "MODWRIGHT_CONTEXT": self.known["MODWRIGHT_CONTEXT"]}
        command = [str(modwright()), *words, "--as", who]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
        assert expected in (None, done.returncode), (words, done.returncode, done.stderr)
        return done

    def status(self) -> dict[str, Any]:
        """What `modwright status` says."""
        found: dict[str, Any] = json.loads(self.type("status", "--json", who="dave").stdout)
        return found

    def toggle(self, module: str) -> tuple[str, str, str, str]:
        """The request that changes whether the module is there: compositions come back, so their images are there."""
        verb = "uninstall" if module in self.modules("production") else "install"
        return (verb, module, "--reason", "the test asks for it")

    def asked(self, *words: str) -> int:
        """Types a request; the number of its proposal."""
        return int(json.loads(self.type(*words, "--json").stdout)["proposal"]["number"])

    # --- the forge and the environments, from outside ----------------------------------------------------------------

    def person(self, login: str = "dave") -> Person:
        return person_of(self.known, login)

    def faults(self, *rules: dict[str, Any]) -> None:
        """What goes wrong at the forge from now on; nothing without rules."""
        answer = requests.put(f"{self.known['forge']}/_sandbox/faults", json=list(rules), timeout=10)
        assert answer.status_code == 200, answer.text

    def branch(self, name: str) -> str:
        """Where a branch stands, asked as git asks, past the REST API's faults."""
        url = self.known["git"].replace("http://", f"http://dave:{self.person().token}@")
        done = subprocess.run(
            ["git", "ls-remote", url, f"refs/heads/{name}"], capture_output=True, text=True, timeout=10, check=True
        )
        return done.stdout.split("\t")[0]

    def modules(self, environment: str) -> set[str]:
        """What an environment answers with."""
        return ask(self.known["environments"][environment]).slugs

    def pull(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.person().get(f"/pulls/{number}")
        return found

    def gate(self, number: int) -> dict[str, Any]:
        """The App's check run on a proposal's head."""
        head = self.pull(number)["head"]["sha"]
        found = self.person().get(f"/commits/{head}/check-runs", check_name="modwright")["check_runs"]
        return max(found, key=lambda run: run["id"]) if found else {}

    def built(self, number: int) -> None:
        """Waits until the proposal's image is there."""
        until(f"#{number} is built", lambda: "sha256:" in str(self.gate(number).get("output", {}).get("summary")))

    def runs(self) -> list[dict[str, Any]]:
        """All workflow runs."""
        return self.person().pages("/actions/runs", key="workflow_runs")

    def merged(self, number: int) -> str:
        """Waits until it is merged; the commit on main."""
        until(f"#{number} is merged", lambda: self.pull(number)["merged"])
        return str(self.pull(number)["merge_commit_sha"])

    def verified(self, commit: str) -> str:
        """Waits until the release of that commit passed its checks in production; its id."""

        def look() -> str | None:
            state = ledger.environment(self.person(), "production")
            is_it = str(state["release"]).endswith(commit[:12]) and state["verification"]["state"] == "passed"
            return str(state["release"]) if is_it else None

        return until(f"{commit[:12]} is verified in production", look)

    def arrive(self, number: int) -> str:
        """From an open proposal to production; the commit on main."""
        self.built(number)
        self.person("bob").approve(number)
        commit = self.merged(number)
        self.verified(commit)
        return commit

    # --- the controller ----------------------------------------------------------------------------------------------

    def kill(self) -> None:
        """SIGKILL to the controller."""
        for process in recorded(self.folder):
            if process.name == "controller":
                kill(process)

    def start(self, **changes: Any) -> None:
        """Starts it anew, with other settings where they are given."""
        document = json.loads(self.folder.file("controller.json").read_text())
        self.folder.write_private("controller.json", json.dumps({**document, **changes}))
        start_controller(self.folder, self.known["controller"])

    def log(self) -> list[dict[str, Any]]:
        """The lines that the controller has logged."""
        lines = self.folder.file("controller.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    # --- git, as an auditor reads it ---------------------------------------------------------------------------------

    def decisions(self, branch: str = "environments") -> list[dict[str, str]]:
        """The trailers of every commit of the ledger, oldest first."""
        fields = ("Decision", "Environment", "Release", "Hold")
        form = "%x00".join(f"%(trailers:key=Modwright-{name},valueonly,separator=%x2C)" for name in fields)
        with self.clone() as clone:
            lines = _git(clone, "log", "--reverse", f"--format={form}", f"origin/{branch}").splitlines()
        return [dict(zip(fields, line.split("\0"), strict=True)) for line in lines]

    def way_of(self, commit: str) -> list[tuple[str, str]]:
        """What the ledger has decided about the release of that commit, oldest first."""
        mine = [found for found in self.decisions() if found["Release"].endswith(commit[:12])]
        return [(found["Decision"], found["Environment"]) for found in mine]

    def subjects(self) -> list[str]:
        """The subjects on main."""
        with self.clone() as clone:
            return _git(clone, "log", "--format=%s", "--first-parent", "origin/main").splitlines()

    @contextmanager
    def clone(self) -> Iterator[Path]:
        """A fresh clone of dave's."""
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "clone"
            self.person().clone(folder)
            yield folder

    def demand_nothing_twice(self) -> None:
        """One merge commit a proposal, one good run a tree, one promotion a release and environment, one revert a commit."""
        proposals = [re.findall(r"\(#([0-9]+)\)", subject)[-1:] for subject in self.subjects()]
        trees = [str(run["display_title"]).split()[0] for run in self.runs() if run["conclusion"] == "success"]
        promotions = [
            (found["Environment"], found["Release"]) for found in self.decisions() if found["Decision"] == "promote"
        ]
        branches = [str(pull["head"]["ref"]) for pull in self.person().pages("/pulls", state="all")]
        reverts = [branch.rpartition("-")[0] for branch in branches if branch.startswith("modwright/revert/")]
        numbers = [name for names in proposals for name in names]
        assert [_twice(found) for found in (numbers, trees, promotions, reverts)] == [[], [], [], []]


@contextmanager
def brought_up(folder: Path) -> Iterator[Running]:
    """Starts a demo in that folder, with the door in place and everything logged that can be; ends all of it."""
    try:
        known = json.loads(_demo("up", "--json", folder=folder))
        place = Folder(folder)
        settings = json.loads(place.file("controller.json").read_text())
        door = Door(settings["processes"]["url"])
        with answering(door.answer) as server:
            running = Running(place, known, door)
            running.kill()
            processes = {**settings["processes"], "url": server.url}
            running.start(processes=processes, log={"level": "debug"}, sweep=2)
            yield running
    finally:
        _demo("down", folder=folder)


def until(what: str, look: Callable[[], T], *, seconds: float = _SECONDS) -> T:
    """What `look` finds, as soon as it finds something."""
    ends = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < ends, f"{what}: not so within {seconds:g} s"
        time.sleep(0.05)
    return found


def _demo(*words: str, folder: Path) -> str:
    command = [str(modwright()), "demo", *words, "--state", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _git(clone: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=clone, capture_output=True, text=True, check=True, timeout=20).stdout


def _twice(found: list[Any]) -> list[Any]:
    return [one for one, times in Counter(found).items() if times > 1]
