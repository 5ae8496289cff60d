"""What proves an entry of the audit, as links: to the forge, or to a page of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codegen import Sentence
from controller.console.fields import commits_of
from controller.console.language import N_
from controller.console.rendering import short, url
from controller.core.audit import AuditEntry

KINDS = (
    N_("commit"),
    N_("image"),
    N_("ledger"),
    N_("log"),
    N_("proposal"),
    N_("record"),
    N_("review"),
    N_("run"),
)
"""What may prove something: the first word of a proof."""
_LONGEST = 52
_BUILD = re.compile(r"bld_\d{1,20}_\d{1,6}")
_REVIEW = re.compile(r"(\d+) by (.{1,60}) on ([0-9a-f]{7,40})")


@dataclass(frozen=True)
class ProofLink:
    """One proof: in short, whole, and where it is to be seen, empty where there is no page for it."""

    shown: str
    whole: str
    address: str = ""


def proofs(entry: AuditEntry, web: str) -> tuple[ProofLink, ...]:
    """The proofs of an entry; what leads to the same build is one link."""
    found = [_link(proof, web) for proof in entry.proof]
    first = {link.address or link.whole: link for link in reversed(found)}
    return tuple(link for link in found if first[link.address or link.whole] is link)


def _link(proof: str, web: str) -> ProofLink:
    kind, _, name = proof.partition(" ")
    build = _BUILD.search(name)
    if kind in ("commit", "ledger"):
        return ProofLink(_told(kind, short(name)), proof, commits_of(web) + name)
    if kind == "proposal":
        return ProofLink(_told(kind, name), proof, url("changes", name.removeprefix("#")))
    if kind == "run":
        return ProofLink(Sentence(kind), proof, name)
    if build is not None:
        return ProofLink(build[0], proof, url("builds", build[0]))
    return ProofLink(_shortened(kind, name), proof)


def _shortened(kind: str, name: str) -> str:
    review = _REVIEW.fullmatch(name) if kind == "review" else None
    if review is not None:
        return _told(kind, f"{review[1]} {review[2]}")
    return _told(kind, short(name) if name.startswith("sha256:") else name[:_LONGEST])


def _told(kind: str, name: str) -> Sentence:
    return Sentence("{kind} {name}", kind=Sentence(kind), name=name)
