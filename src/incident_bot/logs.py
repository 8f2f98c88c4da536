"""Structured logs: one event name per place, ids but never message texts, tokens or names."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict

_ROW = re.compile(
    r"DETAIL: .*?(?=\n\[SQL:|\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL
)


def without_rows(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Leave out of a traceback what PostgreSQL tells of the row that it refused: what people said."""
    if "exception" in event:
        event["exception"] = _ROW.sub("DETAIL: (left out)", event["exception"])
    return event


def configure_logs(level: str, form: str) -> None:
    """Send structured logs to stderr: `json` for machines, `text` for a terminal."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if form == "text"
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_rows,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    # The SDK logs message payloads at DEBUG and a traceback per failed reconnect at ERROR.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s", force=True)
    for name in ("slack_sdk", "slack_bolt", "aiohttp", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
