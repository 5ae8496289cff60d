"""What a platform may write into its configuration, and what it is told when it writes something else."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from controller.core.configuration import ApprovalMode, CheckKind, CheckTiming, RevertMerge
from controller.core.configuration_document import read_configuration
from controller.core.durations import parse_duration
from controller.core.errors import Terminal
from controller.core.model import EnvironmentName, Role

EXAMPLE = Path(__file__).parents[3] / "examples/platform/.modwright/config.yaml"
SMALLEST = """\
format: 1
image: { repository: acme/platform }
environments:
  - name: staging
    checks: [{ name: alive, kind: http, path: /health/live }]
"""
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGYpXIfZVjvQZ4wBfNfCsOi4YzAmwSMXAUZ7kfHVVYSR"


def refusal(text: str) -> str:
    """What the file's author is told."""
    with pytest.raises(Terminal) as caught:
        read_configuration(text)
    assert caught.value.reason == "ConfigurationInvalid"
    assert caught.value.hint
    return caught.value.message


def test_the_example_platform_s_own_file_is_read() -> None:
    configuration = read_configuration(EXAMPLE.read_text())

    production = configuration.environment(EnvironmentName("production"))
    assert [e.name for e in configuration.environments] == ["staging", "production"]
    assert production.after == "staging"
    assert production.before_rollout == (("migrate", "up"),)
    assert [check.kind for check in production.checks] == list(CheckKind)
    assert production.check == CheckTiming(
        interval=timedelta(milliseconds=200), timeout=timedelta(seconds=2), deadline=timedelta(seconds=20), failures=2
    )
    assert configuration.revert_merge is RevertMerge.AUTO
    assert configuration.role_of("carol") is Role.OPERATOR


def test_what_is_left_out_has_its_documented_default() -> None:
    configuration = read_configuration(SMALLEST)

    assert configuration.approval is ApprovalMode.REVIEW
    assert configuration.manifest == "modules.toml"
    assert configuration.input_paths == ()
    assert configuration.environments[0].check == CheckTiming()


def test_a_public_key_is_kept_as_it_is_written() -> None:
    assert read_configuration(f"{SMALLEST}ledger: {{ signers: [{KEY}] }}\n").signers == (KEY,)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("200ms", timedelta(milliseconds=200)),
        ("2s", timedelta(seconds=2)),
        ("5m", timedelta(minutes=5)),
        ("1h30m", timedelta(minutes=90)),
        ("0s", timedelta()),
        ("1m500ms", timedelta(seconds=60, milliseconds=500)),
    ],
)
def test_a_duration_names_its_units(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "5", "s", "30s1h", "1.5s", "-1s", "2 s", "999999h", "5M", "١s"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("format: 2", "config.yaml:1: format: found 2, allowed: 1"),
        ("{}", "config.yaml:1: format: found nothing, allowed: 1"),
        (f"{SMALLEST}approvel: {{}}", "config.yaml:6: approvel: found an unknown key, allowed: one of format,"),
        (f"{SMALLEST}approval: {{ mode: maybe }}", "6: approval.mode: found 'maybe', allowed: review | solo"),
        (f"{SMALLEST}approval: review", "6: approval: found 'review', allowed: a mapping"),
        (f"{SMALLEST}merge:", "6: merge: found '', allowed: a mapping"),
        (
            f"{SMALLEST}roles:\n  alice: boss",
            "7: roles.alice: found 'boss', allowed: viewer | operator | admin | super",
        ),
        (f"{SMALLEST}roles: {{ '@all': admin }}", "roles.@all: found '@all', allowed: a login of the forge"),
        (f"{SMALLEST}ledger: {{ signers: [nonsense] }}", "ledger.signers[0]: found 'nonsense', allowed: a public key"),
        (f"{SMALLEST}ledger: {{ branch: ../x }}", "ledger.branch: found '../x', allowed: a branch name"),
        (
            f"{SMALLEST}manifest: ../../etc/passwd",
            "manifest: found '../../etc/passwd', allowed: a path in the repository",
        ),
        (f"{SMALLEST}release_on: 3", "release_on: found 3, allowed: modules | every"),
        ("- a", "config.yaml:1: found a list, allowed: a mapping"),
        ("", "config.yaml:1: found nothing, allowed: a mapping"),
        ("a: [", "allowed: one YAML document"),
        ("a: 1\na: 2\n", "config.yaml:2: found"),
        ("format: !!python/object:os.system 1", "found an anchor, alias or tag"),
    ],
)
def test_a_mistake_is_told_with_file_line_key_and_what_is_allowed(wrong: str, said: str) -> None:
    assert said in refusal(wrong)


