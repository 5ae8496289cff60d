"""What `up` and `info` say: the console first, how to get in, what to click; then the rest."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

from demo.running import modwright


def as_text(known: Mapping[str, Any]) -> str:
    """For people; `--json` has the same for programs."""
    environments = "\n".join(f"  {name:12} {url}" for name, url in known["environments"].items())
    people = "\n".join(f"  {login:12} {user['token']}" for login, user in known["users"].items())
    return f"""\
console      {known["console"]}
sign in      “Sign in with GitHub”, “Sign in as alice”, “Authorize Modwright”; there is no password

  1. Modules: Install at blog, read the plan, give a reason, open the pull request.
  2. Open the pull request from the page of the request; there, switch user to bob, and approve.
  3. Go back and watch it reach production. Then try reviews: it fails in production and is taken back.

forge        {known["forge"]}   repository {known["repository"]} (a sandbox, not GitHub)
images       {known["images"]["address"]}
state        {known["state"]}
environments
{environments}
people and their tokens: alice and bob administer, carol operates, dave looks
{people}

  export MODWRIGHT_CONTEXT={known["MODWRIGHT_CONTEXT"]}{_path()}
  modwright status
  modwright demo down"""


def _path() -> str:
    """The line that makes the commands below work, where the shell would not find them."""
    return "" if shutil.which("modwright") else f'\n  export PATH="{modwright().parent}:$PATH"'
