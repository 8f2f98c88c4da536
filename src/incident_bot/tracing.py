"""Spans of what the bot does: nothing, until `using` is told a tracer.

A trace begins with a gesture of a person and goes on through the job table: `carrier()` is kept in
the row of a job, `begin()` takes it up again, maybe in another process. Facts are ids, kinds and
counts, never message texts, names or tokens.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Any, Protocol

Fact = str | int | float | bool | None
Facts = Mapping[str, Fact]
_NO: Mapping[str, Any] = MappingProxyType({})


class Tracer(Protocol):
    """What makes spans. Facts that are None are left out."""

    def begin(
        self, name: str, carrier: Mapping[str, Any], facts: Facts, *, apart: bool
    ) -> AbstractContextManager[None]:
        """A span that begins a trace, or goes on with that of a carrier; `apart`: only linked."""
        ...

    def step(self, name: str, facts: Facts) -> AbstractContextManager[None]:
        """A span within the current one; none when there is no current one."""
        ...

    def took(self, name: str, seconds: float) -> None:
        """A step that has just ended."""
        ...

    def resume(self, carrier: Mapping[str, Any]) -> AbstractContextManager[None]:
        """What is carried on from inside belongs to the trace of a carrier."""
        ...

    def note(self, facts: Facts) -> None:
        """Add facts to the current span."""
        ...

    def carrier(self) -> dict[str, str]:
        """What to keep in order to go on with this trace elsewhere (W3C Trace Context)."""
        ...


_NOTHING: AbstractContextManager[None] = contextlib.nullcontext()
_tracers: list[Tracer] = []


@contextlib.contextmanager
def using(tracer: Tracer) -> Iterator[None]:
    """Spans go to this tracer until the end of the block."""
    _tracers.append(tracer)
    try:
        yield
    finally:
        _tracers.remove(tracer)


def begin(
    name: str, carrier: Mapping[str, Any] = _NO, facts: Facts = _NO, *, apart: bool = False
) -> AbstractContextManager[None]:
    """A span that begins a trace, or goes on with that of a carrier; `apart`: is only linked."""
    if not _tracers:
        return _NOTHING
    return _tracers[-1].begin(name, carrier, facts, apart=apart)


def step(name: str, **facts: Fact) -> AbstractContextManager[None]:
    """A span within the current one; what nobody traces has no steps."""
    return _tracers[-1].step(name, facts) if _tracers else _NOTHING


def took(name: str, seconds: float) -> None:
    """A step that has just ended, and how long it took (seconds of the wall)."""
    if _tracers:
        _tracers[-1].took(name, seconds)


def resume(carrier: Mapping[str, Any]) -> AbstractContextManager[None]:
    """What is carried on from inside the block belongs to the trace of a carrier, or to none."""
    return _tracers[-1].resume(carrier) if _tracers else _NOTHING


def note(**facts: Fact) -> None:
    """Add facts to the current span, if there is one."""
    if _tracers:
        _tracers[-1].note(facts)


def carrier() -> dict[str, str]:
    """What to keep in order to go on with this trace elsewhere; empty when nothing is traced."""
    return _tracers[-1].carrier() if _tracers else {}
