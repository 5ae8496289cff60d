"""
`.modwright/config.yaml`: its text to a `Configuration`, or one error that lists everything that is wrong with it.

The shape, with every key's default and reason, is documented at the values' own classes (`controller.core.configuration`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from controller.core.calendar_document import read_calendars
from controller.core.configuration import (
    ApprovalMode,
    ApprovalScope,
    CheckDefinition,
    CheckKind,
    CheckTiming,
    Configuration,
    EnvironmentDefinition,
    Merger,
    PromotionOrder,
    ReleaseOn,
    RevertMerge,
)
from controller.core.errors import Terminal
from controller.core.findings import Findings
from controller.core.model import EnvironmentName, Role
from controller.core.signature import raw_key
from controller.core.strict_yaml import open_document
from controller.core.yaml_section import Section, one_of

PATH = ".modwright/config.yaml"
FORMAT = 1
MOST_FINDINGS = 20
"""So many are listed; a file with more is another kind of file."""
SHORTEST = timedelta(milliseconds=10)
"""The shortest pause and patience: below it a check would ask without end."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]|[a-z]")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(\[bot\])?")
_TEAM = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_IMAGE = re.compile(r"[a-z0-9]+(?:[._/-][a-z0-9]+){0,20}")
_WORKFLOW = re.compile(r"[A-Za-z0-9._-]{1,100}\.ya?ml")
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,59}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")


def read_configuration(text: str, *, path: str = PATH) -> Configuration:
    """The configuration in that text. `Terminal` (`ConfigurationInvalid`) lists each finding with file, line and key."""
    findings = Findings(path)
    document = open_document(text, findings)
    configuration = _configuration(document) if document is not None else None
    if findings.found or configuration is None:
        found = sorted(findings.found, key=lambda finding: finding.line)
        rest = f"\nand {len(found) - MOST_FINDINGS} more" if len(found) > MOST_FINDINGS else ""
        message = "\n".join(str(finding) for finding in found[:MOST_FINDINGS]) + rest
        raise Terminal(
            "ConfigurationInvalid", message, hint="mend it by a pull request; the last valid one counts till then"
        )
    return configuration


def _configuration(document: Section) -> Configuration:
    document.number("format", FORMAT, least=FORMAT, most=FORMAT)
    if not document.has("format"):
        document.wrong("format", "nothing", str(FORMAT))
    approval, merge, revert = (document.section(name) for name in ("approval", "merge", "revert"))
    image, ledger = document.section("image"), document.section("ledger")
    environments = _environments(document)
    configuration = Configuration(
        manifest=document.text("manifest", "modules.toml", allowed="a path in the repository", test=is_path),
        host=document.text("host", "chain", allowed="the name of a host preset", test=_matches(_NAME)),
        catalog=document.text("catalog", ".modwright/catalog.yaml", allowed="a path in the repository", test=is_path),
        approval=approval.choice("mode", ApprovalMode.REVIEW),
        approval_scope=approval.choice("scope", ApprovalScope.COMPOSITION),
        merge=merge.choice("by", Merger.BOT),
        revert_merge=revert.choice("merge", RevertMerge.APPROVAL),
        release_on=document.choice("release_on", ReleaseOn.MODULES),
        promotion=document.choice("promotion", PromotionOrder.LATEST),
        image_repository=image.text("repository", allowed="a repository such as acme/platform", test=_matches(_IMAGE)),
        image_workflow=image.text(
            "workflow", "modwright-image.yml", allowed="a file name in .github/workflows", test=_matches(_WORKFLOW)
        ),
        input_paths=image.texts("inputs", allowed="a path in the repository", test=is_path),
        ledger_branch=ledger.text("branch", "environments", allowed="a branch name", test=_matches(_BRANCH)),
        signers=ledger.texts("signers", allowed="a public key `ssh-ed25519 AAAA…`", test=_is_key),
        roles=_roles(document),
        environments=environments,
        freezes=read_calendars(document, [definition.name for definition in environments]),
    )
    for section in (document, approval, merge, revert, image, ledger):
        section.close()
    return configuration


def _roles(document: Section) -> dict[str, Role]:
    roles = {}
    for line, login, value in document.pairs("roles"):
        words = {role.value: role for role in Role}
        if not _LOGIN.fullmatch(login) and not _TEAM.fullmatch(login):
            document.note(line, f"roles.{login[:60]}", login, "a login of the forge, or a team as @organisation/team")
        elif not isinstance(value, str) or value not in words:
            document.note(line, f"roles.{login}", value, one_of(Role))
        else:
            roles[login] = words[value]
    return roles


