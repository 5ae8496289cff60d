"""The port `Prober` over HTTP."""

from __future__ import annotations

from datetime import timedelta

from controller.adapters.probes import judging
from controller.adapters.probes.asking import Asker, NotTold, Seen
from controller.core.configuration import CheckDefinition, CheckKind
from controller.core.model import CheckResult, Outcome
from controller.ports import Expectation


class HttpProber:
    """Runs checks against an environment's address."""

    def __init__(self) -> None:
        self._asker = Asker()

    def run(self, check: CheckDefinition, *, url: str, expected: Expectation, timeout: timedelta) -> CheckResult:
        """Runs one check. What it cannot find out is `errored`; it raises nothing for what it found."""
        try:
            seen = self._asker.get(f"{url.rstrip('/')}{check.path}", headers=check.headers, timeout=timeout)
        except NotTold as error:
            return CheckResult(check=check.name, outcome=Outcome.ERRORED, seen=str(error))
        return _judged(check, seen, expected)


def _judged(check: CheckDefinition, seen: Seen, expected: Expectation) -> CheckResult:
    match check.kind:
        case CheckKind.HTTP:
            return judging.http(check, seen)
        case CheckKind.RELEASE:
            return judging.release(check, seen, expected)
        case CheckKind.READINESS:
            return judging.readiness(check, seen, expected)
        case CheckKind.MODULES:
            return judging.modules(check, seen, expected)
