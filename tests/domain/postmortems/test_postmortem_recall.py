"""Which messages become rows, measured on channels whose rows were labelled by hand."""

import sys
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.postmortems.checkout_incident import EVIDENCE, NOW, OPTIONS, said, ts
from incident_bot.domain.postmortems.assemble import assemble
from incident_bot.domain.postmortems.transcript import Message, Reaction, Transcript

PIN = (Reaction("pushpin", ("UANN",)),)


@dataclass(frozen=True)
class Labelled:
    """A message, whether it belongs in the timeline, and whether a hard signal says so."""

    message: Message
    row: bool
    hard: bool = False


def yes(minute: float, user: str, text: str, **more: object) -> Labelled:
    return Labelled(said(minute, user, text, **more), row=True)


def no(minute: float, user: str, text: str, **more: object) -> Labelled:
    return Labelled(said(minute, user, text, **more), row=False)


def hard(minute: float, user: str, text: str, **more: object) -> Labelled:
    return Labelled(said(minute, user, text, **more), row=True, hard=True)


CHANNELS = {
    "database": (
        no(1, "UBOB", "hey"),
        no(2, "UANN", "looking"),
        yes(3, "UBOB", "primary db-1 has 480 connections, limit is 500"),
        no(4, "UANN", "is anybody on the db team around?"),
        yes(5, "UBOB", "replica db-2 lag is 340 s", reply_count=3),
        no(5.2, "UCAT", "ouch", thread_ts=ts(5)),
        yes(5.4, "UCAT", "killed 40 idle connections on db-1", thread_ts=ts(5)),
        no(6, "UANN", ":eyes:"),
        hard(7, "UBOB", "hm", pinned=True),
        hard(8, "UCAT", "weird", reactions=PIN),
        yes(9, "UBOB", "I think the 13:50 deploy leaks connections, p99 is 4 s"),
        no(10, "UCAT", "+1"),
        hard(11, "UANN", "DECISION fail over to db-2"),
        yes(12, "UBOB", "failed over to db-2"),
        no(13, "UCAT", "nice"),
        yes(14, "UBOB", "error rate back to normal"),
        no(15, "UANN", "thanks team"),
        no(16, "UCAT", "https://giphy.com/gifs/party"),
    ),
    "deploy": (
        no(1, "UCAT", "good morning everyone"),
        yes(2, "UCAT", "500s on /checkout started, 12 % of requests"),
        yes(3, "UBOB", "identified: v42 reads a missing flag `checkout.tax`"),
        no(4, "UCAT", "do we have somebody from tax?"),
        yes(5, "UBOB", "reverted in https://github.com/acme/checkout/pull/7 and deploying v43"),
        hard(6, "UMOS", "NOTE customer support has 20 tickets"),
        hard(6.5, "UMOS", "todo: tell the account managers"),
        no(7, "UCAT", "lol"),
        no(8, "UCAT", "I will get a coffee and come back to this channel later"),
        hard(9, "UCAT", "flags should fail closed",
             reactions=(Reaction("bulb", ("UBOB",)),)),
        yes(10, "UBOB", "deployed v43 to checkout, 5xx at 0.2 %"),
        no(11, "UCAT", "can someone confirm?", reply_count=1),
        yes(11.5, "UANN", "confirmed recovered on the dashboard", thread_ts=ts(11)),
        hard(12, "UBOB", "alert on missing flags",
             reactions=(Reaction("ballot_box_with_check", ("UANN",)),)),
        no(13, "UCAT", "I had the same problem in my last job, funny story really"),
    ),
}  # fmt: skip


def kept(*messages: Message) -> set[str]:
    evidence = replace(EVIDENCE, timeline=(), transcript=Transcript(messages=messages))
    rows = assemble(evidence, now=NOW, options=OPTIONS).timeline
    return {row.evidence_url or "" for row in rows}


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_rows_of_a_labelled_channel(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    channel = CHANNELS[name]
    found = kept(*(item.message for item in channel))
    wanted = {item.message.permalink for item in channel if item.row}
    certain = {item.message.permalink for item in channel if item.hard}
    precision, recall = len(found & wanted) / len(found), len(found & wanted) / len(wanted)
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: precision {precision:.2f}, recall {recall:.2f}\n")
    assert certain <= found
    assert precision >= 0.85
    assert recall >= 0.85


@given(
    words=st.text(max_size=60),
    minute=st.floats(min_value=-500, max_value=5000),
    mark=st.sampled_from(["pinned", "pushpin", "stopwatch", "mega", "bulb"]),
    crowd=st.integers(min_value=0, max_value=120),
)
def test_a_hard_signal_is_always_in(words: str, minute: float, mark: str, crowd: int) -> None:
    text = f"x{words}"
    reactions = () if mark == "pinned" else (Reaction(mark, ("UANN",)),)
    wanted = said(minute, "UBOB", text, pinned=mark == "pinned", reactions=reactions)
    others = [
        said(1 + i / 60, "UANN", f"confirmed: restarted api-{i}, p95 at {i} ms")
        for i in range(crowd)
    ]
    others = [other for other in others if other.ts != wanted.ts]
    assert wanted.permalink in kept(wanted, *others)
