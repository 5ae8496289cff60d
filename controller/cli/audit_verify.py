"""`modwright audit verify` and `show`: whether the past is explained, from a clone alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from controller.cli.audit_text import paragraph
from controller.cli.output import show_json, show_text, visible
from controller.cli.serve import settings_option

if TYPE_CHECKING:
    from controller.core.audit.verifying import Dossier, Facts, Gap

_GAPS, _UNKNOWN = 1, 2
_clone_option = click.option(
    "--clone", type=click.Path(exists=True, file_okay=False), default=".", help="The clone. [here]"
)
_branch_option = click.option("--branch", default="main", show_default=True, help="The default branch.")


def _keys(_context: click.Context, _option: click.Parameter, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Each has to be a key: with a mistyped one the whole ledger would look forged."""
    from controller.core.signature import raw_key

    for line in lines:
        if raw_key(line) is None:
            raise click.BadParameter(f"{line[:60]!a} is no Ed25519 public key, such as 'ssh-ed25519 AAAA…'")
    return lines


_signer_option = click.option(
    "--signer",
    "signers",
    multiple=True,
    metavar="KEY",
    callback=_keys,
    help="A key that the ledger begins with, in place of the configuration's.",
)


@click.command()
@_clone_option
@_branch_option
@click.option(
    "--known-head", "known_heads", multiple=True, metavar="SHA", help="A head of the ledger that was seen earlier."
)
@_signer_option
@click.option(
    "--online", is_flag=True, help="Ask the forge and the image registry too, with the controller's settings."
)
@settings_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_context
def verify(
    context: click.Context,
    *,
    clone: str,
    branch: str,
    known_heads: tuple[str, ...],
    signers: tuple[str, ...],
    online: bool,
    file: Path | None,
    as_json: bool,
) -> None:
    """Derive every release anew from git and name every gap. Forge and controller may be away.

    Exit 0 where there is no gap, 1 where there are, 2 where something could not be judged.
    """
    from controller.cli.clone import open_clone
    from controller.cli.history import read_clone_facts
    from controller.core.audit.verifying import judge

    opened = open_clone(Path(clone), branch=branch)
    facts = read_clone_facts(opened, branch=branch, signers=signers, known_heads=known_heads)
    gaps = judge(facts)
    if online:
        gaps += _online(file, facts, opened.configuration.image_repository)
    if as_json:
        show_json({"judged": _judged(facts), "standing": _counts(gaps), "gaps": [gap_document(gap) for gap in gaps]})
    else:
        show_text(
            "".join(_lines(gap) for gap in gaps) + _summary(facts, gaps) + _meaning(gaps, trusts_clone=not signers)
        )
    context.exit(_status(gaps))


@click.command()
@click.argument("subject")
@_clone_option
@_branch_option
@_signer_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def show(*, subject: str, clone: str, branch: str, signers: tuple[str, ...], as_json: bool) -> None:
    """Show everything about one commit, release, proposal (#12) or hold: derived anew, what happened, its gaps."""
    from controller.cli.clone import open_clone
    from controller.cli.history import read_clone_facts, read_timeline
    from controller.core.audit.verifying import dossier, judge

    opened = open_clone(Path(clone), branch=branch)
    facts = read_clone_facts(opened, branch=branch, signers=signers)
    found = dossier(subject, facts, read_timeline(opened), judge(facts))
    if as_json:
        show_json(_dossier_document(found))
    else:
        show_text(_dossier_text(found))


def _online(file: Path | None, facts: Facts, image_repository: str) -> tuple[Gap, ...]:
    from controller import wiring
    from controller.operations.audit import compare_online
    from controller.settings import load

    return compare_online(wiring.build_witnesses(load(file)), facts, image_repository=image_repository)


def _status(gaps: Iterable[Gap]) -> int:
    standing = {gap.standing.value for gap in gaps}
    if "open" in standing:
        return _GAPS
    return _UNKNOWN if "unknown" in standing else 0


def _judged(facts: Facts) -> dict[str, int]:
    state = facts.walk.state
    return {
        "commits": len(facts.main.commits),
        "releases": len(state.releases),
        "moves": len(facts.walk.moves),
        "holds": len(state.holds),
        "admissions": len(state.admissions),
    }


def _counts(gaps: Iterable[Gap]) -> dict[str, int]:
    counted = Counter(gap.standing.value for gap in gaps)
    return {standing: counted[standing] for standing in ("open", "answered", "unknown", "pending")}


def gap_document(gap: Gap) -> dict[str, Any]:
    """A gap as JSON says it."""
    return {
        "kind": gap.kind.value,
        "standing": gap.standing.value,
        "about": gap.about,
        "environment": gap.environment,
        "says": gap.says,
        "answer": gap.answer,
    }


def _lines(gap: Gap) -> str:
    word = "answered" if gap.standing.value == "answered" else "would answer it"
    head = f"{gap.standing.value:8}  {gap.kind.value}: {gap.says}"
    return f"{visible(head)}\n          {word}: {visible(gap.answer)}\n"


def _summary(facts: Facts, gaps: tuple[Gap, ...]) -> str:
    counts = _counts(gaps)
    judged = ", ".join(f"{number} {what}" for what, number in _judged(facts).items())
    number = counts["open"]
    word = "gap" if number == 1 else "gaps"
    rest = ", ".join(f"{counts[name]} {name}" for name in ("answered", "unknown", "pending"))
    return f"{number} {word}, {rest}; judged: {judged}\n"


def _meaning(gaps: tuple[Gap, ...], *, trusts_clone: bool) -> str:
    """What the figures come to, and on what the judgement rests, in words for who counts no commits."""
    says = {
        0: "Everything that was judged is explained by what is kept.",
        _GAPS: "Something is not explained: see what is open above.",
        _UNKNOWN: "Nothing speaks against it, and something could not be judged: see what is unknown above.",
    }[_status(gaps)]
    own = "The keys are those that the clone itself names: give the one that you were told by --signer.\n"
    return f"{says}\n{own if trusts_clone else ''}"


def _dossier_document(found: Dossier) -> dict[str, Any]:
    from controller.core.audit import document

    return {
        "kind": found.subject.kind,
        "name": found.subject.name,
        "commits": sorted(found.subject.commits),
        "releases": sorted(found.subject.releases),
        "holds": sorted(found.subject.holds),
        "derived": list(found.derived),
        "entries": [document(entry) for entry in found.entries],
        "gaps": [gap_document(gap) for gap in found.gaps],
    }


def _dossier_text(found: Dossier) -> str:
    head = f"{found.subject.kind} {found.subject.name}\n\nDerived anew from git:\n"
    derived = "".join(f"  {visible(line)}\n" for line in found.derived) or "  nothing\n"
    happened = "".join(paragraph(entry) for entry in found.entries) or "  nothing\n"
    gaps = "".join(_lines(gap) for gap in found.gaps) or "  none\n"
    return f"{head}{derived}\nWhat happened:\n{happened}\nGaps:\n{gaps}"
