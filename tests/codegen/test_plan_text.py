"""A plan as people read it in a terminal: the same words for the same change, and few of them."""

from __future__ import annotations

from codegen.change import Change, Install, SetFeatures, Uninstall
from codegen.names import ModuleName
from codegen.planning.plan import make_plan
from codegen.planning.plan_text import plan_text
from tests.codegen.hosts.trees import tree

INSTALLED = """\
+ tax: requested
feature mod-tax declared (apps/server/Cargo.toml)
feature mod-tax on by default (apps/server/Cargo.toml)
feature mod-tax declared (crates/rustok-distribution/Cargo.toml)
to compile: at most 3 of 27 crates (rustok-tax, rustok-distribution, rustok-server)
10 files: Cargo.lock, Cargo.toml, apps/server/Cargo.toml, crates/rustok-distribution/Cargo.toml, \
crates/rustok-distribution/src/lib.rs, docs/modules/_index.md, docs/modules/overview.md, docs/modules/registry.md, \
modules.toml, modules.toml.example
"""
REMOVED = """\
- reactions: requested
feature mod-reactions removed (apps/server/Cargo.toml)
feature mod-reactions off by default (apps/server/Cargo.toml)
feature mod-reactions removed (crates/rustok-distribution/Cargo.toml)
migrations of reactions stay: a migration that a database has applied must stay known to the migrator
to compile: at most 2 of 26 crates (rustok-distribution, rustok-server)
warning: reactions stays in crates/rustok-migrations/Cargo.toml, crates/rustok-migrations/src/lib.rs: a migration that \
a database has applied must stay known to the migrator
warning: reactions stays in docs/modules/_index.md: the crate stays in the repository
8 files: Cargo.lock, apps/server/Cargo.toml, crates/rustok-distribution/Cargo.toml, \
crates/rustok-distribution/src/lib.rs, docs/modules/overview.md, docs/modules/registry.md, modules.toml, \
modules.toml.example
"""


def told(*changes: Change, diffs: bool = False) -> str:
    return plan_text(make_plan(tree("distribution"), changes), diffs=diffs)


def test_an_install_is_told_modules_first_and_files_last() -> None:
    assert told(Install(ModuleName("tax"))) == INSTALLED


def test_an_uninstall_says_what_stays_and_why() -> None:
    assert told(Uninstall(ModuleName("reactions"))) == REMOVED


def test_what_is_so_already_is_two_words() -> None:
    assert told(Install(ModuleName("shop"))) == "already so\n"
    assert told() == "already so\n"


def test_a_module_that_only_changes_is_marked_as_such() -> None:
    assert told(SetFeatures(ModuleName("media"), ("films",))).startswith("~ media: requested\n")


def test_the_diffs_follow_the_words_in_the_order_of_the_files() -> None:
    text = told(Install(ModuleName("tax")), diffs=True)
    assert text.startswith(INSTALLED + "--- a/Cargo.lock\n+++ b/Cargo.lock\n")
    paths = [line.removeprefix("--- a/") for line in text.splitlines() if line.startswith("--- a/")]
    assert INSTALLED.rstrip().endswith(f"{len(paths)} files: {', '.join(paths)}")


def test_the_same_change_is_told_in_the_same_words_whatever_its_order() -> None:
    changes: list[Change] = [
        Install(ModuleName("wishlist")),
        Uninstall(ModuleName("market")),
        Install(ModuleName("tax")),
    ]
    assert told(*changes) == told(*reversed(changes))
