"""Texts made to cost time or memory end in findings at once, in a process that has done nothing else before."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

HEAD = 'schema = 2\napp = "server"\n\n[modules]\n'
ROW = 'module_{0:06} = {{ crate = "crate-{0:06}", source = "path", path = "crates/{0:06}" }}\n'

# Each is an expression that makes the text, so that the child's memory is what the text costs and not its way there.
MANIFESTS = {
    "a dotted key of 78 KiB": "'.'.join('a' * 40_000) + ' = 1\\n'",
    "a dotted key in a header": "'[' + '.'.join('a' * 40_000) + ']\\n'",
    "a hundred thousand arrays in each other": "HEAD + 'x = ' + '[' * 100_000 + ']' * 100_000 + '\\n'",
    "a hundred thousand empty arrays in one": "HEAD + 'x = [' + '[],' * 100_000 + ']\\n'",
    "a hundred thousand lists, a line each": "HEAD + ''.join(f'a{n} = []\\n' for n in range(100_000))",
    "thirty thousand tables": "HEAD + ''.join(f'[a{n}]\\n' for n in range(30_000))",
    "thirty thousand tables of one array": "HEAD + '[[build.storefront]]\\n' * 30_000",
    "a comment of 5 MiB": "HEAD + '#' * (5 * 1024 * 1024) + '\\n'",
    "a comment just below the bound": "HEAD + '#' * 2_000_000 + '\\n'",
    "a million comments": "HEAD + '#\\n' * 1_000_000",
    "spaces": "HEAD + ' ' * 2_000_000 + '\\n'",
    "spaces in a list": "HEAD + 'x = [' + ' ' * 1_000_000 + '\\n' * 900_000 + ']\\n'",
    "a number of a million digits": "HEAD + 'x = ' + '9' * 1_000_000 + '\\n'",
    "a text of a million letters": "HEAD + 'x = \"' + 'a' * 1_000_000 + '\"\\n'",
    "a text of a million escapes": "HEAD + 'x = \"' + '\\\\\\\\' * 900_000 + '\"\\n'",
    "a text that never ends": 'HEAD + \'x = """\' + \'a\\n""\' * 400_000',
    "a key of a hundred thousand letters": "HEAD + 'a' * 100_000 + ' = 1\\n'",
    "a quoted key of a million letters": "HEAD + '\"' + 'a' * 1_000_000 + '\" = 1\\n'",
    "tables in each other": "HEAD + 'x = ' + '{ a = ' * 100_000 + '1' + ' }' * 100_000 + '\\n'",
    "one table of many keys": "HEAD + 'x = { ' + ', '.join(f'a{n} = 1' for n in range(100_000)) + ' }\\n'",
    "a hundred thousand modules": "HEAD + ''.join(ROW.format(n) for n in range(100_000))",
    "modules that are all wrong": "HEAD + ''.join(f'a{n} = {{ b = 1 }}\\n' for n in range(19_000))",
    "modules that all need each other": (
        "HEAD + ''.join(ROW.format(n).replace(' }', f', depends_on = [\"module_{n + 1:06}\"] }}') for n in range(13_000))"
    ),
    "modules that all need themselves": (
        "HEAD + ''.join(ROW.format(n).replace(' }', f', depends_on = [\"module_{n:06}\"] }}') for n in range(13_000))"
    ),
    "a list of many names": "HEAD + ROW.format(0).replace(' }', ', depends_on = [' + '\"a\",' * 400_000 + '] }')",
    "defaults that are not there": "HEAD + '[settings]\\ndefault_enabled = [' + '\"a\",' * 400_000 + ']\\n'",
    "conflict marks": "HEAD + '<<<<<<< a\\n' * 180_000",
}
CHILD = f"""
import json, resource, sys, time
HEAD, ROW = {HEAD!r}, {ROW!r}
from codegen import lint_manifest
text = eval(sys.argv[1])
began = time.process_time()
findings = lint_manifest(text, path="modules.toml")
spent = time.process_time() - began
# Not `ru_maxrss`: that begins with what the parent had when it forked, and a whole test run has much.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(json.dumps([str(finding) for finding in findings] + [spent, int(peak)]))
"""


def _judged(manifest: str) -> list[Any]:
    """What a process of its own says; the better of two counts, since other work on the machine only adds time."""
    asked = [sys.executable, "-c", CHILD, manifest]
    said: list[Any] = json.loads(subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True).stdout)
    return said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
@pytest.mark.parametrize("name", MANIFESTS)
def test_a_bomb_is_findings_within_a_second_and_200_megabytes(name: str) -> None:
    *findings, spent, peak = min((_judged(MANIFESTS[name]) for _ in range(2)), key=lambda said: said[-2])
    assert findings or name == "a comment just below the bound" or name in ("a million comments", "spaces")
    assert all(len(finding) < 1500 for finding in findings)
    assert len(findings) <= 100
    assert spent < 1, f"{spent:.2f} s"
    assert peak < 200 * 1024, f"{peak} KiB"


REQUESTS = {
    "a name of a million letters": "[Install(ModuleName('a' * 1_000_000))]",
    "a name of a million dashes": "[Install(ModuleName('a-' * 500_000 + '!'))]",
    "a version of a million digits": "[Install(ModuleName('blog'), '1.0.' + '9' * 1_000_000)]",
    "a feature of a million letters": "[SetFeatures(ModuleName('search'), ('a' * 1_000_000,))]",
    # Twice as many as the largest request that the API takes can hold.
    "twenty thousand modules that nobody offers": "[Install(ModuleName(f'a{n}')) for n in range(20_000)]",
    "the same module a hundred thousand times": "[Install(ModuleName('blog'))] * 100_000",
    "a hundred thousand features": "[SetFeatures(ModuleName('search'), tuple(f'a{n}' for n in range(100_000)))]",
}
ASKING = """
import json, sys, time
from codegen import CodegenError, Install, ModuleName, SetFeatures, plan_changes
from tests.codegen.conftest import platform_files
files, changes = platform_files(), eval(sys.argv[1])
began = time.process_time()
try:
    plan_changes(files, changes)
    said = ""
except CodegenError as error:
    said = str(error)
spent = time.process_time() - began
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(json.dumps([said, spent, int(peak)]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_made_to_cost_is_answered_within_a_second_and_200_megabytes(name: str) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", ASKING, REQUESTS[name]], capture_output=True, text=True, timeout=60, check=True, cwd=root
    )
    said, spent, peak = json.loads(done.stdout)
    assert "a" * 1000 not in said
    assert "9" * 1000 not in said
    assert spent < 1, f"{spent:.2f} s"
    assert peak < 200 * 1024, f"{peak} KiB"
