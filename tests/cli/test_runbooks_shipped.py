"""The shipped shelf keeps what it asks of others: it lints, renders, and every alert leads to it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from incident_bot.cli.runbooks import app

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted((ROOT / "config" / "alert-rules").glob("*.yml"))


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def rule_options() -> list[str]:
    return [part for path in RULES for part in ("--rules", str(path))]


@pytest.mark.unmeasured
def test_every_shipped_runbook_scores_at_least_95() -> None:
    report = json.loads(printed("lint", "--format", "json", *rule_options()))
    assert {path: score for path, score in report["files"].items() if score < 95} == {}


@pytest.mark.unmeasured
def test_every_shipped_section_makes_valid_messages() -> None:
    assert "invalid blocks 0" in printed("check-render")


def test_every_shipped_alert_rule_is_covered_and_agrees_or_waits_to_be_enabled() -> None:
    found = json.loads(printed("coverage", "--format", "json", *rule_options()))
    assert {one["state"] for one in found["alerts"]} <= {"covered", "deferred"}
    assert [one for one in found["alerts"] if one["disagreements"]] == []
    assert found["unknown_alerts"] == []
