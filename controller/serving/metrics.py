"""
Figures for Prometheus: what was counted since the process began, and how the platform was at the last pass.

Labels hold names that are few and known: routes as templates, statuses, environments, reasons; never a person, a text from
outside or a secret. A scrape reads what the last pass left and asks nothing of the outside, so that it never waits.

Source of the names: Prometheus, "Metric and label naming".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from controller.access.routes import METRICS
from controller.reconcile.loop import Loop, PassReport
from controller.reconcile.observe import Observation
from controller.serving.figures import figures
from controller.showing.hub import Hub

router = APIRouter(tags=["service"])
_PASSES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_REQUESTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)
disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series a counter, which nobody asks for


class Metrics:
    """One process's registry, which is its own, so that nothing is counted that a library brings along."""

    def __init__(self, loop: Loop, hub: Hub) -> None:
        self.registry = CollectorRegistry()
        self._loop = loop
        self._last: PassReport | None = None
        self.passes = self._counter("passes", "Passes of the loop.", "outcome")
        self.took = self._histogram("pass_duration_seconds", "How long a pass took.", buckets=_PASSES)
        self.intents = self._counter("intents", "What passes carried out.", "intent", "outcome")
        self.requests = self._counter("http_requests", "Answers, by route as a template.", "route", "method", "status")
        self.answered = self._histogram(
            "http_request_duration_seconds", "From request to answer.", "route", "method", buckets=_REQUESTS
        )
        self.deliveries = self._counter("webhook_deliveries", "Deliveries of the forge.", "verdict")
        for verdict in ("accepted", "not_signed", "too_large", "too_slow"):
            self.deliveries.labels(verdict)
        for outcome in ("sound", "failing", "broken"):
            self.passes.labels(outcome)
        ProcessCollector(registry=self.registry)
        self._state = _State(loop, hub)
        self.registry.register(self._state)
        self.hear()
        loop.heard.append(self.hear)

    def hear(self) -> None:
        """After a pass, or a reading in between, which counts as none."""
        self._state.seen = self._loop.seen or self._state.seen
        report = self._loop.last
        if report is None or report is self._last:
            return
        self._last = report
        self.took.observe(report.took.total_seconds())
        self.passes.labels("broken" if report.problem else "failing" if report.failed else "sound").inc()
        for intent in report.done:
            self.intents.labels(type(intent).__name__, "done").inc()
        for intent, _ in report.failed:
            self.intents.labels(type(intent).__name__, "failed").inc()

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"modwright_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, *labels: str, buckets: Iterable[float]) -> Histogram:
        return Histogram(f"modwright_{name}", text, labels, registry=self.registry, buckets=tuple(buckets))


class _State(Collector):
    """How the platform was when somebody last looked, made anew for each scrape."""

    def __init__(self, loop: Loop, hub: Hub) -> None:
        self._loop = loop
        self._hub = hub
        self.seen: Observation | None = None

    def collect(self) -> Iterator[Metric]:
        """The figures."""
        return figures(self._loop, self._hub, self.seen)

    def describe(self) -> Iterable[Metric]:
        """Nothing: a registry that asks this while it is built would have everything collected."""
        return ()


@router.get(METRICS, include_in_schema=False)
async def get_metrics(request: Request) -> Response:
    """All of it, in the form that the scraper asks for."""
    metrics: Metrics = request.app.state.metrics
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(metrics.registry), headers={"Content-Type": media_type})
