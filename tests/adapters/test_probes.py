"""Four kinds of check: what is well, what is not, and what could not be told."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from codegen import ModuleName
from controller.adapters.probes import HttpProber
from controller.core.configuration import CheckDefinition, CheckKind
from controller.core.model import CheckResult, Digest, Outcome, TreeId
from controller.ports import Expectation
from tests.support.answering import Reply, answering

TREE, DIGEST = TreeId("a" * 40), Digest("sha256:" + "b" * 64)
SERVED = {"status": "ok", "app": "platform", "version": "0.1.0", "tree": TREE, "digest": DIGEST}


def expectation(*modules: str, unwell: frozenset[str] = frozenset(), app: str = "platform") -> Expectation:
    return Expectation(input_tree=TREE, digest=DIGEST, modules=frozenset(modules), unwell_before=unwell, app=app)


def check(kind: CheckKind, **more: Any) -> CheckDefinition:
    return CheckDefinition(name="it", kind=kind, path="/health/", **more)


def seen(
    definition: CheckDefinition, reply: Reply, expected: Expectation | None = None, *, timeout: float = 2
) -> CheckResult:
    with answering(lambda _request: reply) as server:
        return HttpProber().run(
            definition,
            url=server.url,
            expected=expected or expectation("auth"),
            timeout=timedelta(seconds=timeout),
        )


def component(name: str, status: str, *, kind: str = "dependency", critical: bool = True) -> dict[str, Any]:
    criticality = "critical" if critical else "non_critical"
    return {"name": name, "kind": kind, "criticality": criticality, "status": status, "latency_ms": 1, "reason": None}


def ready(*checks: dict[str, Any], modules: tuple[dict[str, Any], ...] = (), status: str = "ok") -> dict[str, Any]:
    return {"status": status, "checks": list(checks), "modules": list(modules), "degraded_reasons": []}


def module_list(**statuses: str) -> dict[str, Any]:
    lines = [{"slug": slug, "name": slug.title(), "status": status} for slug, status in statuses.items()]
    return {"status": "degraded", "modules": lines}


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(200, {"status": "ok"}), Outcome.PASSED),
        (Reply(204), Outcome.FAILED),
        (Reply(404, b"no"), Outcome.FAILED),
        (Reply(500, b"oops"), Outcome.FAILED),
        (Reply(401, b"who"), Outcome.ERRORED),
        (Reply(403, b"no"), Outcome.ERRORED),
        (Reply(302, b"", {"Location": "/elsewhere"}), Outcome.FAILED),
    ],
)
def test_an_http_check_wants_its_status(reply: Reply, outcome: Outcome) -> None:
    assert seen(check(CheckKind.HTTP), reply).outcome is outcome


def test_an_http_check_may_want_another_status_and_a_text() -> None:
    assert seen(check(CheckKind.HTTP, status=302), Reply(302, b"")).outcome is Outcome.PASSED
    wanting = check(CheckKind.HTTP, contains='"status"')
    assert seen(wanting, Reply(200, {"status": "ok"})).outcome is Outcome.PASSED
    assert seen(wanting, Reply(200, b"<html>")).outcome is Outcome.FAILED
    page = Reply(200, b'<html>"status"', {"Content-Type": "text/html"})
    assert seen(wanting, page).outcome is Outcome.FAILED


def test_a_check_sends_its_headers() -> None:
    with answering(lambda _request: Reply(200, {})) as server:
        definition = check(CheckKind.HTTP, headers={"X-Tenant": "acme"})
        HttpProber().run(definition, url=server.url, expected=expectation(), timeout=timedelta(seconds=2))
        assert server.requests[0].headers["X-Tenant"] == "acme"


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, Outcome.PASSED),
        ({"tree": "c" * 40}, Outcome.FAILED),
        ({"digest": None}, Outcome.FAILED),
        ({"app": "other"}, Outcome.FAILED),
    ],
)
def test_a_release_check_compares_app_tree_and_digest(change: dict[str, Any], outcome: Outcome) -> None:
    assert seen(check(CheckKind.RELEASE), Reply(200, {**SERVED, **change})).outcome is outcome


def test_an_app_that_is_not_known_is_not_compared() -> None:
    assert seen(check(CheckKind.RELEASE), Reply(200, SERVED), expectation(app="")).outcome is Outcome.PASSED


@pytest.mark.parametrize("kind", [CheckKind.RELEASE, CheckKind.READINESS, CheckKind.MODULES])
@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(200, b"<html>Welcome</html>", {"Content-Type": "text/html"}), Outcome.FAILED),
        (Reply(200, b"[1]"), Outcome.FAILED),
        (Reply(200, b"[" * 100_000), Outcome.FAILED),
        (Reply(404, {"message": "no"}), Outcome.FAILED),
        (Reply(401, {"message": "who"}), Outcome.ERRORED),
        (Reply(403, b""), Outcome.ERRORED),
        (Reply(502, b"<html>Bad gateway"), Outcome.ERRORED),
        (Reply(200, b"x" * (2 * 1024 * 1024)), Outcome.ERRORED),
    ],
)
def test_what_is_not_the_platforms_json_passes_nowhere(kind: CheckKind, reply: Reply, outcome: Outcome) -> None:
    assert seen(check(kind), reply).outcome is outcome


@pytest.mark.parametrize(
    ("document", "status", "outcome", "modules"),
    [
        (ready(component("database", "ok")), 200, Outcome.PASSED, ()),
        (ready(component("database", "unhealthy"), status="unhealthy"), 503, Outcome.ERRORED, ()),
        (ready(component("cache", "degraded", critical=False), status="degraded"), 200, Outcome.PASSED, ()),
        (
            ready(modules=(component("module:content", "unhealthy", kind="module"),), status="unhealthy"),
            503,
            Outcome.FAILED,
            ("content",),
        ),
        (
            ready(modules=(component("module:blog", "unhealthy", kind="module", critical=False),), status="degraded"),
            200,
            Outcome.PASSED,
            ("blog",),
        ),
        (
            ready(
                component("database", "unhealthy"),
                modules=(component("module:content", "unhealthy", kind="module"),),
                status="unhealthy",
            ),
            503,
            Outcome.ERRORED,
            ("content",),
        ),
        (ready(component("guardrail", "unhealthy", kind="runtime"), status="unhealthy"), 503, Outcome.FAILED, ()),
        (ready(status="unhealthy"), 503, Outcome.FAILED, ()),
        ({"status": "unhealthy"}, 503, Outcome.ERRORED, ()),
    ],
)
def test_readiness_is_judged_by_its_parts(
    document: dict[str, Any], status: int, outcome: Outcome, modules: tuple[str, ...]
) -> None:
    result = seen(check(CheckKind.READINESS), Reply(status, document))
    assert (result.outcome, result.modules) == (outcome, modules)


@pytest.mark.parametrize(
    ("document", "outcome", "modules", "words"),
    [
        (module_list(blog="healthy", auth="healthy"), Outcome.PASSED, (), "well"),
        (module_list(auth="degraded", blog="healthy"), Outcome.PASSED, (), "well"),
        (module_list(auth="healthy"), Outcome.FAILED, ("blog",), "missing: blog"),
        (module_list(auth="healthy", blog="healthy", x="healthy"), Outcome.FAILED, (), "not in the release: x"),
        (module_list(auth="healthy", blog="unhealthy"), Outcome.FAILED, ("blog",), "unhealthy: blog"),
        (module_list(auth="healthy", blog="on fire"), Outcome.FAILED, ("blog",), "unhealthy: blog"),
        ({"modules": [{"name": "x"}]}, Outcome.ERRORED, (), "without its list"),
    ],
)
def test_modules_are_those_of_the_release_and_well(
    document: dict[str, Any], outcome: Outcome, modules: tuple[str, ...], words: str
) -> None:
    result = seen(check(CheckKind.MODULES), Reply(200, document), expectation("auth", "blog"))
    assert (result.outcome, result.modules) == (outcome, modules)
    assert words in result.seen


def test_a_module_that_was_unwell_before_is_told_and_does_not_fail_the_release() -> None:
    expected = expectation("auth", "blog", unwell=frozenset({"blog"}))
    result = seen(check(CheckKind.MODULES), Reply(200, module_list(auth="ok", blog="unhealthy")), expected)
    assert (result.outcome, result.modules) == (Outcome.PASSED, (ModuleName("blog"),))


def test_nobody_there_is_errored() -> None:
    result = HttpProber().run(
        check(CheckKind.HTTP), url="http://127.0.0.1:9", expected=expectation(), timeout=timedelta(seconds=1)
    )
    assert result.outcome is Outcome.ERRORED


def test_an_answer_that_takes_too_long_is_errored() -> None:
    release = threading.Event()
    try:
        reply = Reply(200, {}, before=lambda: release.wait(2))
        result = seen_slowly(reply, release)
    finally:
        release.set()
    assert result.outcome is Outcome.ERRORED
    assert "within" in result.seen


def seen_slowly(reply: Reply, release: threading.Event) -> CheckResult:
    with answering(lambda _request: reply) as server:
        try:
            return HttpProber().run(
                check(CheckKind.HTTP), url=server.url, expected=expectation(), timeout=timedelta(milliseconds=100)
            )
        finally:
            release.set()


def test_a_connection_that_went_with_its_process_is_made_anew() -> None:
    prober = HttpProber()
    closing = Reply(200, {}, headers={"Connection": "keep-alive"})
    with answering(lambda _request: closing) as server:
        for _ in range(3):
            result = prober.run(
                check(CheckKind.HTTP), url=server.url, expected=expectation(), timeout=timedelta(seconds=1)
            )
            assert result.outcome is Outcome.PASSED
