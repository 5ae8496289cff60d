"""The API does what its own description says: drawn requests, right and wrong, and a client generated from it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from controller.access.rates import Limits
from tests.api.served import DOORS, Api, served, token_of
from tests.docs.openapi_page import PAGE
from tests.world.world import World

DOCUMENT = schemathesis.openapi.from_path(PAGE)
ENDLESS = {"get_events"}
"""A stream of events has no whole answer that could be judged."""
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for operation in (result.ok() for result in DOCUMENT.get_all_operations())
    if operation.path.startswith("/api/v1")
}
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "ignored_auth",
)
QUICK = settings(
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
KNOWN = {"number": 1, "name": "staging", "slug": "search", "hold": "none", "freeze": "none"}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A world with a change on its way, where nobody asks too often."""
    folder = tmp_path_factory.mktemp("described")
    world = World(folder)
    world.begin()
    doors = replace(DOORS, limits=Limits(requests=10**6, writes=10**6))
    with served(world, folder, doors=doors) as api:
        api.done("alice", "POST", "/changes", {"changes": [{"kind": "install", "module": "blog"}], "reason": "r"})
        world.settle()
        yield api


def checks() -> list[Any]:
    """The checks that make sense of one request alone."""
    load_all_checks()
    return [CHECKS.get_one(name) for name in CHECKED]


def judge(case: Any, api: Api) -> None:
    """Sends a request and holds the answer to the description."""
    headers = {"Authorization": f"Bearer {token_of('bob')}"}
    case.call_and_validate(base_url=api.url, headers=headers, checks=checks(), timeout=20)


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - ENDLESS))
def test_an_operation_answers_as_it_is_described(asked: Api, name: str, mode: GenerationMode) -> None:
    @QUICK
    @given(case=OPERATIONS[name].as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        judge(case, asked)

    holds()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(n for n in OPERATIONS.keys() - ENDLESS if OPERATIONS[n].method == "get"))
def test_what_is_there_is_answered_as_it_is_described(asked: Api, name: str) -> None:
    release = asked.listed("dave", "/releases")[0]
    known = {**KNOWN, "release": release["id"], "other": release["id"], "build": release["build"]}
    path = OPERATIONS[name].path
    case = OPERATIONS[name].Case(path_parameters={key: known[key] for key in known if f"{{{key}}}" in path})
    answer = case.call(base_url=asked.url, headers={"Authorization": f"Bearer {token_of('dave')}"}, timeout=20)
    assert answer.status_code == 200, answer.text
    case.validate_response(answer, checks=checks()[:5])


def test_every_operation_has_a_name_a_tag_and_a_text() -> None:
    document = DOCUMENT.raw_schema
    tags = {tag["name"] for tag in document["tags"]}
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["operationId"].isidentifier()
            assert operation["description"]
            assert set(operation["tags"]) <= tags
    assert document["openapi"].startswith("3.1")


def test_the_description_is_open_to_all(shared: Api) -> None:
    answer = requests.get(f"{shared.url}/openapi.json", timeout=20)
    assert (answer.status_code, answer.json()["info"]["title"]) == (200, "Modwright")


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a package that was generated from the description alone."""
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(PAGE), "--meta", "none"]
    config = tmp_path / "config.yaml"
    config.write_text("post_hooks: []\n")
    folder = tmp_path / "stranger"
    command += ["--config", str(config), "--output-path", str(folder), "--fail-on-warning"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    invalidate_caches()
    return "stranger"


@pytest.mark.slow
def test_a_stranger_installs_a_module_with_a_generated_client(api: Api, client: str) -> None:
    def call(name: str, *arguments: Any, **more: Any) -> Any:
        return import_module(f"{client}.api.{name}").sync(*arguments, client=known, **more)

    models = import_module(f"{client}.models")
    # As a context: what is generated keeps its connection until somebody closes it.
    with import_module(client).AuthenticatedClient(base_url=api.url, token=token_of("alice")) as known:
        rows = {row.slug: row for row in call("modules.list_modules").items}
        assert rows["blog"].state == models.ModuleState.AVAILABLE
        body = models.ChangesBody(
            changes=[models.ChangeBody(kind=models.ChangeBodyKind.INSTALL, module="blog")], reason="we write now"
        )
        assert call("changes.plan_change", body=body).delta.added == ["blog", "content"]
        opened = call("changes.open_change", body=body, idempotency_key="of the stranger")
        assert opened.state == models.OpenedState.OPENED
        api.world.settle()
        change = call("changes.get_change", opened.proposal.number)
        assert str(change.stage) == "waiting-for-approval"
        refused = call("changes.get_change", 999)
        assert (refused.status, refused.reason) == (404, "NotFound")
