"""`modwright audit verify`, `show` and `export` in a clone whose forge is gone."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from controller.cli.audit import audit
from controller.core.errors import Denied, Terminal
from tests.audit.judging import LEDGER, push_tree
from tests.scenarios.story import arrive, install
from tests.world.world import PRODUCTION, World


def cloned(world: World, folder: Path) -> Path:
    """A whole clone of the world's forge, which is then out of reach."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(world.origin.folder), str(clone)], check=True)
    world.origin.folder.rename(folder / "gone.git")
    return clone


def run(*arguments: str) -> Result:
    return CliRunner().invoke(audit, list(arguments), catch_exceptions=False)


def verified(clone: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit status, and what it says as JSON."""
    result = run("verify", "--clone", str(clone), "--json", *options)
    return result.exit_code, json.loads(result.stdout)


def test_an_honest_clone_has_no_gap(world: World, tmp_path: Path) -> None:
    arrive(world, "blog")
    clone = cloned(world, tmp_path)
    status, said = verified(clone)
    assert (status, said["gaps"]) == (0, [])
    assert said["judged"]["releases"] == 2
    text = run("verify", "--clone", str(clone)).stdout
    assert text.startswith("0 gaps, 0 answered, 0 unknown, 0 pending; judged: ")
    assert "Everything that was judged is explained" in text
    assert "keys are those that the clone itself names" in text
    told = run("verify", "--clone", str(clone), "--signer", world.signer.public_key).stdout
    assert "keys are those" not in told


def test_a_gap_ends_with_one_and_says_what_would_answer_it(world: World, tmp_path: Path) -> None:
    proposal = install(world, "blog")
    world.settle()
    commit = push_tree(world, world.forge.by_number[proposal.number].head)
    clone = cloned(world, tmp_path)
    status, said = verified(clone)
    assert status == 1
    assert [(gap["kind"], gap["about"], gap["standing"]) for gap in said["gaps"]] == [("direct-push", commit, "open")]
    assert "would answer it: admit the commit" in run("verify", "--clone", str(clone)).stdout


def test_what_cannot_be_judged_ends_with_two(world: World, tmp_path: Path) -> None:
    world.origin.delete("builds")
    status, said = verified(cloned(world, tmp_path))
    assert status == 2
    assert said["standing"]["unknown"] == 1


@pytest.mark.parametrize("command", [("verify",), ("show", "#1"), ("export", "--format", "json"), ("log",)])
def test_a_past_that_is_cut_off_is_not_told_nor_judged_as_if_it_were_all(
    world: World, tmp_path: Path, command: tuple[str, ...]
) -> None:
    arrive(world, "blog")
    clone, origin = tmp_path / "clone", f"file://{world.origin.folder}"
    subprocess.run(["git", "clone", "-q", "--depth=3", "--no-single-branch", origin, str(clone)], check=True)
    with pytest.raises(Terminal) as refused:
        run(*command, "--clone", str(clone))
    assert (refused.value.reason, "--unshallow" in refused.value.hint) == ("ShallowClone", True)


def test_a_head_that_was_seen_before_has_to_be_there(world: World, tmp_path: Path) -> None:
    seen = world.origin.heads()[LEDGER]
    clone = cloned(world, tmp_path)
    assert verified(clone, "--known-head", seen)[0] == 0
    status, said = verified(clone, "--known-head", "9" * 40)
    assert (status, said["gaps"][0]["kind"]) == (1, "ledger-rewritten")
    with pytest.raises(Terminal, match="no commit's whole id"):
        run("verify", "--clone", str(clone), "--known-head", "HEAD")


def test_a_clone_that_is_fetched_again_remembers_where_the_ledger_stood(world: World, tmp_path: Path) -> None:
    earlier = world.origin.heads()[LEDGER]
    arrive(world, "blog")
    newest = world.origin.heads()[LEDGER]
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(world.origin.folder), str(clone)], check=True)
    world.origin.move(LEDGER, earlier)
    subprocess.run(["git", "-C", str(clone), "fetch", "-q"], check=True)
    status, said = verified(clone)
    assert (status, said["gaps"][0]["about"]) == (1, newest)


def test_keys_that_are_not_the_controllers_accept_nothing(world: World, tmp_path: Path) -> None:
    clone = cloned(world, tmp_path)
    status, said = verified(
        clone, "--signer", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )
    assert status == 1
    (gap,) = said["gaps"]
    assert gap["kind"] == "unsigned-ledger-commit"
    assert gap["says"].startswith("none of the ledger's ")
    assert "compare the key" in gap["answer"]


def test_what_is_no_key_is_refused_before_anything_is_judged(tmp_path: Path) -> None:
    result = run("verify", "--clone", str(tmp_path), "--signer", "ssh-ed25519 AAAAC3Nza")
    assert result.exit_code == 2
    assert "no Ed25519 public key" in result.stderr


def test_a_clone_without_the_ledger_cannot_be_judged(world: World, tmp_path: Path) -> None:
    world.origin.delete(LEDGER)
    with pytest.raises(Terminal, match="no branch environments"):
        run("verify", "--clone", str(cloned(world, tmp_path)))


def test_everything_about_a_release_is_shown_and_the_same_by_its_commit_or_proposal(
    world: World, tmp_path: Path
) -> None:
    proposal = arrive(world, "blog")
    release = world.release_in(PRODUCTION)
    clone = cloned(world, tmp_path)
    said = json.loads(run("show", release.id, "--clone", str(clone), "--json").stdout)
    text = "\n".join(said["derived"])
    assert said["kind"] == "release"
    assert "computed from git, the same as approved" in text
    assert f"input tree {release.input_tree} computed from git, as recorded" in text
    assert "explained by bld_2_1" in text
    assert "review 100 by bob" in text
    assert {"merged", "released", "promoted", "passed"} <= {entry["deed"] for entry in said["entries"]}
    for name in (release.commit, release.commit[:10], f"#{proposal.number}"):
        other = json.loads(run("show", name, "--clone", str(clone), "--json").stdout)
        assert other["releases"] == [release.id]
        assert other["derived"] == said["derived"]
    assert "Derived anew from git:" in run("show", release.id, "--clone", str(clone)).stdout


def test_everything_about_a_hold_is_shown_with_its_revert(world: World, tmp_path: Path) -> None:
    world.prober.unwell.add(("production", "reviews"))
    arrive(world, "reviews")
    (hold,) = world.ledger.holds
    said = json.loads(run("show", hold, "--clone", str(cloned(world, tmp_path)), "--json").stdout)
    assert said["kind"] == "hold"
    assert "is taken out by" in said["derived"][-1]
    assert {"held", "hold-confirmed", "merged"} <= {entry["deed"] for entry in said["entries"]}


def test_what_nobody_knows_is_denied(world: World, tmp_path: Path) -> None:
    with pytest.raises(Denied, match="there is no commit, release, proposal or hold 'rel_x'"):
        run("show", "rel_x", "--clone", str(cloned(world, tmp_path)))


def test_an_export_is_the_log_in_three_formats(world: World, tmp_path: Path) -> None:
    arrive(world, "blog")
    clone = cloned(world, tmp_path)
    log = json.loads(run("log", "--clone", str(clone), "--json").stdout)
    exported = {
        form: run("export", "--clone", str(clone), "--format", form).stdout for form in ("csv", "json", "jsonl")
    }
    assert json.loads(exported["json"]) == log
    assert [json.loads(line) for line in exported["jsonl"].splitlines()] == log
    rows = list(csv.DictReader(io.StringIO(exported["csv"], newline="")))
    assert [row["what"] for row in rows] == [entry["what"] for entry in log]


def test_the_log_is_filtered_and_cut_to_the_newest(world: World, tmp_path: Path) -> None:
    arrive(world, "blog")
    clone = str(cloned(world, tmp_path))
    every = json.loads(run("--clone", clone, "--json").stdout)
    assert json.loads(run("log", "--clone", clone, "--json", "--limit", "2").stdout) == every[-2:]
    merged = json.loads(run("log", "--clone", clone, "--json", "--deed", "merged", "--who", "alice").stdout)
    assert [entry["what"].partition(";")[0] for entry in merged] == ["Install blog (with content) (#1)"]
    wrong = CliRunner().invoke(audit, ["--clone", clone, "--deed", "eaten"])
    assert wrong.exit_code == 2
    assert "is no kind of deed; there are: admitted, adopted" in wrong.output
