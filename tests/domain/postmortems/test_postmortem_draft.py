"""A draft says what the record and the channel say, in order, and leaves the rest to people."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.postmortems.checkout_incident import (
    EVIDENCE,
    NOW,
    OPTIONS,
    RECORD,
    ROOM,
    START,
    TEMPLATE,
    at,
    entry,
    permalink,
    said,
    ts,
)
from domain.postmortems.golden_drafts import BARE, FOLDER, drafts
from incident_bot.domain.postmortems.assemble import assemble
from incident_bot.domain.postmortems.draft import Draft
from incident_bot.domain.postmortems.fields import FIELDS
from incident_bot.domain.postmortems.options import Options
from incident_bot.domain.postmortems.record import (
    Evidence,
    PageRecord,
    SeverityChange,
    UpdateRecord,
)
from incident_bot.domain.postmortems.render import render
from incident_bot.domain.postmortems.transcript import Deletion, Message, Reaction, Transcript


def drafted(*messages: Message, evidence: Evidence = BARE, options: Options = OPTIONS) -> Draft:
    transcript = replace(evidence.transcript, messages=messages)
    return assemble(replace(evidence, transcript=transcript), now=NOW, options=options)


def texts(draft: Draft) -> list[str]:
    return [row.text for row in draft.timeline]


@pytest.mark.parametrize("name", sorted(drafts()))
def test_draft_equals_its_golden_file(name: str) -> None:
    assert drafts()[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_all_nineteen_fields_are_sections() -> None:
    document = drafts()["bare.md"]
    assert [field.number for field in FIELDS] == list(range(1, 20))
    for field in FIELDS:
        assert document.count(f"<!-- ib:section={field.key} hash=") == 1
        assert document.count(f"<!-- ib:end={field.key} -->") == 1


def test_same_evidence_in_any_order_gives_the_same_document() -> None:
    shuffled = replace(
        EVIDENCE,
        timeline=EVIDENCE.timeline[::-1],
        transcript=replace(EVIDENCE.transcript, messages=EVIDENCE.transcript.messages[::-1]),
    )
    first = render(assemble(EVIDENCE, now=NOW, options=OPTIONS), TEMPLATE)
    assert render(assemble(shuffled, now=NOW, options=OPTIONS), TEMPLATE) == first


def test_nothing_unknown_is_printed_as_zero() -> None:
    document = drafts()["bare.md"]
    assert "| Time to detect (MTTD: impact start → detection) | – |" in document
    assert "| Users, accounts or requests affected | ? |" in document
    assert "0 s" not in document


def test_timeline_is_in_order_of_time() -> None:
    rows = assemble(EVIDENCE, now=NOW, options=OPTIONS).timeline
    assert [row.at for row in rows] == sorted(row.at for row in rows)


def test_pinned_message_and_its_event_are_one_row_with_the_edited_text() -> None:
    rows = assemble(EVIDENCE, now=NOW, options=OPTIONS).timeline
    pool = [row for row in rows if "DB pool" in row.text]
    assert len(pool) == 1
    assert pool[0].text.endswith("(was 60 %)")
    assert "edited" in pool[0].tags


def test_reaction_on_a_thread_reply_makes_a_row_at_the_reply() -> None:
    reply = said(9, "UBOB", "meh", thread_ts=ts(5), reactions=(Reaction("pushpin", ("UANN",)),))
    row = drafted(reply).timeline[0]
    assert (row.text, row.at) == ("meh", reply.at)
    assert "in thread" in row.tags


def test_event_that_knows_its_message_needs_no_permalink() -> None:
    marked = said(9, "UBOB", "disk is full", permalink=None, pinned=True)
    logged = entry(9, "pin", "disk is full", source="slack", message=marked.key)
    assert texts(drafted(marked, evidence=replace(BARE, timeline=(logged,)))) == ["disk is full"]


def test_event_of_a_deleted_message_is_dropped_and_counted() -> None:
    gone = entry(9, "pinned", "my password", permalink=permalink(ts(9)), source="slack")
    evidence = replace(
        BARE,
        timeline=(gone,),
        transcript=Transcript(deletions=(Deletion(ROOM, ts(9), "UBOB"),)),
    )
    draft = assemble(evidence, now=NOW)
    assert not draft.timeline
    assert draft.completeness.deleted == 1


def test_off_the_record_outranks_every_mark() -> None:
    marked = said(3, "UBOB", "[off-record] hm", reactions=(Reaction("pushpin", ("UANN",)),))
    refused = said(4, "UBOB", "rolled back api", reactions=(Reaction("no_entry_sign", ("UBOB",)),))
    logged = entry(3, "pinned", "hm", permalink=marked.permalink, source="slack")
    evidence = replace(BARE, timeline=(logged,))
    draft = drafted(marked, refused, evidence=evidence)
    assert texts(draft) == []
    assert draft.completeness.off_record == 2


def test_bots_are_left_out_unless_somebody_marks_them() -> None:
    noise = said(3, "UBOT", "Reminder: rolled back api-1", bot_id="BOTHER")
    marked = said(4, None, "Disk 97 %", bot_id="BOTHER", pinned=True)
    assert texts(drafted(noise, marked)) == ["Disk 97 %"]


def test_repeats_of_one_alert_collapse_into_one_row_with_a_count() -> None:
    posts = [
        said(minute, None, f"FIRING: disk at 9{minute} %", bot_id="BALERT")
        for minute in (1, 3, 5, 8)
    ]
    later = said(40, None, "FIRING: disk at 99 %", bot_id="BALERT")
    rows = drafted(*posts, later, options=Options(bots={"BALERT": "alert"})).timeline
    assert [(row.at, row.count) for row in rows] == [(posts[0].at, 4), (later.at, 1)]
    assert rows[0].last_at == posts[-1].at


def test_alert_the_event_log_has_is_not_told_again_by_its_channel_copy() -> None:
    fired = entry(-3, "alert_fired", "HighErrorRate", source="alert", fingerprint="a1b2c3d4")
    copy = said(-3, None, "HighErrorRate a1b2c3d4 firing", bot_id="BALERT")
    draft = drafted(
        copy,
        evidence=replace(BARE, timeline=(fired,)),
        options=Options(bots={"BALERT": "alert"}),
    )
    assert texts(draft) == ["HighErrorRate"]


def test_same_words_said_twice_are_one_row_unless_marked() -> None:
    first = said(3, "UBOB", "rolled back api to v1")
    again = said(4, "UBOB", "Rolled back  api to v1")
    marked = said(5, "UBOB", "rolled back api to v1", pinned=True)
    draft = drafted(first, again, marked)
    assert [row.at for row in draft.timeline] == [first.at, marked.at]
    assert draft.completeness.dropped == {"said twice": 1}


def test_a_broadcast_reply_and_a_redelivery_count_once() -> None:
    reply = said(6, "UBOB", "restarted api-1", thread_ts=ts(5))
    broadcast = replace(reply, subtype="thread_broadcast")
    draft = drafted(reply, broadcast, reply)
    assert texts(draft) == ["restarted api-1"]
    assert draft.completeness.dropped == {"seen twice": 2}


def test_a_guess_is_marked_as_hypothesis_and_kept() -> None:
    guess = said(6, "UBOB", "I think the db pool is at 98 % because of v42")
    row = drafted(guess).timeline[0]
    assert row.confidence == "hypothesis"
    assert "hypothesis" in row.tags


def test_unanswered_question_is_an_open_question_not_a_row() -> None:
    asked = said(6, "UBOB", "who owns the certificate of api-1?")
    answered = said(7, "UANN", "is replica db-2 failed over?", reply_count=1)
    draft = drafted(asked, answered)
    assert [row.text for row in draft.questions] == [asked.text]
    assert asked.text not in texts(draft)


def test_silence_during_a_grave_incident_is_flagged_neutrally() -> None:
    record = replace(
        RECORD,
        severity_history=(SeverityChange(at(0), "SEV1", 1), SeverityChange(at(40), "SEV3", 3)),
    )
    evidence = replace(BARE, record=record, timeline=(entry(0, "declared", "Declared"),))
    gaps = [row.text for row in assemble(evidence, now=NOW).timeline if row.kind == "gap"]
    assert gaps == ["No recorded activity for 40 min (14:00–14:40)"]


def test_phases_follow_the_status_history() -> None:
    phases = {row.text: row.phase for row in assemble(EVIDENCE, now=NOW).timeline}
    assert phases["HighErrorRate checkout at 7 %"] == "detection"
    assert phases["Declared SEV2: Checkout 5xx"] == "investigation"
    assert phases["Status investigating → identified"] == "mitigation"
    assert phases["Rollback finished, error rate 0.1 %"] == "recovery"
    assert phases["Resolved: rolled back to v41"] == "follow-up"


def test_backdated_entry_says_when_it_was_recorded() -> None:
    late = entry(5, "note", "DNS changed", source="human", recorded_at=at(20))
    row = assemble(replace(BARE, timeline=(late,)), now=NOW).timeline[0]
    assert row.at == at(5)
    assert row.tags == ("recorded 14:20:00Z",)


def test_a_page_nobody_answered_makes_no_responder() -> None:
    silent = PageRecord(user_id="UMOS", sent_at=at(1), state="expired")
    draft = assemble(replace(BARE, pages=(silent,)), now=NOW)
    assert draft.responders == ()


def test_hints_say_what_was_recorded_about_pages_updates_and_runbooks() -> None:
    within = timedelta(minutes=5)
    evidence = replace(
        BARE,
        record=replace(BARE.record, reopened=1),
        pages=(
            PageRecord(user_id="UMOS", sent_at=at(1), state="expired", ack_within=within),
            PageRecord(
                user_id="UANN",
                sent_at=at(6),
                state="acknowledged",
                acknowledged_at=at(14),
                ack_within=within,
            ),
        ),
        updates=(UpdateRecord(at=at(29), due_at=at(30), text="calm"),),
    )
    draft = assemble(evidence, now=NOW)
    assert draft.hints.well == ("Every status update that was due went out in time (1 of 1).",)
    assert draft.hints.poorly == (
        "The page to משה was not acknowledged.",
        "The page to Ann was acknowledged after 8 min.",
        "No alert is on record; a person noticed first.",
        "The incident was reopened once.",
    )
    assert draft.hints.lucky == ()
    assert [c.text for c in draft.candidates] == ["Write a runbook for this kind of incident"]


def test_long_message_is_quoted_to_a_word_end() -> None:
    long = said(3, "UBOB", "restarted api-1 " + "because the pool was full " * 40, pinned=True)
    text = texts(drafted(long))[0]
    assert len(text) <= 280
    assert text.endswith(("full…", "because…", "the…", "pool…", "was…"))


def test_telling_messages_outrank_others_when_there_is_no_room() -> None:
    chat = [said(i / 10, "UBOB", f"latency p95 {i} ms") for i in range(200)]
    strong = said(30, "UBOB", "confirmed: restarted db-1, error rate 0.1 %")
    rows = drafted(*chat, strong).timeline
    assert strong.text in [row.text for row in rows]
    assert len(rows) <= OPTIONS.most_rows


def test_unreadable_places_are_named_in_the_appendix() -> None:
    document = drafts()["checkout.md"]
    assert "| Threads that could not be read | 1 |" in document
    assert "missing_scope channels:history" in document


def test_drill_says_so_at_the_top() -> None:
    drill = replace(BARE, record=replace(BARE.record, drill=True))
    assert "# \\[DRILL\\] INC-7: Untitled incident" in render(assemble(drill, now=NOW), TEMPLATE)


def test_window_begins_an_hour_before_impact() -> None:
    window = assemble(EVIDENCE, now=NOW).completeness.window
    assert window == (at(-9) - timedelta(hours=1), at(65) + timedelta(hours=24))
    assert assemble(BARE, now=NOW).completeness.window == (START - timedelta(hours=1), NOW)
