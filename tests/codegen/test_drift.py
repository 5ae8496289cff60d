"""What a drift says, and which of two checks' drifts are the same."""

from __future__ import annotations

import pytest

from codegen import Drift, Install, ManifestError, ModuleName, UnreadableHost, check, plan_changes, regenerate
from codegen.wiring.drift import drift_without

SERVER = "apps/server/Cargo.toml"
ONE = Drift(path="a.toml", problem="missing: x", line=3, module=ModuleName("blog"), place="x", hint="apply")


@pytest.mark.parametrize(
    ("drift", "text"),
    [
        (ONE, "a.toml:3: blog: missing: x; hint: apply"),
        (Drift(path="a.toml", problem="missing: x"), "a.toml: missing: x"),
        (Drift(path="a.toml", problem="x", module=ModuleName("blog")), "a.toml: blog: x"),
    ],
)
def test_a_drift_is_one_line(drift: Drift, text: str) -> None:
    assert str(drift) == text


def test_the_same_drift_is_the_same_wherever_its_line_is() -> None:
    moved = Drift(path="a.toml", problem="missing: x", line=9, module=ModuleName("blog"), place="x")
    other = Drift(path="b.toml", problem="missing: x", line=3, module=ModuleName("blog"), place="x")
    assert drift_without((moved, other), (ONE,)) == (other,)


def test_a_chain_tells_every_file_that_does_not_follow_a_new_row(platform: dict[str, bytes]) -> None:
    installed = {**platform, "modules.toml": _with_blog(platform)}
    told = {one.path for one in check(installed)}
    generated = "apps/server/src/modules/generated.rs"
    assert told == {"Cargo.lock", "Cargo.toml", SERVER, generated}
    mended = {**installed, **regenerate(installed)}
    assert check(mended) == ()


def _with_blog(platform: dict[str, bytes]) -> bytes:
    content = plan_changes(platform, [Install(ModuleName("blog"))]).files["modules.toml"]
    assert content is not None
    return content


def test_a_chain_tells_a_generated_file_that_was_edited_with_its_line(platform: dict[str, bytes]) -> None:
    path = "apps/server/src/modules/generated.rs"
    files = {**platform, path: platform[path].replace(b"AuditModule", b"AuthModule")}
    (only,) = check(files)
    assert (only.path, only.line) == (path, 11)
    assert regenerate(files) == {path: platform[path]}


def test_an_unreadable_file_is_an_error_of_the_usual_kind(platform: dict[str, bytes]) -> None:
    with pytest.raises(ManifestError) as caught:
        check({**platform, SERVER: b"[features\n"})
    assert isinstance(caught.value, UnreadableHost)
    assert {finding.path for finding in caught.value.findings} == {SERVER}


def test_a_repair_of_what_is_in_step_writes_nothing(platform: dict[str, bytes]) -> None:
    assert regenerate(platform) == {}
