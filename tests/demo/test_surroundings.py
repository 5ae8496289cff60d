"""What the demo lays out before anything starts."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from controller.access.tokens import Tokens
from controller.core.configuration_document import read_configuration
from controller.settings import load as load_controller
from demo import folder as folders
from demo.errors import DemoError
from demo.folder import Folder
from demo.keys import keys_of
from demo.platform import make_platform, make_tools
from demo.processes import end, start
from demo.settings import CLIENT_ID, PEOPLE, controller_document, sandbox_document, secret_files
from sandbox.configuration import from_document

ADDRESSES = {
    "forge": "http://127.0.0.1:1",
    "api": "http://127.0.0.1:1/api/v3",
    "images": "127.0.0.1:2",
    "processes": "x",
}


def test_the_platform_trusts_the_tools_at_their_commit_and_one_signer(home: Path, tmp_path: Path) -> None:
    signer = keys_of(folders.make(None), ("alice",)).signer
    tools = make_tools(tmp_path / "tools")
    make_platform(tmp_path / "platform", tools=tools, signer=signer)
    workflow = (tmp_path / "platform/.github/workflows/modwright-image.yml").read_text()
    assert workflow.count(tools) == 2
    assert "0" * 40 not in workflow
    text = (tmp_path / "platform/.modwright/config.yaml").read_text()
    configuration = read_configuration(text, path="config.yaml")
    assert configuration.signers == (signer,)
    assert configuration.role_of("bob") == "super-admin"


def test_the_tools_repository_holds_only_what_the_workflow_needs(tmp_path: Path) -> None:
    make_tools(tmp_path)
    listed = subprocess.run(["git", "-C", tmp_path, "ls-files"], capture_output=True, text=True, check=True).stdout
    assert {name.split("/")[0] for name in listed.split()} == {"images", ".github"}


def test_the_sandbox_accepts_its_configuration(home: Path) -> None:
    keys = keys_of(folders.make(None), tuple(PEOPLE))
    document = sandbox_document(keys, webhook="http://127.0.0.1:3/x", callback="http://127.0.0.1:3/auth/callback")
    settings = from_document(document)
    assert [user.login for user in settings.users] == list(PEOPLE)
    assert settings.repositories[0].protection["environments"].push_only == ["modwright[bot]"]
    assert settings.teams[0].members == ["alice", "bob"]
    assert settings.app is not None
    assert settings.app.callback_urls == ["http://127.0.0.1:3/auth/callback"]
    assert settings.app.client_secret == keys.client_secret


def test_the_controller_accepts_its_settings_and_knows_people_by_hash_alone(home: Path) -> None:
    folder = folders.make(None)
    keys = keys_of(folder, tuple(PEOPLE))
    for name, text in secret_files(keys).items():
        folder.write_private(name, text)
    file = folder.write_private("controller.json", json.dumps(controller_document(ADDRESSES, port=4)))
    settings = load_controller(file)
    holder = Tokens(settings.tokens_file).holder(keys.people["carol"])
    assert holder is not None
    assert holder.login == "carol"
    assert keys.people["carol"] not in settings.tokens_file.read_text()


def test_the_controller_signs_people_in_through_the_sandbox_with_the_app_it_knows(home: Path) -> None:
    folder = folders.make(None)
    keys = keys_of(folder, tuple(PEOPLE))
    for name, text in secret_files(keys).items():
        folder.write_private(name, text)
    settings = load_controller(
        folder.write_private("controller.json", json.dumps(controller_document(ADDRESSES, port=4)))
    )
    assert settings.sign_in is not None
    assert (settings.sign_in.client_id, settings.sign_in.web) == (CLIENT_ID, ADDRESSES["forge"])
    assert settings.sign_in.client_secret_file.read_text() == keys.client_secret
    assert [len(file.read_bytes()) >= 32 for file in settings.session_key_files] == [True]
    surroundings = sandbox_document(keys, webhook="x", callback=f"{settings.public_url}/auth/callback")
    assert surroundings["app"]["callback_urls"] == ["http://127.0.0.1:4/auth/callback"]


def test_keys_are_kept_with_their_folder(home: Path) -> None:
    folder = folders.make(home / "chosen")
    assert keys_of(folder, ("alice",)) == keys_of(folder, ("alice",))
    assert keys_of(folder, ("alice",)).signer != keys_of(folders.make(None), ("alice",)).signer


def test_a_folder_that_was_begun_before_people_signed_in_gets_the_secrets_and_keeps_its_keys(home: Path) -> None:
    folder = folders.make(home / "chosen")
    signer = keys_of(folder, ("alice",)).signer
    known = json.loads(folder.file("keys.json").read_text())
    del known["client_secret"], known["session"]
    folder.write_private("keys.json", json.dumps(known))
    later = keys_of(folder, ("alice",))
    assert (later.signer, later) == (signer, keys_of(folder, ("alice",)))
    assert later.client_secret
    assert later.session


def test_what_holds_secrets_is_its_owners_alone(home: Path) -> None:
    folder = folders.make(None)
    keys_of(folder, ("alice",))
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder.root, *folder.root.iterdir())]
    assert all(mode & 0o077 == 0 for mode in modes)


def test_the_latest_demo_is_found_again(home: Path) -> None:
    first, second = folders.make(None), folders.make(home / "chosen")
    assert folders.find(None) == second
    assert folders.find(first.root) == first


def test_the_context_of_the_shell_says_whose_demo_is_meant(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = folders.make(None)
    folders.make(None)
    first.write({})
    monkeypatch.setenv("MODWRIGHT_CONTEXT", str(first.file("context.json")))
    assert folders.find(None) == first
    monkeypatch.setenv("MODWRIGHT_CONTEXT", str(home / "elsewhere.json"))
    assert folders.find(None) != first


def test_a_chosen_folder_stays_and_a_fresh_one_goes(home: Path) -> None:
    fresh, chosen = folders.make(None), folders.make(home / "chosen")
    fresh.remove_if_temporary()
    chosen.remove_if_temporary()
    assert (fresh.root.exists(), chosen.root.exists()) == (False, True)


def test_leftovers_of_yesterday_go(home: Path) -> None:
    old = folders.make(None)
    os.utime(old.root, (0, 0))
    folders.make(None)
    assert not old.root.exists()


def test_a_shelf_that_others_may_write_to_is_refused(home: Path) -> None:
    shelf = home / f"modwright-demo-{os.getuid()}"
    shelf.mkdir()
    shelf.chmod(0o777)
    with pytest.raises(DemoError, match="not a folder of yours alone"):
        folders.make(None)


def test_a_demo_that_was_never_started_is_said_so(home: Path) -> None:
    with pytest.raises(DemoError, match="no demo was started in"):
        Folder(home).read()


def test_the_example_says_what_its_parts_need(tmp_path: Path) -> None:
    make_platform(tmp_path / "platform", tools="a" * 40, signer="ssh-ed25519 AAAA")
    plain = YAML(typ="safe", pure=True).load((tmp_path / "platform/.modwright/config.yaml").read_text())
    assert [environment["check"]["interval"] for environment in plain["environments"]] == ["100ms", "100ms"]
    assert list((tmp_path / "platform/.modwright/policies").glob("*.yaml"))


def test_of_several_demos_that_run_none_is_taken_by_chance(home: Path) -> None:
    """A test's own, or another shell's, is not ended because it came last."""
    one, other = folders.make(None), folders.make(None)
    sleeping = [start("sleeper", ["sleep", "60"], folder=folder.root) for folder in (one, other)]
    try:
        with pytest.raises(DemoError, match="several demos run"):
            folders.find(None)
        assert folders.find(one.root) == one
        end(sleeping[1:])
        assert folders.find(None) == one
    finally:
        end(sleeping)
