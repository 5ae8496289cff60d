"""An entry of the audit as a terminal shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.cli.output import visible

if TYPE_CHECKING:
    from controller.core.audit import AuditEntry

_ON_REQUEST = {"merged", "reverted", "built", "build-failed", "build-cancelled"}


def paragraph(entry: AuditEntry) -> str:
    """A line with when, what, where and who; below it the sentence, the reason and the proof."""
    where = f" in {entry.environment}" if entry.environment is not None else ""
    # Who asked had it merged or built for them; everything else somebody did.
    word = "for" if entry.deed.value in _ON_REQUEST else "by"
    proof = ", ".join(_short(proof) for proof in entry.proof)
    lines = [f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.deed.value}{where} {word} {entry.who}", f"  {entry.what}"]
    lines += [f"  {word}: {text}" for word, text in (("why", entry.why), ("proof", proof)) if text]
    return "".join(f"{visible(line)}\n" for line in lines)


def _short(proof: str) -> str:
    """A commit's first twelve digits find it; everything else is shown whole."""
    kind, _, name = proof.partition(" ")
    return f"{kind} {name[:12]}" if kind in ("commit", "ledger") else proof
