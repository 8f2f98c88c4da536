"""Coverage of alert rules, and what is due for review."""

import datetime

from domain.runbooks.shapes import shelf_of
from incident_bot.domain.runbooks.coverage import AlertRule, measure, rules_in
from incident_bot.domain.runbooks.reviews import due

FILES = {
    "shop/errors.md": (
        "---\nalerts: [{name: ShopErrors, for: 5m, severity: critical, expr: 'x > 0.05'}]\n"
        "last_reviewed: 2026-10-01\nreview_every: 30d\ndrill_every: 90d\n---\n# Errors\n\nx\n"
    ),
    "shop/budget.md": "---\nstatus: deferred\nalerts: [{name: BudgetLow}]\n---\n# Budget\n\nx\n",
    "shop/old.md": "---\nstatus: deprecated\nreview_every: 1d\n---\n# Old\n\nx\n",
    "shop/extra.md": "---\nalerts: [{name: NobodyFires}]\n---\n# Extra\n\nx\n",
}


def judged(rule: AlertRule) -> str:
    return measure([rule], shelf_of(FILES)).rules[0].state


def url(path: str) -> dict[str, str]:
    return {"runbook_url": f"https://git.example/blob/main/{path}"}


def test_each_rule_is_in_one_state() -> None:
    assert judged(AlertRule("ShopErrors", annotations=url("shop/errors.md"))) == "covered"
    assert judged(AlertRule("ShopErrors")) == "unlinked"
    assert judged(AlertRule("Other", annotations=url("shop/gone.md"))) == "unresolved"
    assert judged(AlertRule("Other")) == "missing"
    assert judged(AlertRule("BudgetLow", annotations=url("shop/budget.md"))) == "deferred"


def test_deferred_alerts_do_not_count_as_covered() -> None:
    rules = [
        AlertRule("ShopErrors", annotations=url("shop/errors.md")),
        AlertRule("BudgetLow", annotations=url("shop/budget.md")),
    ]
    assert measure(rules, shelf_of(FILES)).share == 0.5
    assert measure([], shelf_of(FILES)).share == 1.0


def test_disagreements_between_rule_and_runbook_are_told() -> None:
    rule = AlertRule("ShopErrors", "x > 0.1", "10m", {"severity": "warning"})
    (one,) = measure([rule], shelf_of(FILES)).rules
    assert [said.split(":")[0] for said in one.disagreements] == ["for", "severity", "threshold"]
    same = AlertRule("ShopErrors", "(x > 0.050)", "300s", {"severity": "critical"})
    assert measure([same], shelf_of(FILES)).rules[0].disagreements == ()


def test_alerts_no_rule_file_has_are_listed_for_the_same_system() -> None:
    rules = [AlertRule("ShopErrors", annotations=url("shop/errors.md"))]
    unknown = measure(rules, shelf_of(FILES)).unknown_alerts
    assert {name for _, name in unknown} == {"BudgetLow", "NobodyFires"}


def test_rules_are_read_from_files_and_kubernetes_resources() -> None:
    groups = [{"name": "g", "rules": [{"alert": "A", "expr": "up\n == 0"}, {"record": "r"}]}]
    assert [rule.expr for rule in rules_in({"groups": groups})] == ["up == 0"]
    assert [rule.name for rule in rules_in({"spec": {"groups": groups}})] == ["A"]
    for odd in (None, [], {"groups": "x"}, {"groups": [None, {"rules": [1, {"alert": None}]}]}):
        assert rules_in(odd) == ()


def test_overdue_reviews_come_first_and_promised_drills_are_due_at_once() -> None:
    today = datetime.date(2026, 11, 21)
    found = due(shelf_of(FILES).runbooks, today)
    assert [(one.what, one.days_late(today)) for one in found] == [("review", 21), ("drill", 0)]
    assert found[1].last is None


def test_what_is_due_soon_is_listed_on_request() -> None:
    before = datetime.date(2026, 10, 20)
    reviews = [one for one in due(shelf_of(FILES).runbooks, before) if one.what == "review"]
    assert reviews == []
    soon = due(shelf_of(FILES).runbooks, before, within_days=14)
    assert [one.on for one in soon if one.what == "review"] == [datetime.date(2026, 10, 31)]