def _environments(document: Section) -> tuple[EnvironmentDefinition, ...]:
    found: list[tuple[Section, EnvironmentDefinition]] = []
    for section in document.sections("environments", of="environment"):
        found.append((section, _environment(section)))
        section.close()
    _names_once(found)
    _order(found)
    return tuple(definition for _, definition in found)


def _environment(section: Section) -> EnvironmentDefinition:
    name = section.text("name", allowed="a name of lower-case letters, digits and -", test=_matches(_NAME))
    after = section.text("after", "", allowed="the name of another environment", test=_matches(_NAME))
    return EnvironmentDefinition(
        name=EnvironmentName(name),
        after=EnvironmentName(after) if after else None,
        soak=section.duration("soak", timedelta()),
        before_rollout=section.commands("before_rollout"),
        checks=_checks(section),
        check=_timing(section.section("check")),
        failure_limit=section.duration("failure_limit", timedelta(minutes=20)),
        suspended=section.flag("suspended", default=False),
    )


def _names_once(found: Sequence[tuple[Section, EnvironmentDefinition]]) -> None:
    seen: set[EnvironmentName] = set()
    for section, definition in found:
        if definition.name in seen:
            section.wrong("name", definition.name, "a name that no other environment has")
        seen.add(definition.name)


def _order(found: Sequence[tuple[Section, EnvironmentDefinition]]) -> None:
    """`after` names an environment, and following it comes to an end: what waits for itself would wait for ever."""
    after = {definition.name: definition.after for _, definition in found}
    for section, definition in found:
        if definition.after is None:
            continue
        if definition.after not in after:
            section.wrong("after", definition.after, f"one of {', '.join(after)}")
        elif _comes_back(definition.name, after):
            section.wrong("after", definition.after, "an order without a cycle")


def _comes_back(name: EnvironmentName, after: dict[EnvironmentName, EnvironmentName | None]) -> bool:
    here = after.get(name)
    for _ in after:
        if here == name:
            return True
        here = after.get(here) if here is not None else None
    return False


def _checks(environment: Section) -> tuple[CheckDefinition, ...]:
    """At least one: an environment that is not checked would call everything sound."""
    found: list[CheckDefinition] = []
    for section in environment.sections("checks", of="check"):
        check = _check(section)
        if check.name in {other.name for other in found}:
            section.wrong("name", check.name, "a name that no other check of the environment has")
        found.append(check)
        section.close()
    return tuple(found)


def _check(section: Section) -> CheckDefinition:
    check = CheckDefinition(
        name=section.text("name", allowed="a name of lower-case letters, digits and -", test=_matches(_NAME)),
        kind=section.required_choice("kind", CheckKind),
        path=section.text("path", allowed="a path that begins with /", test=_is_request_path),
        status=section.number("status", 200, least=100, most=599),
        contains=section.text("contains", "", allowed="a text of at most 400 characters", test=_is_short),
        headers=_headers(section),
    )
    for name in ("status", "contains"):
        if section.has(name) and check.kind is not CheckKind.HTTP:
            section.wrong(name, f"a key of kind http at kind {check.kind.value}", "name, kind, path, headers")
    return check


def _headers(check: Section) -> dict[str, str]:
    headers = {}
    for line, name, value in check.pairs("headers"):
        if _HEADER.fullmatch(name) and isinstance(value, str) and value.isprintable():
            headers[name] = str(value)
        else:
            check.note(line, f"headers.{name[:60]}", value, "a header's name and one line of text")
    return headers


def _timing(section: Section) -> CheckTiming:
    usual = CheckTiming()
    timing = CheckTiming(
        interval=section.duration("interval", usual.interval, least=SHORTEST),
        timeout=section.duration("timeout", usual.timeout, least=SHORTEST),
        deadline=section.duration("deadline", usual.deadline, least=SHORTEST),
        failures=section.number("failures", usual.failures, least=1, most=100),
    )
    section.close()
    return timing


def is_path(text: str) -> bool:
    """Whether a text is a relative path that stays within the repository."""
    parts = text.split("/")
    return text.isprintable() and len(text) <= 200 and all(p not in ("", ".", "..", ".git") for p in parts)


def _is_request_path(text: str) -> bool:
    return text.startswith("/") and text.isprintable() and " " not in text and len(text) <= 400


def _is_short(text: str) -> bool:
    return bool(text) and len(text) <= 400


def _is_key(text: str) -> bool:
    return raw_key(text) is not None and text.isprintable()


def _matches(pattern: re.Pattern[str]) -> partial[bool]:
    return partial(_fits, pattern)


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.fullmatch(text) is not None
