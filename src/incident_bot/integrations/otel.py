"""Traces for OpenTelemetry. Loaded by name, and only when somebody asked for traces.

Where spans go, how many are kept and what they are labelled with is set by the standard `OTEL_*`
variables, which the SDK reads by itself. What goes wrong with an exporter is never an incident of
the bot: it is logged, and the bot goes on.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.trace import Link, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from incident_bot.tracing import Facts, using

PREFIX = "incident_bot."
FLUSH_PATIENCE = 2.0  # seconds
OTLP = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
_log = structlog.get_logger()


class OtelTracer:
    """Spans of the bot as spans of OpenTelemetry."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("incident_bot")
        self._carriers = TraceContextTextMapPropagator()

    def begin(
        self, name: str, carrier: Mapping[str, Any], facts: Facts, *, apart: bool
    ) -> AbstractContextManager[None]:
        """A span that begins a trace, or goes on with that of a carrier; `apart`: only linked."""
        context = self._read(carrier)
        links = []
        if apart and context is not None:
            links = [Link(trace.get_current_span(context).get_span_context())]
            context = Context()
        return self._span(name, facts, SpanKind.CONSUMER, context, links)

    def step(self, name: str, facts: Facts) -> AbstractContextManager[None]:
        """A span within the current one; none when there is no current one."""
        if not _is_within():
            return contextlib.nullcontext()
        return self._span(name, facts, SpanKind.INTERNAL)

    def took(self, name: str, seconds: float) -> None:
        """A step that has just ended."""
        if _is_within():
            end = time.time_ns()
            span = self._tracer.start_span(name, start_time=end - round(seconds * 1e9))
            span.end(end)

    @contextlib.contextmanager
    def resume(self, carrier: Mapping[str, Any]) -> Iterator[None]:
        """What is carried on from inside belongs to the trace of a carrier."""
        token = attach(self._read(carrier) or Context())
        try:
            yield
        finally:
            detach(token)

    def note(self, facts: Facts) -> None:
        """Add facts to the current span."""
        trace.get_current_span().set_attributes(_attributes(facts))

    def carrier(self) -> dict[str, str]:
        """What to keep in order to go on with this trace elsewhere (W3C Trace Context)."""
        kept: dict[str, str] = {}
        self._carriers.inject(kept)
        return kept

    @contextlib.contextmanager
    def _span(
        self,
        name: str,
        facts: Facts,
        kind: SpanKind,
        context: Context | None = None,
        links: Iterable[Link] = (),
    ) -> Iterator[None]:
        with self._tracer.start_as_current_span(
            name,
            context=context,
            kind=kind,
            links=tuple(links),
            attributes=_attributes(facts),
            # What an exception says may quote a message or a statement with its values.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise

    def _read(self, carrier: Mapping[str, Any]) -> Context | None:
        """The context of a carrier, or None when it carries nothing."""
        kept = {k: v for k, v in carrier.items() if k in self._carriers.fields}
        return self._carriers.extract(kept, context=Context()) if kept else None


def _is_within() -> bool:
    return trace.get_current_span().get_span_context().is_valid


def _attributes(facts: Facts) -> dict[str, str | int | float | bool]:
    return {PREFIX + name: value for name, value in facts.items() if value is not None}


@contextlib.contextmanager
def traces(exporters: Iterable[str]) -> Iterator[None]:
    """Send traces until the end of the block: to `otlp` or `console`; others are logged."""
    named = Resource({SERVICE_NAME: "incident-bot"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=Resource.create().merge(named), shutdown_on_exit=False)
    for made in filter(None, map(_exporter, exporters)):
        provider.add_span_processor(BatchSpanProcessor(made))
    with using(OtelTracer(provider)):
        yield
    # In a thread that may be left behind: a collector that does not answer must not hold up the end.
    last_words = threading.Thread(target=provider.shutdown, daemon=True)
    last_words.start()
    last_words.join(FLUSH_PATIENCE)


def _exporter(name: str) -> SpanExporter | None:
    if name == "console":
        return ConsoleSpanExporter(out=sys.stderr)
    if name != "otlp":
        _log.warning("tracing.unknown_exporter", exporter=name, known="otlp, console, none")
        return None
    try:
        made: SpanExporter = importlib.import_module(OTLP).OTLPSpanExporter()
    except Exception as error:  # noqa: BLE001 -- without traces the bot still works
        _log.warning("tracing.no_exporter", why=repr(error), install="incident-bot[otel]")
        return None
    return made