def environment(lines: str) -> str:
    """The smallest file with these lines in its only environment, from line 4 on."""
    inner = "".join(f"    {line}\n" for line in lines.splitlines())
    return f"format: 1\nimage: {{ repository: acme/platform }}\nenvironments:\n  - name: staging\n{inner}"


CHECK = "checks: [{ name: alive, kind: http, path: /health/live }]"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("soak: 1s", "4: environments[0].checks: found nothing, allowed: a list with at least one check"),
        ("checks: []", "5: environments[0].checks: found an empty list, allowed: a list with at least one check"),
        (f"{CHECK}\nsoak: 5 minutes", "6: environments[0].soak: found '5 minutes', allowed: a duration such as"),
        (f"{CHECK}\nsoak: 5", "6: environments[0].soak: found 5, allowed: a duration"),
        (f"{CHECK}\nafter: nowhere", "6: environments[0].after: found 'nowhere', allowed: one of staging"),
        (f"{CHECK}\nafter: staging", "6: environments[0].after: found 'staging', allowed: an order without a cycle"),
        (f"{CHECK}\nsuspended: yes", "6: environments[0].suspended: found 'yes', allowed: true or false"),
        (f"{CHECK}\nbefore_rollout: [migrate]", "before_rollout[0]: found 'migrate', allowed: a list of arguments"),
        (f"{CHECK}\ncheck: {{ failures: 0 }}", "check.failures: found 0, allowed: a number from 1 to 100"),
        (f"{CHECK}\ncheck: {{ interval: 0s }}", "check.interval: found '0s', allowed: a duration"),
        (f"{CHECK}\ncheck: {{ retries: 1 }}", "check.retries: found an unknown key, allowed: one of interval,"),
        ("checks: [{ kind: http, path: /x }]", "checks[0].name: found nothing, allowed: a name"),
        ("checks: [{ name: a, kind: ftp, path: /x }]", "checks[0].kind: found 'ftp', allowed: http | release |"),
        ("checks: [{ name: a, kind: http, path: x }]", "checks[0].path: found 'x', allowed: a path that begins with /"),
        ("checks: [{ name: a, kind: modules, path: /x, status: 204 }]", "status: found a key of kind http at kind mod"),
        (
            "checks:\n  - { name: a, kind: http, path: /x }\n  - { name: a, kind: http, path: /y }",
            "7: environments[0].checks[1].name: found 'a', allowed: a name that no other check",
        ),
        ('checks: [{ name: a, kind: http, path: /x, headers: { X: "a\\nb" } }]', "headers.X: found"),
    ],
)
def test_a_mistake_in_an_environment_is_told_likewise(lines: str, said: str) -> None:
    assert said in refusal(environment(lines))


def test_two_environments_do_not_share_a_name_and_do_not_wait_for_each_other() -> None:
    one = f"  - {{ name: one, after: two, {CHECK} }}\n"
    two = f"  - {{ name: two, after: one, {CHECK} }}\n"
    head = "format: 1\nimage: { repository: acme/platform }\nenvironments:\n"

    assert "allowed: an order without a cycle" in refusal(head + one + two)
    assert "a name that no other environment has" in refusal(head + one + two + two)


def test_every_mistake_is_listed_in_the_order_of_the_lines() -> None:
    message = refusal(f"{SMALLEST}release_on: x\npromotion: y\nmerge: {{ by: z }}\n")

    assert [line.split(":")[1] for line in message.splitlines()] == ["6", "7", "8"]


def test_a_long_list_of_mistakes_is_cut() -> None:
    message = refusal(SMALLEST + "".join(f"key{n}: 1\n" for n in range(30)))

    assert len(message.splitlines()) == 21
    assert message.endswith("and 10 more")


@pytest.mark.parametrize(
    ("bomb", "said"),
    [
        ("a: &a [x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(20)), "an anchor, alias or tag"),
        ("a: " + "[" * 30_000, "at most 12 levels"),
        ("a: x\n" * 20_000, "at most 65536 bytes"),
        ("{a: " * 5_000, "at most 12 levels"),
    ],
    ids=["aliases", "lists", "size", "mappings"],
)
def test_a_bomb_is_refused_before_it_grows(bomb: str, said: str) -> None:
    begun = time.process_time()

    assert said in refusal(bomb)
    assert time.process_time() - begun < 1
