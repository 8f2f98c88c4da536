"""Alerts as others tell of them, and the runbooks they lead to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_bot.domain.runbooks.books import runbooks_in
from incident_bot.domain.runbooks.firing import alerts_in, named_alerts, told_alerts
from incident_bot.domain.runbooks.parsing import parse
from incident_bot.domain.runbooks.shelf import Shelf
from support.alerts import (
    ALERTMANAGER_API,
    ALERTMANAGER_WEBHOOK,
    GRAFANA_WEBHOOK,
    PROMETHEUS_ALERTS,
    PROMETHEUS_RULES,
)

QUEUE = """---
alerts: [{name: QueueFull, expr: queue_used_ratio > 0.95, section: Diagnostics}]
---
# Queue is full

## Diagnostics

Look.
"""
SHELF = Shelf.of(runbooks_in(parse(QUEUE, "shop/queue-full.md"), library="books"))


def matched(text: str) -> tuple[str, str]:
    """The rule and the section that something pasted leads to."""
    (alert,) = told_alerts(text)
    match = SHELF.for_alert(alert.labels, alert.annotations, alert.generator_url)
    return match.rule, match.section.title if match.section else ""


@pytest.mark.parametrize(
    ("payload", "names", "rules"),
    [
        (ALERTMANAGER_WEBHOOK, ["QueueFull", "Watchdog"], ["alert_name", "none"]),
        (ALERTMANAGER_API, ["SomethingElse"], ["annotation"]),
        (PROMETHEUS_ALERTS, ["QueueFull"], ["alert_name"]),
        (PROMETHEUS_RULES, ["QueueFull"], ["alert_name"]),
        (GRAFANA_WEBHOOK, ["Queue full"], ["alert_name"]),
        (ALERTMANAGER_WEBHOOK["alerts"][0], ["QueueFull"], ["alert_name"]),
        ({"alertname": "queue_full", "severity": "page"}, ["queue_full"], ["alert_name"]),
    ],
    ids=["webhook", "api", "prometheus", "rules", "grafana", "one", "labels"],
)
def test_every_sender_is_understood(payload: Any, names: list[str], rules: list[str]) -> None:
    found = alerts_in(payload)
    assert [alert.name for alert in found] == names
    matches = [SHELF.for_alert(a.labels, a.annotations, a.generator_url) for a in found]
    assert [match.rule for match in matches] == rules
    assert [alert.name for alert in told_alerts(json.dumps(payload))] == names


def test_the_webhook_keeps_who_is_meant_and_how_it_is() -> None:
    firing, resolved = alerts_in(ALERTMANAGER_WEBHOOK)
    assert (firing.state, firing.fingerprint) == ("firing", "c2e8f2a5b1d94f03")
    assert resolved.state == "resolved"
    assert alerts_in(ALERTMANAGER_API)[0].state == "active"


@pytest.mark.parametrize(
    ("text", "rule", "section"),
    [
        ("QueueFull", "alert_name", "Diagnostics"),
        ("`ALERT_QUEUE_FULL`", "alert_name", "Diagnostics"),
        ("[FIRING:1] QueueFull (orders prod critical)", "alert_name", "Diagnostics"),
        ('{alertname="QueueFull", severity="critical"}', "alert_name", "Diagnostics"),
        ("{alertname=“QueueFull”}", "alert_name", "Diagnostics"),
        ("alertname=QueueFull instance=a:9100", "alert_name", "Diagnostics"),
        (
            "https://git.example.com/books/shop/queue-full.md#diagnostics",
            "annotation",
            "Diagnostics",
        ),
        (
            "http://prometheus:9090/graph?g0.expr=queue_used_ratio+%3E+0.95&g0.tab=1",
            "expression",
            "Diagnostics",
        ),
        (
            "http://alertmanager:9093/#/alerts?silenced=false&filter=%7Balertname%3D%22QueueFull%22%7D",
            "alert_name",
            "Diagnostics",
        ),
        ("Watchdog", "none", ""),
    ],
)
def test_whatever_is_pasted_leads_to_the_runbook(text: str, rule: str, section: str) -> None:
    assert matched(text) == (rule, section)


def test_a_sentence_names_candidates_and_nothing_else() -> None:
    found = named_alerts(
        "QueueFull again on checkout, see https://x.example/queue-full (v141, api-5xx)"
    )
    assert [alert.name for alert in found] == [
        "https://x.example/queue-full",
        "QueueFull",
        "v141",
        "api-5xx",
    ]
    assert named_alerts("orders are slow since noon") == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["alerts", "labels", "annotations", "data", "groups", "rules", "status"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_no_payload_breaks_it(payload: object) -> None:
    alerts_in(payload)
    told_alerts(json.dumps(payload))


@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    told_alerts(text)
    named_alerts(text)


@pytest.mark.parametrize("unit", ["a-", "{", "[", 'a="', "http://", "A_", "[FIRING:1", "a="])
def test_hostile_text_takes_no_time(unit: str) -> None:
    told_alerts(unit * 20_000)
    named_alerts(unit * 20_000)
