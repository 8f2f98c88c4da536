"""A channel of any length costs in proportion to its length."""

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

import pytest

from domain.postmortems.checkout_incident import EVIDENCE, NOW, OPTIONS, TEMPLATE, said, ts
from incident_bot.domain.postmortems.assemble import assemble
from incident_bot.domain.postmortems.render import render
from incident_bot.domain.postmortems.transcript import Message, Transcript

SAYINGS = (
    "p95 is {n} ms on api-{n}",
    "<@UANN> restarted api-{n}, see <https://grafana.example.com/d/{n}|graph>",
    "what about host {n} then?",
    "ok",
    "we should add a limit of {n}",
    "password=hunter{n}xyz",
)


def crowd(size: int) -> tuple[Message, ...]:
    return tuple(
        replace(
            said(n / 900, ("UBOB", "UMOS", "UANN")[n % 3], SAYINGS[n % 6].format(n=n)),
            ts=f"{ts(n / 900)[:-6]}{n % 1000000:06d}",
            thread_ts=ts(0) if n % 7 == 0 else None,
        )
        for n in range(size)
    )


def calls_of(work: Callable[[], object]) -> int:
    """Python and C calls made by ``work``: a measure of effort that no clock blurs."""
    count = 0

    def tally(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(tally)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_twice_the_messages_cost_about_twice_the_work() -> None:
    def work(size: int) -> Callable[[], object]:
        evidence = replace(EVIDENCE, transcript=Transcript(messages=crowd(size)))
        return lambda: assemble(evidence, now=NOW, options=OPTIONS)

    small, large = calls_of(work(1500)), calls_of(work(3000))
    assert large < 2.3 * small


@pytest.mark.unmeasured
def test_fifty_thousand_messages_give_a_readable_document() -> None:
    evidence = replace(EVIDENCE, transcript=Transcript(messages=crowd(50_000)))
    draft = assemble(evidence, now=NOW, options=OPTIONS)
    assert draft.completeness.seen == 50_000
    assert len(draft.timeline) <= OPTIONS.most_rows + len(EVIDENCE.timeline)
    assert len(render(draft, TEMPLATE)) < 60_000
