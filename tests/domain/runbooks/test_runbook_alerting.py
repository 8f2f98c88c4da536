"""Alert to runbook: the first rule that holds, and its name."""

import pytest

from domain.runbooks.shapes import MANY_IN_ONE, shelf_of
from incident_bot.domain.runbooks.alerting import metrics_in
from incident_bot.domain.runbooks.shelf import Shelf

AGENT = (
    "---\nalerts:\n  - {name: AgentDown, match: {agent: %(name)s}, section: recovery,"
    " expr: 'agent_health{agent=\"%(name)s\"} == 0'}\nservice: [%(name)s]\n---\n"
    "# %(name)s agent fails\n\n## Recovery\n\nRestart.\n"
)
SHELF: Shelf = shelf_of(
    {
        "ai/reader.md": AGENT % {"name": "reader"},
        "ai/writer.md": AGENT % {"name": "writer"},
        "ai/alerts.md": MANY_IN_ONE,
        "ops/RUNBOOKS.md": "# Ops\n\n## High Error Rate\n\nRoll back.\n\n## Disk full\n\nClean.\n",
        "kube/KubePodCrashLooping.md": "# KubePodCrashLooping\n\n## Mitigation\n\nx\n",
        "kube-api/KubeAPIDown.md": "# KubeAPIDown\n\n## Mitigation\n\nx\n",
        "kube-agg/KubeAPIDown.md": "# KubeAPIDown\n\n## Mitigation\n\ny\n",
        "ops/README.md": "# Read me\n\nWords.\n",
    }
)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/o/r/blob/main/runbooks/kube/KubePodCrashLooping.md",
        "https://gitlab.example/o/r/-/blob/main/kube/KubePodCrashLooping.md?plain=1",
        "https://raw.example/o/r/main/kube/KubePodCrashLooping.md",
        "https://runbooks.example/runbooks/kube/kubepodcrashlooping/",
        "kube/KubePodCrashLooping.md",
        "https://docs.example/kube-pod-crash-looping",
    ],
)
def test_any_address_of_the_file_is_recognised(url: str) -> None:
    match = SHELF.for_alert({"alertname": "Other"}, {"runbook_url": url})
    assert match.rule == "annotation"
    assert match.runbook is not None
    assert match.runbook.path == "kube/KubePodCrashLooping.md"
    assert match.url == url


def test_an_anchor_opens_its_section() -> None:
    url = "https://github.com/x/blob/main/docs/ops/RUNBOOKS.md#high-error-rate"
    match = SHELF.for_alert({"alertname": "A"}, {"runbook": url})
    assert match.section is not None
    assert match.section.title == "High Error Rate"


def test_an_unknown_address_is_still_shown_and_the_name_decides() -> None:
    url = "https://elsewhere.example/nothing/here"
    match = SHELF.for_alert({"alertname": "KubePodCrashLooping"}, {"runbook_url": url})
    assert (match.rule, match.url) == ("file_name", url)
    assert SHELF.for_alert({"alertname": "Nope"}, {"runbook_url": url}).rule == "none"


def test_a_bare_readme_address_does_not_match_any_readme() -> None:
    match = SHELF.for_alert({}, {"runbook_url": "https://other.example/else/README.md"})
    assert match.runbook is None


def test_one_alert_with_two_runbooks_is_decided_by_its_labels() -> None:
    match = SHELF.for_alert({"alertname": "AgentDown", "agent": "writer"})
    assert match.rule == "alert_name"
    assert match.runbook is not None
    assert match.runbook.key == "ai/writer"
    assert match.section is not None
    assert match.section.title == "Recovery"
    undecided = SHELF.for_alert({"alertname": "AgentDown"})
    assert {one.key for one in undecided.choices} == {"ai/reader", "ai/writer"}


def test_same_file_name_in_two_folders_is_decided_by_context_or_offered() -> None:
    assert len(SHELF.for_alert({"alertname": "KubeAPIDown"}).choices) == 2
    match = SHELF.for_alert({"alertname": "KubeAPIDown", "component": "kube-agg"})
    assert match.runbook is not None
    assert match.runbook.path == "kube-agg/KubeAPIDown.md"


def test_an_alert_of_a_multi_runbook_file_and_a_plain_heading_match() -> None:
    match = SHELF.for_alert({"alertname": "CompactorHasNotRun"})
    assert match.runbook is not None
    assert match.runbook.root > 0
    heading = SHELF.for_alert({"alertname": "DiskFull"})
    assert heading.rule == "heading"
    assert heading.section is not None
    assert heading.section.title == "Disk full"


def test_labels_then_the_metric_of_the_expression_decide_for_nameless_alerts() -> None:
    assert SHELF.for_alert({"agent": "reader"}).rule == "labels"
    url = (
        "http://prom.example/graph?g0.expr=agent_health%7Bagent%3D%22writer%22%7D+%3D%3D+0&g0.tab=1"
    )
    match = SHELF.for_alert({"alertname": "X"}, {}, url)
    assert match.rule == "expression"
    assert match.runbook is not None
    assert match.runbook.key == "ai/writer"


def test_metrics_are_told_from_functions_labels_and_ranges() -> None:
    expression = 'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / up > 0.05'
    assert metrics_in(expression) == ("http_requests_total",)
