"""Each page of `docs/reference` names exactly what the code knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from codegen import Delta
from controller.access.routes import ASKS, OPEN, PAGES
from controller.core import trailers
from controller.core.builds import BuildRecord
from controller.core.configuration import ApprovalMode, CheckKind, Configuration
from controller.core.configuration_document import read_configuration
from controller.core.errors import Terminal
from controller.core.ledger.state import (
    Admission,
    CommitEvidence,
    EnvironmentState,
    Freeze,
    Hold,
    KeyedRequest,
    Override,
    Release,
)
from controller.core.model import Person, Role
from controller.core.policy import read_policies
from controller.core.policy_file import read_policy_text
from controller.core.roles import LEAST_ROLE
from controller.core.subjects import plan_subject
from controller.serving.application import ROUTERS
from controller.serving.metrics import Metrics
from controller.settings import Settings
from controller.showing.hub import Hub
from tests.docs import openapi_page
from tests.docs.commands_page import PAGE, written
from tests.docs.pages import ROOT, entries, page, part
from tests.world.world import World

EVERY_MAPPING = """\
format: 1
unknown: 1
approval: {unknown: 1}
merge: {unknown: 1}
revert: {unknown: 1}
image: {repository: a/b, unknown: 1}
ledger: {unknown: 1}
environments:
  - name: a
    unknown: 1
    checks: [{name: c, kind: http, path: /x, unknown: 1}]
    check: {unknown: 1}
freezes:
  - name: f
    unknown: 1
    weekly: {unknown: 1}
"""
"""A configuration with a key that nobody knows in each of its mappings: the answer lists those that are known."""
_UNKNOWN = re.compile(r": (?P<place>\S*)unknown: found an unknown key, allowed: one of (?P<keys>.*)$", re.MULTILINE)
_FREE = {"roles", "headers"}
"""Mappings whose keys are names of the platform's own."""


def configuration_keys() -> set[str]:
    """Every key of the configuration, as the reader itself says it."""
    with pytest.raises(Terminal) as refused:
        read_configuration(EVERY_MAPPING)
    found: set[str] = set()
    for match in _UNKNOWN.finditer(refused.value.message):
        place = match["place"].replace("[0]", "[]")
        found.update(f"{place}{key}" for key in match["keys"].split(", "))
    return found


def test_every_key_of_the_configuration_is_documented_and_no_other() -> None:
    text = page("reference/configuration.md").split("## The catalog")[0]
    known = configuration_keys()
    leaves = {key for key in known if not any(other.startswith((f"{key}.", f"{key}[]")) for other in known)}
    documented = set(entries(text)) - {kind.value for kind in CheckKind} - {role.value for role in Role}
    assert documented - known == set()
    assert leaves - documented == set()


def test_the_configuration_that_is_probed_has_every_mapping() -> None:
    mappings = {key for key in configuration_keys() if "." not in key}
    probe = "\n".join(f"{key}: {{unknown: 1}}" for key in sorted(mappings - {"format", *_FREE}))
    with pytest.raises(Terminal) as refused:
        read_configuration(f"format: 1\n{probe}\n")
    nested = {match["place"].rstrip(".") for match in _UNKNOWN.finditer(refused.value.message)}
    assert nested == {"approval", "merge", "revert", "image", "ledger"}


def test_defaults_of_the_configuration_are_the_documented_ones() -> None:
    text = page("reference/configuration.md")
    usual = Configuration(environments=())
    for key, value in (
        ("manifest", usual.manifest),
        ("host", usual.host),
        ("catalog", usual.catalog),
        ("release_on", usual.release_on.value),
        ("promotion", usual.promotion.value),
        ("approval.mode", usual.approval.value),
        ("approval.scope", usual.approval_scope.value),
        ("merge.by", usual.merge.value),
        ("revert.merge", usual.revert_merge.value),
        ("image.workflow", usual.image_workflow),
        ("ledger.branch", usual.ledger_branch),
    ):
        assert f"| `{key}` | `{value}` |" in text


def test_kinds_of_checks_and_roles_are_documented() -> None:
    text = page("reference/configuration.md")
    assert {kind.value for kind in CheckKind} <= set(entries(part(text, "## Checks")))
    assert [role.value for role in Role] == entries(part(text, "## Roles"))


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(entries(page("reference/settings.md").split("## Environment variables")[0])) == set(_settings(Settings))


