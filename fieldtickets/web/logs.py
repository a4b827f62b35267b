"""The log: JSON lines on standard output, with nothing in them that opens, names or quotes (N05, N07, X06).

A traceback is written as places in the code. The message of an exception often quotes what somebody typed,
so it is written only for those that speak of the machine: the database's connection, files, sockets.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from structlog.typing import EventDict

from fieldtickets.web.scrub import scrub, scrubbed

DEEPEST = 12  # places of a traceback, the innermost
HANDLER = "fieldtickets"


class StandardOutput(logging.Handler):
    """Writes to whatever standard output is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        sys.stdout.write(self.format(record) + "\n")
        sys.stdout.flush()


def configure() -> None:
    """Send our log and that of every library the same way. May be called again."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=True)],
        logger_factory=structlog.WriteLoggerFactory(),
    )
    handler = StandardOutput()
    handler.name = HANDLER
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
            keep_exc_info=False,
        )
    )
    root = logging.getLogger()
    root.handlers = [*(old for old in root.handlers if old.name != HANDLER), handler]


def without_secrets(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Take out of a line what a log may not hold, and put an exception into one of its values."""
    raised = line.pop("exc_info", None)
    error = sys.exc_info()[1] if raised is True else raised[1] if isinstance(raised, tuple) else raised
    clean: EventDict = scrubbed(line)
    if isinstance(error, BaseException):
        clean["error"] = list(trail(error))
    return clean


def trail(error: BaseException) -> Iterator[dict[str, Any]]:
    """An exception and those that led to it: what kind, where, and what the machine said."""
    seen: BaseException | None = error
    while seen is not None:
        places = traceback.extract_tb(seen.__traceback__)[-DEEPEST:]
        yield {
            "type": type(seen).__qualname__,
            "said": _said(seen),
            "at": [f"{place.filename}:{place.lineno} {place.name}" for place in places],
        }
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _said(error: BaseException) -> str:
    if isinstance(error, IntegrityError):  # only which promise was broken: the rest quotes the row
        diagnosis = getattr(error.orig, "diag", None)
        return str(diagnosis.constraint_name if diagnosis else error.orig)
    if isinstance(error, OperationalError):
        return scrub(str(error.orig))
    return scrub(str(error)) if isinstance(error, OSError | ImportError | NameError | AttributeError) else ""
