"""Traces: from a gesture, through the job table, to the calls to Slack; and never what was said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from incident_bot.domain.effects import Inbound
from incident_bot.integrations.otel import OtelTracer
from incident_bot.settings import Settings
from incident_bot.tracing import using
from support.world import World, a_world, on_call_config

Spans = list[ReadableSpan]


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """Where all spans of the test end up."""
    provider = TracerProvider(shutdown_on_exit=False)
    kept = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    with using(OtelTracer(provider)):
        yield kept


@pytest.fixture
async def world(tmp_path: Path, exporter: InMemorySpanExporter) -> AsyncIterator[World]:
    """A traced bot; Bo is on call, Chen is the second tier."""
    async with a_world(tmp_path, config=on_call_config(["bo"], ["chen"])) as made:
        yield made


def named(exporter: InMemorySpanExporter, name: str, **facts: object) -> Spans:
    """The spans of a name that say these facts, in the order of their ends."""
    wanted = {f"incident_bot.{key}": value for key, value in facts.items()}
    return [
        span
        for span in exporter.get_finished_spans()
        if span.name == name and wanted.items() <= dict(span.attributes or {}).items()
    ]


def above(exporter: InMemorySpanExporter, span: ReadableSpan) -> list[str]:
    """The names from a span up to the beginning of its trace."""
    known = {one.context.span_id: one for one in exporter.get_finished_spans()}
    names = []
    while span.parent is not None:
        span = known[span.parent.span_id]
        names.append(span.name)
    return names


async def test_a_declaration_is_one_trace_from_the_gesture_to_the_calls(
    world: World, exporter: InMemorySpanExporter
) -> None:
    await world.declared("sev2 checkout 5xx")

    (created,) = named(exporter, "slack call", method="conversations.create", outcome="ok")
    assert above(exporter, created) == ["effect room.open", "gesture slash_commands"]
    (effect,) = named(exporter, "effect room.open", incident=1, lane="state", outcome="Sent")
    assert effect.attributes is not None
    assert effect.attributes["incident_bot.attempt"] == 1
    # What follows from the room goes on below it.
    (announced,) = named(exporter, "effect announcement.post")
    assert above(exporter, announced) == ["effect room.open", "gesture slash_commands"]
    (rung,) = named(exporter, "effect page.ring", lane="pages")
    assert above(exporter, rung) == ["gesture slash_commands"]


async def test_a_gesture_says_which_incident_it_was_about_and_how_long_the_record_took(
    world: World, exporter: InMemorySpanExporter
) -> None:
    await world.declared("sev2 checkout 5xx")

    (gesture,) = named(exporter, "gesture slash_commands", incident=1, what="Declare")
    assert gesture.attributes is not None
    assert gesture.attributes["incident_bot.reference"]
    assert gesture.context is not None
    inside = [one for one in named(exporter, "transaction") if one.parent is not None]
    assert any(one.parent.span_id == gesture.context.span_id for one in inside if one.parent)


async def test_a_trace_goes_on_in_another_process(
    world: World, exporter: InMemorySpanExporter
) -> None:
    await world.slack.until(lambda: "incidents" in world.slack.channels(), what="its own channel")
    fault = world.slack.faults.add(
        method="conversations.create", answer="error", error="internal_error", nth=1
    )
    await world.person("ada").types("/incident declare sev3 slow search", channel="general")
    await world.slack.until(lambda: fault.struck == 1, what="the failing call")
    await world.settle()

    await world.restarted()
    await world.fast_forward(minutes=1)

    (failed,) = named(
        exporter, "slack call", method="conversations.create", outcome="internal_error"
    )
    (done,) = named(exporter, "slack call", method="conversations.create", outcome="ok")
    assert failed.context is not None
    assert done.context is not None
    assert failed.context.trace_id == done.context.trace_id
    assert failed.context.span_id != done.context.span_id


async def test_a_gesture_that_another_process_carries_out_stays_in_its_trace(
    world: World, exporter: InMemorySpanExporter
) -> None:
    body = {
        "command": "/incident",
        "text": "declare sev3 slow search",
        "user_id": world.person("ada").id,
        "channel_id": world.slack.channel("general").id,
        "trigger_id": "1.2.left-behind",
    }
    trace = f"00-{'ab' * 16}-{'cd' * 8}-01"
    desk = world.bot.desk
    async with desk.database.write() as tx:
        left = Inbound("slash_commands:1.2.left-behind", "slash_commands", body, trace)
        await tx.jobs.add([(left, desk.clock.now())], desk.clock.now())

    await world.room()
    await world.settle()

    for name in ("effect inbound", "effect room.open"):
        (span,) = named(exporter, name)
        assert span.context is not None
        assert span.context.trace_id == int("ab" * 16, 16)


async def test_a_timer_begins_a_trace_of_its_own_linked_to_what_armed_it(
    world: World, exporter: InMemorySpanExporter
) -> None:
    await world.declared("sev2 checkout 5xx")

    await world.fast_forward(minutes=5)

    (gesture,) = named(exporter, "gesture slash_commands")
    (timer,) = named(exporter, "timer.escalation")
    assert timer.parent is None
    assert gesture.context is not None
    assert [link.context.trace_id for link in timer.links] == [gesture.context.trace_id]
    second = named(exporter, "effect page.ring")[-1]
    assert above(exporter, second) == ["timer.escalation"]


async def test_commits_that_several_share_belong_to_no_single_trace(
    world: World, exporter: InMemorySpanExporter
) -> None:
    await world.declared("sev2 checkout 5xx")

    for effect in exporter.get_finished_spans():
        if effect.name.startswith("effect ") and effect.context is not None:
            mine = [
                one
                for one in named(exporter, "transaction")
                if one.parent is not None and one.parent.span_id == effect.context.span_id
            ]
            assert len(mine) == 1, effect.name


async def test_no_span_says_what_people_wrote(world: World, exporter: InMemorySpanExporter) -> None:
    ada, room = await world.declared("sev2 zanzibar outage")
    await ada.types("/incident log xylophone restarted", channel=room)
    await ada.types("/incident update quokka is back", channel=room)
    await ada.types("/page @bo wombat please", channel=room)
    await ada.says("narwhal", channel=room)
    await ada.types("/incident severity aardvark", channel=room)
    await world.settle()

    told = "\n".join(span.to_json() for span in exporter.get_finished_spans()).lower()
    assert "gesture events_api" in told
    for word in ("zanzibar", "xylophone", "quokka", "wombat", "narwhal", "aardvark", "xoxb-"):
        assert word not in told


async def test_what_fails_is_marked_by_its_kind_only(
    world: World, exporter: InMemorySpanExporter
) -> None:
    world.slack.faults.add(method="pins.add", answer="error", error="not_pinnable", nth=1)

    await world.declared("sev2 checkout 5xx")

    (call,) = named(exporter, "slack call", method="pins.add", outcome="not_pinnable")
    assert not call.status.is_ok
    assert call.attributes is not None
    assert call.attributes["error.type"] == "SlackRefused"
    assert not call.events
    (effect,) = named(exporter, "effect card.pin")
    assert effect.attributes is not None
    assert effect.attributes["incident_bot.outcome"] == "GiveUp"


async def test_spans_go_to_the_console_when_the_environment_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "our-bot")
    async with a_world(tmp_path, OTEL_TRACES_EXPORTER="console") as traced:
        await traced.declared("sev3 slow search")

    said = capsys.readouterr().err
    assert "effect room.open" in said
    assert '"service.name": "our-bot"' in said


async def test_a_bot_whose_exporter_is_unknown_works_without_traces(tmp_path: Path) -> None:
    async with a_world(tmp_path, OTEL_TRACES_EXPORTER="zipkin") as world:
        ada, room = await world.declared("sev3 slow search")
        await ada.sees("slow search", channel=room)


@pytest.mark.parametrize(
    ("environment", "exporters"),
    [
        ({}, ()),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, ("otlp",)),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, ("otlp",)),
        ({"OTEL_TRACES_EXPORTER": "otlp, console"}, ("otlp", "console")),
        ({"OTEL_TRACES_EXPORTER": "none"}, ()),
        (
            {
                "OTEL_TRACES_EXPORTER": "none",
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318",
            },
            (),
        ),
        ({"OTEL_TRACES_EXPORTER": "console", "OTEL_SDK_DISABLED": "true"}, ()),
    ],
)
def test_the_standard_variables_switch_traces_on(
    environment: dict[str, str], exporters: tuple[str, ...]
) -> None:
    assert Settings.model_validate(environment).trace_exporters == exporters


def test_a_bot_without_traces_does_not_load_opentelemetry() -> None:
    look = (
        "import sys, incident_bot.__main__, incident_bot.app, incident_bot.cli.run\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )

    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
