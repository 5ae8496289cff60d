"""Has images built, stops superseded runs, keeps the records of ended ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from codegen import Sentence
from controller.core.builds import BuildRecord, read_record, record_of, record_path, write_record
from controller.core.errors import Denied, Transient
from controller.core.model import Build, BuildId, BuildStage, Known, Person, Proposal, ReleaseId, Sha, TreeId, Unknown
from controller.core.trailers import one_line
from controller.operations.ledger import AUTHOR
from controller.operations.platform import Platform
from controller.operations.reading import manifest_hash_at
from controller.operations.view import View

LOG_TAIL = 64 * 1024
"""Bytes of a log that are kept: the end, where what went wrong stands."""


def dispatch(platform: Platform, *, commit: Sha, input_tree: TreeId) -> Build:
    """Starts the image workflow for a tree, unless a run for it is on its way."""
    return platform.forge.dispatch_build(commit=commit, input_tree=input_tree)


def cancel(platform: Platform, build: BuildId) -> None:
    """Asks a run to stop, whose commit nobody wants any more."""
    platform.forge.cancel_build(build)


def stop(platform: Platform, view: View, build: BuildId, *, by: Person, reason: str) -> BuildRecord:
    """
    A person asks a run to stop; its proposal tells who and why. `Denied` where it has ended or there is none.

    It answers the record as it is now: a run stops when its runner gets to it. A run that was stopped has found nothing
    out, so that whoever still needs the image has it built again: for good it ends by withdrawing the change.
    """
    run = next((run for run in platform.forge.builds() if run.id == build), None)
    if run is None:
        raise Denied(
            "NotFound",
            Sentence("there is no build {build} that runs", build=build),
            hint=Sentence("modwright builds lists those that are known"),
        )
    if run.status.has_ended:
        raise Denied(
            "BuildEnded", Sentence("{build} is {state} already", build=build, state=Sentence(run.status.value))
        )
    cancel(platform, build)
    proposals = tuple(Proposal(found) for found in platform.forge.proposals() if found.head == run.commit)
    for proposal in proposals:
        text = f"{by.login} stopped `{build}`: {one_line(reason)}"
        platform.forge.comment(proposal.number, text, marker=f"<!-- modwright:stopped:{build} -->")
    return record_of(
        run,
        manifest_hash=manifest_hash_at(platform, view.configuration, run.commit),
        proposal=proposals[0] if proposals else None,
        release=None,
    )


def stages(platform: Platform, build: BuildId) -> Known[tuple[BuildStage, ...]] | Unknown:
    """A run's stages, as the forge tells them now; none where it has forgotten the run."""
    try:
        return Known(platform.forge.build_stages(build))
    except Transient as error:
        return Unknown(error.message)


def recorded(platform: Platform) -> Mapping[BuildId, ReleaseId | None]:
    """Every build whose record is kept, with the release that it names."""
    head = platform.head(platform.builds_branch)
    if head is None:
        return {}

    def make() -> dict[BuildId, ReleaseId | None]:
        return {record.build_id: record.release_id for record in records(platform)}

    found = platform.remembered.get(("recorded", head), make)
    return found if isinstance(found, dict) else {}


def records(platform: Platform) -> tuple[BuildRecord, ...]:
    """Every kept record."""
    head = platform.head(platform.builds_branch)
    if head is None:
        return ()
    found = platform.remembered.get(("records", head), lambda: _read_records(platform, head))
    return found if isinstance(found, tuple) else ()


def known_records(platform: Platform) -> tuple[BuildRecord, ...]:
    """The records that were read already: for who must not wait for the lock; none where they were not."""
    head = platform.heads.get(platform.builds_branch)
    found = platform.remembered.by_key.get(("records", head)) if head is not None else None
    return found if isinstance(found, tuple) else ()


def _read_records(platform: Platform, head: Sha) -> tuple[BuildRecord, ...]:
    files = platform.mirror.files(head)
    return tuple(read_record(files[path]) for path in sorted(files) if path.endswith(".yaml"))


def every_record(
    platform: Platform, view: View, runs: Iterable[Build], proposals: Iterable[Proposal]
) -> tuple[BuildRecord, ...]:
    """The kept records, and what would be recorded of the runs that have none yet; the newest first."""
    kept = {record.build_id: record for record in records(platform)}
    of_head = {proposal.forge.head: proposal for proposal in proposals}
    live = (
        record_of(
            run,
            manifest_hash=manifest_hash_at(platform, view.configuration, run.commit),
            proposal=of_head.get(run.commit),
            release=None,
        )
        for run in runs
        if run.id not in kept
    )
    return tuple(sorted((*kept.values(), *live), key=number_of, reverse=True))


def number_of(record: BuildRecord) -> tuple[int, ...]:
    """A build's run and attempt: the forge counts runs upwards."""
    return tuple(int(part) for part in record.build_id.split("_")[1:])


def keep_record(platform: Platform, record: BuildRecord, build: Build) -> None:
    """
    Writes a run's record, and its log at the first time, onto the `builds` branch.

    The forge forgets runs and logs after its retention; the branch does not. Of a run that is recorded already only the
    release is new: its proposal may be closed by now, so who asked for it would be lost.
    """
    head = platform.head(platform.builds_branch)
    path = record_path(record.build_id)
    known = platform.mirror.files(head) if head is not None else {}
    if f"{path}.yaml" in known:
        record = replace(read_record(known[f"{path}.yaml"]), release_id=record.release_id)
    changes: dict[str, bytes | None] = {f"{path}.yaml": write_record(record)}
    if f"{path}.log" not in known:
        changes[f"{path}.log"] = platform.forge.build_log(build.id)[-LOG_TAIL:]
    commit = platform.mirror.write_commit(
        parents=(head,) if head is not None else (),
        changes=changes,
        base_tree=platform.mirror.commit(head).tree if head is not None else None,
        message=f"Record {record.build_id}: {record.status}\n",
        author=AUTHOR,
        when=platform.clock(),
        sign=platform.signer.sign,
    )
    platform.mirror.push(platform.builds_branch, commit, expected=head)
    platform.heads[platform.builds_branch] = commit


def kept_log(platform: Platform, build: BuildId) -> bytes | None:
    """The kept end of a run's log, `None` while nothing of it is kept."""
    head = platform.head(platform.builds_branch)
    return platform.mirror.files(head).get(f"{record_path(build)}.log") if head is not None else None
