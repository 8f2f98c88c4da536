"""One incident, told once for many tests: record, event log, channel, and a golden draft."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from incident_bot.domain.postmortems.options import Options
from incident_bot.domain.postmortems.record import (
    ActionItem,
    Decision,
    Evidence,
    IncidentRecord,
    Link,
    PageRecord,
    RoleTenure,
    RunbookUse,
    SeverityChange,
    StatusChange,
    TimelineEntry,
    UpdateRecord,
)
from incident_bot.domain.postmortems.transcript import (
    Deletion,
    Message,
    People,
    Person,
    Reaction,
    Transcript,
)
from incident_bot.integrations.postmortem_templates import load_templates

TEMPLATE = load_templates(Path(__file__).parents[3] / "templates").postmortem
START = datetime(2026, 3, 7, 14, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 7, 18, 0, tzinfo=UTC)
ROOM = "C0CHECKOUT"

PEOPLE = People(
    known={
        "UANN": Person("UANN", "Ann", "Ann Lee", "Europe/Dublin"),
        "UBOB": Person("UBOB", "bob|the*builder", "Bob Stone"),
        "UMOS": Person("UMOS", "משה", "משה כהן"),
        "UBOT": Person("UBOT", "incident-bot", is_bot=True),
    },
    channels={ROOM: "inc-42-checkout-5xx", "CALERTS": "alerts"},
    groups={"SONCALL": "checkout-oncall"},
)


def at(minutes: float) -> datetime:
    """An instant ``minutes`` after the declaration."""
    return START + timedelta(minutes=minutes)


def ts(minutes: float) -> str:
    """The Slack ts of that instant."""
    return f"{int(at(minutes).timestamp())}.000100"


def permalink(stamp: str, channel: str = ROOM) -> str:
    """The address Slack gives to a message."""
    return f"https://acme.slack.com/archives/{channel}/p{stamp.replace('.', '')}"


def said(minutes: float, user: str, text: str, **more: object) -> Message:
    """A message in the room."""
    stamp = ts(minutes)
    message = Message(ROOM, stamp, text, user, permalink=permalink(stamp))
    return replace(message, **more)  # type: ignore[arg-type]


def entry(minutes: float, kind: str, text: str, **more: object) -> TimelineEntry:
    """A row of the event log."""
    return replace(TimelineEntry(at=at(minutes), kind=kind, text=text), **more)  # type: ignore[arg-type]


RECORD = IncidentRecord(
    number=42,
    title="Checkout 5xx",
    status="resolved",
    declared_at=START,
    declared_by="UANN",
    severity_history=(
        SeverityChange(at(0), "SEV2", 2, "UANN"),
        SeverityChange(at(10), "SEV1", 1, "UANN", "all regions"),
    ),
    status_history=(
        StatusChange(at(0), "investigating"),
        StatusChange(at(35), "identified", "UANN"),
        StatusChange(at(50), "monitoring", "UANN"),
        StatusChange(at(65), "resolved", "UANN"),
    ),
    service="checkout",
    impact_started_at=at(-9),
    mitigated_at=at(50),
    resolved_at=at(65),
    roles=(
        RoleTenure("commander", "UANN", at(1)),
        RoleTenure("scribe", "UMOS", at(4)),
    ),
    owner="UANN",
    room_id=ROOM,
    room_name="inc-42-checkout-5xx",
    tags=("payments",),
    links=(Link("Call recording", "https://meet.example.com/rec/42"),),
)

TIMELINE = (
    entry(
        -4,
        "alert_fired",
        "HighErrorRate checkout at 7 %",
        source="alert",
        actor="Alertmanager",
        group="checkout-5xx",
        fingerprint="a1b2c3d4e5",
    ),
    entry(-2, "alert_fired", "HighErrorRate checkout at 9 %", source="alert", group="checkout-5xx"),
    entry(0, "declared", "Declared SEV2: Checkout 5xx", actor="UANN"),
    entry(1, "page", "Paging checkout", actor="UANN"),
    entry(3, "acknowledged", "<@UBOB> acknowledged the page of checkout", actor="UBOB"),
    entry(10, "severity", "Severity SEV2 → SEV1: all regions", actor="UANN"),
    entry(12, "runbook", "<@UBOB> opened api-5xx › Diagnostics", actor="UBOB"),
    entry(
        14,
        "pinned",
        "DB pool at 98 % on db-1",
        actor="UBOB",
        permalink=permalink(ts(14)),
        source="slack",
    ),
    entry(16, "note", "Traffic <moved> & drained at 14:15?", actor="UMOS", source="human"),
    entry(35, "status", "Status investigating → identified", actor="UANN"),
    entry(50, "mitigated", "Rollback finished, error rate 0.1 %", actor="UANN"),
    entry(65, "resolved", "Resolved: rolled back to v41", actor="UANN"),
    entry(70, "postmortem_asked", "<@UANN> asked for the post-mortem", actor="UANN"),
)

MESSAGES = (
    said(1.5, "UBOT", "Control card", bot_id="BBOT"),
    said(2, "UBOB", "hello all"),
    said(3.5, "UBOB", "on it"),
    said(
        5,
        "UBOB",
        "p95 is 2.3s and rising, see <https://grafana.example.com/d/abc?orgId=1|latency>",
        reply_count=2,
    ),
    said(6, "UMOS", "maybe the deploy of checkout v42?", thread_ts=ts(5)),
    said(6.5, "UANN", "<@UMOS> it was deployed to api-3 at 13:50", thread_ts=ts(5)),
    said(8, "UMOS", "NOTE: error rate 7 % in eu, 9 % in us"),
    said(14, "UBOB", "DB pool at 98 % on db-1 (was 60 %)", pinned=True, edited=True),
    said(20, "UBOB", "export PGPASSWORD=hunter2secret and restarted the pool on db-1"),
    said(21, "UANN", "[off-record] I am tired"),
    said(22, "UBOB", "[off-record] so am I", reactions=(Reaction("pushpin", ("UANN",)),)),
    said(24, "UMOS", "who owns the certificate for payments?"),
    said(30, "UBOB", "ACTION is on <@UANN>: we should add an alert on pool usage",
         reactions=(Reaction("ballot_box_with_check", ("UANN",)),)),
    said(31, "UBOB", ":tada: :tada:"),
    said(36, "UANN", "DECISION roll back checkout to v41, <!here> <!subteam^SONCALL>"),
    said(37, "UBOB", "rolled back checkout to v41", bot_id=None),
    said(38, "UBOB", "rolled back checkout to v41"),
    said(55, "UMOS", "error rate recovered, \u200fהכול תקין\u200f 🎉 | a < b"),
    said(56, "UBOB", "thanks everyone"),
    said(15, None, "Deployed checkout v42", bot_id="BDEPLOY"),
    said(15.5, None, "Deployed search v9", bot_id="BDEPLOY"),
    said(17, None, "Build 118 passed", bot_id="BNOISE"),
    said(4, "UANN", "<@UANN> has joined the channel", subtype="channel_join"),
)  # fmt: skip

EVIDENCE = Evidence(
    record=RECORD,
    people=PEOPLE,
    timeline=TIMELINE,
    transcript=Transcript(
        messages=MESSAGES,
        deletions=(Deletion(ROOM, ts(9), "UBOB"),),
        channels={ROOM: "inc-42-checkout-5xx", "CALERTS": "alerts"},
        unread_threads=1,
        failures=("#alerts: missing_scope channels:history",),
    ),
    pages=(
        PageRecord(
            user_id="UBOB",
            sent_at=at(1),
            state="acknowledged",
            acknowledged_at=at(3),
            ack_within=timedelta(minutes=5),
            policy="checkout",
        ),
        PageRecord(user_id="UMOS", sent_at=at(1), state="failed", failure="no Slack access"),
    ),
    updates=(
        UpdateRecord(at=at(28), due_at=at(30), author="UANN", text="Looking at the pool"),
        UpdateRecord(at=at(63), due_at=at(58), author="UANN", text="Rolled back"),
    ),
    runbooks=(
        RunbookUse(
            name="api-5xx",
            sections=("Symptoms", "Diagnostics"),
            opened_by="UBOB",
            steps_done=3,
            ratings=("worked", "outdated"),
            gaps=("no step for a full pool",),
        ),
    ),
    actions=(
        ActionItem(
            text="Add an alert on pool usage",
            owner="UBOB",
            due=date(2026, 3, 22),
            kind="Detect",
            number=1,
        ),
    ),
    decisions=(Decision(at=at(36), text="Roll back to v41", by="UANN", worked=True),),
)

OPTIONS = Options(bots={"BDEPLOY": "deploy"}, own_ids=frozenset({"UBOT", "BBOT"}))
