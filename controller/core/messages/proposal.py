"""A proposal's title and body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from codegen import Delta, ModuleEntry, ModuleName
from controller.core.messages.quoting import cell, code, fenced, quiet, title
from controller.core.messages.taking_back import takes_back
from controller.core.model import HoldId, Person, ProposalNumber, Sha
from controller.core.policy import Verdict

LONGEST_DIFFS = 40_000
"""Characters of diffs in a body; the forge takes 65536 in all, and shows the files itself."""

_MARKS = {"allow": "✅", "warn": "⚠️", "deny": "❌"}


@dataclass(frozen=True)
class ProposalText:
    """
    What a proposal's body is made of. `files` are pairs of path and unified diff; `change` is the request as the
    trailer has it; `previous` is the proposal that made the same request before and was undone or closed.
    """

    delta: Delta
    because: Mapping[ModuleName, str]
    files: tuple[tuple[str, str], ...]
    requested_by: Person
    reason: str
    change: str
    verdicts: tuple[Verdict, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    reverts: Sha | None = None
    hold: HoldId | None = None
    previous: ProposalNumber | None = None


def proposal_title(delta: Delta, *, reverts_subject: str | None = None) -> str:
    """
    `Install blog (with content)`: the modules that nothing else of the change needs, then what they bring along.

    A revert names the subject that it takes back, and a revert of a revert what it brings back.
    """
    if reverts_subject is not None:
        return title(takes_back(reverts_subject))
    parts = [part for part in _parts(delta) if part]
    return title(
        "; ".join([parts[0], *(part[0].lower() + part[1:] for part in parts[1:])]) if parts else "Change nothing"
    )


def proposal_body(p: ProposalText) -> str:
    """The whole body, in Markdown: modules first, then who and why, policies, what to do, files folded away."""
    sections = (_what(p), _who(p), _policies(p), _warnings(p), _approve(p), _undo(p), _files(p.files))
    return "\n\n".join(section for section in sections if section) + "\n"


def _parts(delta: Delta) -> Iterator[str]:
    yield _named("Install", delta.added)
    yield _named("Uninstall", delta.removed)
    for before, after in delta.changed:
        if before.version != after.version and after.version is not None:
            yield f"Upgrade {after.slug} to {after.version}"
        elif before.default_enabled != after.default_enabled:
            yield f"{'Enable' if after.default_enabled else 'Disable'} {after.slug} by default"
        else:
            yield f"Change {after.slug}"


def _named(verb: str, entries: tuple[ModuleEntry, ...]) -> str:
    if not entries:
        return ""
    needed = {need for entry in entries for need in entry.depends_on if need != entry.slug}
    heads = [entry.slug for entry in entries if entry.slug not in needed] or [entry.slug for entry in entries]
    brought = [entry.slug for entry in entries if entry.slug not in heads]
    return f"{verb} {', '.join(heads)}" + (f" (with {', '.join(brought)})" if brought else "")


def _what(p: ProposalText) -> str:
    rows = [*_rows(p.delta, p.because), *_staying(p)]
    if not rows:
        return "Makes the generated files what the manifest gives. No module comes, goes or changes."
    table = "\n".join(f"| {module} | {what} | {why} |" for module, what, why in rows)
    return f"| module | what happens | why |\n|---|---|---|\n{table}"


def _rows(delta: Delta, because: Mapping[ModuleName, str]) -> Iterator[tuple[str, str, str]]:
    for entry in delta.added:
        yield cell(entry.slug), f"is installed ({_source(entry)})", _why(entry.slug, because)
    for entry in delta.removed:
        yield cell(entry.slug), "is uninstalled", _why(entry.slug, because)
    for before, after in delta.changed:
        yield cell(after.slug), _difference(before, after), _why(after.slug, because)


def _staying(p: ProposalText) -> Iterator[tuple[str, str, str]]:
    for module, why in p.because.items():
        if module not in p.delta.modules:
            yield cell(module), "stays", cell(why.removeprefix("stays: "))


def _why(module: ModuleName, because: Mapping[ModuleName, str]) -> str:
    why = because.get(module, "")
    return cell(why) if why else ""


def _source(entry: ModuleEntry) -> str:
    where = entry.path or entry.git or entry.source
    pinned = f" at {cell(entry.rev)}" if entry.rev else ""
    version = f" {cell(entry.version)}" if entry.version else ""
    return f"{cell(where)}{version}{pinned}"


def _difference(before: ModuleEntry, after: ModuleEntry) -> str:
    """Every key that differs, from and to."""
    old, new = before.facts(), after.facts()
    keys = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    return "; ".join(f"{key}: {cell(_shown(old.get(key)))} → {cell(_shown(new.get(key)))}" for key in keys)


def _shown(value: object) -> str:
    if value is None:
        return "unset"
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _vouched(person: Person) -> str:
    """How they are called and who vouched for them, where they did not come themselves."""
    said = [code(person.name), f"through {code(person.via)}" if person.via else ""]
    told = ", ".join(text for text in said if text)
    return f" ({told})" if told else ""


def _who(p: ProposalText) -> str:
    who = f"{code(p.requested_by.login)}{_vouched(p.requested_by)}"
    lines = [
        f"Requested by {who}: {code(quiet(p.reason), instead='no reason given')}",
        f"Request: {code(p.change)}",
    ]
    if p.reverts is not None:
        lines.append(f"Takes out what {p.reverts} brought" + (f" (hold {code(p.hold)})." if p.hold else "."))
    if p.previous is not None:
        lines.append(f"The same was asked for in #{p.previous}, which was undone or closed.")
    return "\n".join(f"- {line}" for line in lines)


def _policies(p: ProposalText) -> str:
    if not p.verdicts:
        return ""
    rows = "\n".join(
        f"| {_MARKS[verdict.effect]} | {cell(verdict.policy)} | {cell(verdict.message or 'nothing against it')} |"
        for verdict in p.verdicts
    )
    return f"| | policy | verdict |\n|---|---|---|\n{rows}"


def _warnings(p: ProposalText) -> str:
    said = {verdict.message for verdict in p.verdicts}
    return "\n".join(f"> ⚠️ {code(warning)}" for warning in p.warnings if warning not in said)


def _approve(p: ProposalText) -> str:
    whose = (
        "" if p.reverts is not None else f" ({code(p.requested_by.login)}'s own counts where the platform says `solo`)"
    )
    return (
        f"**To approve**, give it an approving review{whose}. It merges once the check `modwright` has passed: the source "
        "regenerated, policies kept, the image built, the approval given. Do not push to this branch, which would void "
        "the approval; ask Modwright for another change instead."
    )


def _undo(p: ProposalText) -> str:
    if p.reverts is not None:
        return "**To undo**, ask for the same modules again; closing this without merging declines the revert for good."
    return (
        "**To undo** after the merge, comment `/modwright revert` with a reason here, or press Revert. Every environment "
        "whose newest release brought it returns to the one before at once. To withdraw it now, close it."
    )


def _files(files: tuple[tuple[str, str], ...]) -> str:
    if not files:
        return ""
    shown = "\n\n".join(_cut(files))
    return f"<details><summary>{len(files)} file{'s' if len(files) != 1 else ''}</summary>\n\n{shown}\n\n</details>"


def _cut(files: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The diffs as long as there is room; the paths of all."""
    room = LONGEST_DIFFS
    for path, diff in files:
        room -= len(diff)
        yield f"{code(path)}\n\n{fenced(diff, language='diff')}" if room >= 0 else f"{code(path)} (see the files)"
