"""Every command: its name, where it is defined, and the line that `modwright --help` shows for it."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """`place` is `module:attribute` of a click command; `help` is the first line of its help."""

    place: str
    help: str


COMMANDS: dict[str, Entry] = {
    # The platform's modules
    "modules": Entry("controller.cli.modules:modules", "Show what is installed and what may be."),
    "plan": Entry("controller.cli.plan:plan", "Show what a change would do; nothing is written."),
    "install": Entry("controller.cli.changes:install", "Open a proposal that puts modules in."),
    "uninstall": Entry("controller.cli.changes:uninstall", "Open a proposal that takes modules out."),
    "upgrade": Entry("controller.cli.changes:upgrade", "Open a proposal that moves a module to another version."),
    "withdraw": Entry("controller.cli.changes:withdraw", "Close a proposal of Modwright."),
    "changes": Entry("controller.cli.following:changes", "Show changes, or how far one of them is."),
    # What is
    "status": Entry("controller.cli.status:status", "Show what every environment runs and what waits."),
    "builds": Entry("controller.cli.builds:builds", "Show builds, or one with its errors."),
    "logs": Entry("controller.cli.builds:logs", "Print a build's log."),
    "releases": Entry("controller.cli.releases:releases", "Show releases, or one with its evidence."),
    "audit": Entry(
        "controller.cli.audit:audit",
        "Show who changed what, when and why, and what proves it, from git alone. Oldest first.",
    ),
    # Environments
    "promote": Entry("controller.cli.environments:promote", "Move an environment to a release."),
    "rollback": Entry("controller.cli.environments:rollback", "Return an environment to a release before."),
    "smoke": Entry("controller.cli.environments:smoke", "Run an environment's checks once."),
    "revert": Entry("controller.cli.undo:revert", "Open a proposal that takes a merged change out."),
    "hold": Entry("controller.cli.undo:hold", "Keep a commit out of every environment, or lift that."),
    "freeze": Entry("controller.cli.freeze:freeze", "Stop forward promotions or everything, list that, or lift it."),
    "admit": Entry("controller.cli.undo:admit", "Let a commit without a valid approval be promoted."),
    "override": Entry("controller.cli.undo:override", "Have a policy's denial not stand for one change."),
    # You
    "login": Entry("controller.cli.login:login", "Keep an API's address and your token for it."),
    "logout": Entry(
        "controller.cli.login:logout",
        "Forget what `modwright login` kept; the token itself lives on until its line is removed on the server.",
    ),
    "completion": Entry(
        "controller.cli.completion:completion", "Print the script that has a shell complete commands and names."
    ),
    # Running and developing
    "init-ledger": Entry(
        "controller.cli.setup:init_ledger",
        "Make the ledger's branch, signed by the controller's key; nothing where it is there already.",
    ),
    "serve": Entry("controller.cli.serve:serve", "Run the controller: the loop and its API, until SIGTERM or SIGINT."),
    "reconcile": Entry(
        "controller.cli.reconcile:reconcile",
        "Run one pass: observe, decide, execute, report. Exit 2 where something in it failed.",
    ),
    "policy": Entry("controller.cli.policy:policy", "Judge policies by their own cases."),
    "codegen": Entry("codegen.command.cli:codegen", "Edit a manifest and regenerate what follows from it."),
    "image": Entry("modwright.image:image", "Assemble, name and push images; as on a runner."),
    "demo": Entry(
        "demo.cli:demo", "The whole way of a change on this machine: forge, builds, environments, controller."
    ),
}