def _settings(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        kinds = (field.annotation, *get_args(field.annotation))
        section = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if section is not None:
            yield from _settings(section, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_the_page_of_commands_is_what_the_commands_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run: python -m tests.docs.commands_page"


def test_every_metric_is_documented_and_no_other(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.begin()
    families = Metrics(world.loop, Hub(world.loop)).registry.collect()
    ours = {f"{f.name}_total" if f.type == "counter" else f.name for f in families if f.name.startswith("modwright_")}
    rows = re.findall(r"^\| `(modwright_[a-z_]+)` \|", page("reference/metrics.md"), re.MULTILINE)
    assert sorted(rows) == sorted(ours)


def test_the_description_for_programs_is_what_is_served() -> None:
    assert openapi_page.PAGE.read_text(encoding="utf-8") == openapi_page.written(), (
        "run: python -m tests.docs.openapi_page"
    )


def test_every_route_is_documented_with_its_role_and_no_other() -> None:
    rows = re.findall(r"^\| `([A-Z]+)` \| `([^`]+)` \| ([^|]+?) \|", page("reference/api.md"), re.MULTILINE)
    documented = {(method, path): role for method, path, role in rows}
    wanted = {route: LEAST_ROLE[ask].value for route, ask in ASKS.items()}
    assert {route: role for route, role in documented.items() if route not in OPEN} == wanted
    assert documented.keys() >= OPEN


def test_every_page_of_the_console_is_documented_with_its_role_and_no_other() -> None:
    rows = re.findall(r"^\| `([A-Z]+) ([^`]+)` \| ([^|]+?) \|", page("reference/console.md"), re.MULTILINE)
    assert {(method, path): role for method, path, role in rows} == {
        route: LEAST_ROLE[ask].value for route, ask in PAGES.items()
    }


def test_every_route_that_is_served_is_in_the_table_of_roles() -> None:
    served = {
        (method, getattr(route, "path", ""))
        for router in ROUTERS
        for route in router.routes
        for method in getattr(route, "methods", ())
    }
    assert served == ASKS.keys() | OPEN


def test_every_trailer_is_documented_and_no_other() -> None:
    known = {value for name, value in vars(trailers).items() if name.isupper() and not name.startswith("_")}
    assert set(entries(page("reference/trailers.md"))) == known - {trailers.PREFIX}


def test_every_field_of_a_policys_subject_is_documented_and_no_other() -> None:
    subject = plan_subject(Delta(), (), Configuration(environments=()), Person("alice"))
    known = {f"{name}.{field}" for name, value in subject.items() if isinstance(value, Mapping) for field in value}
    text = page("reference/policies.md")
    documented = entries(part(text, "## The subject"))
    assert {entry for entry in documented if "." in entry} == known
    readme = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")
    assert {name for name in known if name.partition(".")[2] not in readme} == set()


def test_every_key_of_a_policy_is_documented_and_no_other() -> None:
    with pytest.raises(Terminal) as refused:
        read_policy_text("format: 1\nunknown: 1\n", path="p.yaml")
    known = refused.value.message.rpartition("allowed are ")[2].split(", ")
    assert entries(part(page("reference/policies.md"), "## Keys of a policy")) == known


def test_the_default_policies_are_listed() -> None:
    readme = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")
    files = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "policies").glob("*.yaml")}
    assert set(entries(part(readme, "## The defaults"))) == set(files)
    assert len(read_policies(files)) == len(files)
    assert ApprovalMode.SOLO.value in readme


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("## `state.yaml`", EnvironmentState),
        ("### Evidence", CommitEvidence),
        ("## `holds/ID.yaml`", Hold),
        ("## `freezes/ID.yaml`", Freeze),
        ("## `admissions/COMMIT.yaml`", Admission),
        ("## `requests/HASH.yaml`", KeyedRequest),
        ("## `overrides/ID.yaml`", Override),
        ("## The `builds` branch", BuildRecord),
    ],
)
def test_every_field_of_a_document_is_documented_and_no_other(heading: str, kind: type) -> None:
    documented = entries(part(page("reference/ledger-format.md"), heading))
    assert documented == [field.name for field in fields(kind)]


def test_every_field_of_a_release_is_documented_and_no_other() -> None:
    text = part(page("reference/ledger-format.md"), "## `releases/ID.yaml`").split("### Evidence")[0]
    assert entries(text) == [field.name for field in fields(Release)]
