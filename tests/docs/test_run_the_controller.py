"""The guide's settings are settings, and its shell makes a line that the tokens' file takes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from textwrap import dedent

from ruamel.yaml import YAML

from controller.access.tokens import Tokens
from controller.settings import load
from tests.docs.pages import page

_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<name>[a-z]+(?: \S+)?)\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
NEEDED = """\
forge: {repository: acme/platform, git: https://github.com/acme/platform.git, app_id: 1, private_key_file: key.pem}
images: {registry: images.example}
processes: {url: https://host.example, token_file: host.token}
state: state
signing_key_file: signing_key
tokens_file: tokens
webhook_secret_files: [webhook]
"""


def blocks() -> list[tuple[str, str]]:
    """The guide's blocks, also those within its steps: language and name, and what stands in it."""
    found = _FENCE.finditer(page("guides/run-the-controller.md"))
    return [(match["name"], dedent(match["body"])) for match in found]


def test_what_browsers_need_is_taken_as_settings(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(NEEDED + dict(blocks())["yaml browsers.yaml"])
    settings = load(tmp_path / "settings.yaml")
    assert settings.public_url == "https://modwright.example"
    assert settings.sign_in is not None
    assert settings.session_key_files == (tmp_path / "session_key",)


def test_the_scraper_s_token_is_for_the_metrics_alone(tmp_path: Path) -> None:
    (script,) = [body for name, body in blocks() if name == "sh" and "scope=metrics" in body]
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, check=True, timeout=20)
    holder = Tokens(tmp_path / "tokens").holder((tmp_path / "metrics.token").read_text().strip())
    assert holder is not None
    assert (holder.login, holder.role, holder.scope) == ("prometheus", None, frozenset({"metrics"}))


def test_the_scraper_reads_the_file_that_was_made() -> None:
    scrape = YAML(typ="safe", pure=True).load(dict(blocks())["yaml prometheus.yaml"])["scrape_configs"][0]
    assert scrape["authorization"] == {"credentials_file": "metrics.token"}
