"""
Sets up logging once per process: structured, on stderr, without secrets.

On a terminal it is readable text, elsewhere one JSON object a line. A trace never shows the values of names: structlog
would, where `rich` is installed, and wraps them so that no secret keeps its shape. Everything passes one handler whose
filter redacts, also what libraries log. `github` and `urllib3` never speak below INFO: at DEBUG PyGithub logs the answer
that holds a fresh installation token. Nor do `urllib3`'s warnings tell of each connection that broke: who called it says
so once.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from controller.redaction import redact

_CAPPED = ("github", "urllib3", "requests")


class Redaction(logging.Filter):
    """Redacts a record's message, its arguments and its traceback; drops DEBUG of the capped libraries."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is let through; it is changed in place."""
        if record.levelno < logging.INFO and record.name.split(".")[0] in _CAPPED:
            return False
        if not isinstance(record.msg, dict):
            record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        return True


def redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: redacts every text in an event, however deep."""
    return {key: _redacted(value) for key, value in event.items()}


def configure(*, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Makes the root logger and structlog write to `stream` (stderr where none is given)."""
    target = stream if stream is not None else sys.stderr
    handler = logging.StreamHandler(target)
    handler.addFilter(Redaction())
    handler.setFormatter(_formatter(for_people=target.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _CAPPED:
        logging.getLogger(name).setLevel(max(level, logging.ERROR if name == "urllib3" else logging.INFO))
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )


def _formatter(*, for_people: bool) -> logging.Formatter:
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if for_people:
        last += [redact_event, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    else:
        last += [structlog.processors.format_exc_info, redact_event, structlog.processors.JSONRenderer(sort_keys=True)]
    last.append(_redact_line)
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_shared(), processors=last)


def _redact_line(_logger: WrappedLogger, _method: str, line: Any) -> Any:
    """The last look, at the line itself: an object that was only now made text may hold a secret, too."""
    return redact(line) if isinstance(line, str) else line


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact_event,
    ]


def _redacted(value: object) -> object:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bytes):
        return redact(value.decode(errors="replace"))
    if isinstance(value, dict):
        return {key: _redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_redacted(item) for item in value) if type(value) in (list, tuple) else redact(repr(value))
    if isinstance(value, BaseException):
        return redact(repr(value))
    return value
