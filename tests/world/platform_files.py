"""The platform repository of the scenarios: the example's own files, with a configuration that a test reads at a glance."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "platform"

CONFIGURATION = """\
format: 1
manifest: modules.toml
host: chain
approval: {{ mode: {mode}, scope: composition }}
merge: {{ by: bot }}
revert: {{ merge: auto }}
release_on: modules
promotion: latest
image:
  repository: acme/platform
  workflow: modwright-image.yml
  inputs: [Cargo.toml, Cargo.lock, .cargo, modules.toml, apps, crates]
ledger: {{ branch: environments, signers: ["{signer}"] }}
roles: {{ alice: admin, bob: super-admin, carol: operator, dave: viewer }}
environments:
  - name: staging
    soak: 0s
    checks: &checks
      - {{ name: alive, kind: http, path: /health/live, status: 200 }}
      - {{ name: modules, kind: modules, path: /health/modules }}
    check: {{ interval: 200ms, timeout: 2s, deadline: 20s, failures: 2 }}
  - name: production
    after: staging
    soak: {soak}
    checks:
      - {{ name: alive, kind: http, path: /health/live, status: 200 }}
      - {{ name: modules, kind: modules, path: /health/modules }}
    check: {{ interval: 200ms, timeout: 2s, deadline: 20s, failures: 2 }}
"""


def configuration(*, signer: str, mode: str = "review", soak: str = "1s") -> bytes:
    """The text of `.modwright/config.yaml`."""
    return CONFIGURATION.format(signer=signer, mode=mode, soak=soak).replace(" &checks", "").encode()


def platform_files(*, signer: str) -> dict[str, bytes]:
    """Every tracked file of the example, with the scenarios' configuration."""
    return {**_example(), ".modwright/config.yaml": configuration(signer=signer)}


@lru_cache(maxsize=1)
def _example() -> dict[str, bytes]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."],
        cwd=EXAMPLE,
        check=True,
        capture_output=True,
        timeout=30,
    ).stdout.decode()
    files = {path: (EXAMPLE / path).read_bytes() for path in listed.split("\0") if path and (EXAMPLE / path).is_file()}
    policies = {f".modwright/policies/{path.name}": path.read_bytes() for path in (ROOT / "policies").glob("*.yaml")}
    return {**files, **policies}


def _overlays() -> dict[str, bytes]:
    folder = ROOT / "k8s" / "environments"
    return {f"environments/{path.relative_to(folder)}": path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}


OVERLAYS = _overlays()
"""What the ledger starts from."""
