"""The way over the forge in a real browser: its own rules for forms, redirects and cookies hold on both sides."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from controller.adapters.github.sign_in import GitHubSignIn
from tests.api.served import DOORS, Api, served
from tests.browser.driven import Visitor
from tests.support.sandbox import CLIENT_ID, CLIENT_SECRET, running
from tests.world.world import World

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def forge_signs_in(tmp_path: Path) -> Iterator[Api]:
    """The console beside a sandbox whose App comes back to it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "sandbox").mkdir()
    with running(tmp_path / "sandbox", callback=f"{url}/auth/callback") as sandbox:
        world = World(tmp_path)
        world.begin()
        forge = GitHubSignIn(
            client_id=CLIENT_ID, client_secret=CLIENT_SECRET, web=str(sandbox.addresses["forge"]), api=sandbox.api
        )
        with served(world, tmp_path, doors=replace(DOORS, sign_in=forge, public_url=url), port=port) as api:
            yield api


def test_somebody_signs_in_over_the_forge_and_out_again(forge_signs_in: Api, visit: Callable[..., Visitor]) -> None:
    visitor = visit(forge_signs_in.url)
    visitor.go("/releases")
    expect(visitor.page).to_have_url(re.compile(r"/sign-in\?"))
    visitor.page.locator("main form").first.get_by_role("button").click()
    visitor.press("Sign in as alice")
    visitor.press("Authorize Modwright")
    expect(visitor.page).to_have_url(f"{forge_signs_in.url}/releases")
    cookies = {cookie["name"]: cookie for cookie in visitor.page.context.cookies()}
    assert cookies["modwright-session"]["httpOnly"]
    assert cookies["modwright-session"]["sameSite"] == "Lax"
    visitor.press(re.compile("Sign out"))
    visitor.go("/releases")
    expect(visitor.page).to_have_url(re.compile(r"/sign-in"))
