"""Every preset loads with nobody configured, and carries its programme's rules to the letter.

SV, ES and CM number the rules of the programmes: severities, escalation, communication.
"""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from incident_bot.domain.configuration import Configuration, Severity
from incident_bot.domain.paging.ladder import climb
from incident_bot.domain.paging.page import Page, PageState, Step
from incident_bot.settings import presets, read_configuration

ROOT = Path(__file__).resolve().parents[2]
SYSTEMS = ("pack1", "pynomaly", "erpgo", "g3", "aiwebtest")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@cache
def preset(name: str) -> Configuration:
    return read_configuration(ROOT / "config" / "presets" / f"{name}.yaml")


def level(system: str, word: str) -> Severity:
    found = preset(system).severity(word)
    assert found is not None, f"{system} does not know {word}"
    return found


def tiers(system: str, policy: str | None) -> list[tuple[str, timedelta]]:
    assert policy is not None
    return [(t.name, t.acknowledge_within) for t in preset(system).policies[policy].tiers]


def roles(system: str, policy: str | None) -> list[str]:
    return [name for name, _ in tiers(system, policy)]


def test_every_preset_is_shipped() -> None:
    assert set(presets()) == {*SYSTEMS, "default"}


@pytest.mark.parametrize("name", [*SYSTEMS, "default"])
def test_preset_loads_by_its_name(name: str, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(f"preset: {name}", encoding="utf-8")
    assert read_configuration(own).severities == preset(name).severities


def test_the_example_loads_and_shows_every_key() -> None:
    path = ROOT / "config" / "example.yaml"
    read_configuration(path)
    shown = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(Configuration.model_fields) - set(shown) == {"preset"}


# --- severities -------------------------------------------------------------------------------

SEVERITIES = [
    # id, system, words people type, name, answered within, solved within
    ("SV-01", "pack1", ["sev1", "SEV-1", "critical"], "SEV1", 15 * MINUTE, None),
    ("SV-02", "pack1", ["sev2", "SEV-2", "major"], "SEV2", 30 * MINUTE, None),
    ("SV-03", "pack1", ["sev3", "minor"], "SEV3", 2 * HOUR, None),
    ("SV-04", "pack1", ["sev4", "low"], "SEV4", 24 * HOUR, None),
    ("SV-05", "pynomaly", ["p0", "critical"], "P0", 5 * MINUTE, None),
    ("SV-06", "pynomaly", ["P1", "high"], "P1", 30 * MINUTE, None),
    ("SV-07", "pynomaly", ["p2", "medium"], "P2", 2 * HOUR, None),
    ("SV-08", "pynomaly", ["p3", "low"], "P3", None, None),
    ("SV-09", "aiwebtest", ["P0", "critical"], "P0", 5 * MINUTE, 4 * HOUR),
    ("SV-10", "aiwebtest", ["p1", "high"], "P1", 15 * MINUTE, 2 * HOUR),
    ("SV-11", "aiwebtest", ["p-2", "medium"], "P2", 30 * MINUTE, 4 * HOUR),
    ("SV-12", "aiwebtest", ["p3", "low"], "P3", HOUR, 8 * HOUR),
]


@pytest.mark.parametrize(
    ("system", "words", "name", "respond", "resolve"),
    [row[1:] for row in SEVERITIES],
    ids=[row[0] for row in SEVERITIES],
)
def test_severity_has_its_names_and_targets(
    system: str, words: list[str], name: str, respond: Any, resolve: Any
) -> None:
    for word in words:
        found = level(system, word)
        assert (found.name, found.respond_within, found.resolve_within) == (name, respond, resolve)


def test_sv_08_low_is_answered_the_next_day() -> None:
    assert level("pynomaly", "P3").respond_by == "next_business_day"


@pytest.mark.parametrize(
    ("system", "word", "examples"),
    [
        ("pack1", "SEV1", "Financial risk, data protection, operational guardrails"),
        ("pack1", "SEV2", "API failures, security violations, partial outages"),
        ("pack1", "SEV3", "Worker lag, report failures, research operations"),
        ("pack1", "SEV4", "Minor issues, optimisation opportunities"),
        ("pynomaly", "P0", "Service down"),
        ("aiwebtest", "P0", "Complete service outage: all services down, data loss"),
        ("aiwebtest", "P1", "Major functionality broken: agent failures, API errors > 10 %"),
        ("aiwebtest", "P2", "Degraded performance: high latency, model accuracy drop"),
        ("aiwebtest", "P3", "Minor issues: slow queries, UI glitches"),
    ],
)
def test_severity_says_when_to_choose_it(system: str, word: str, examples: str) -> None:
    assert level(system, word).description == examples


def test_sv_13_g3_classifies_in_four_words() -> None:
    assert [s.name for s in preset("g3").severities] == ["critical", "high", "medium", "low"]


def test_sv_14_erpgo_has_the_levels_of_its_alerts() -> None:
    rules = preset("erpgo")
    assert [s.name for s in rules.severities][:2] == ["Critical", "Warning"]
    assert [s.prometheus for s in rules.severities][:2] == [("critical",), ("warning",)]


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_scheme_maps_the_usual_severities_of_alerts(system: str) -> None:
    mapped = {word for severity in preset(system).severities for word in severity.prometheus}
    assert {"critical", "warning", "info"} <= mapped


def test_schemes_are_not_mapped_by_position() -> None:
    assert level("pack1", "sev1").respond_within == level("aiwebtest", "p1").respond_within
    assert preset("pack1").severity("P0") is None
    assert preset("aiwebtest").severity("sev1") is None


# --- escalation -------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["P2", "P3"])
def test_es_01_l1_gets_p2_and_p3(word: str) -> None:
    assert roles("aiwebtest", level("aiwebtest", word).policy)[0] == "L1 On-call engineer"


def test_es_02_l2_gets_p1() -> None:
    assert roles("aiwebtest", level("aiwebtest", "P1").policy)[0] == "L2 Senior engineer"


def test_p0_pages_l1_and_l2_at_once() -> None:
    first = roles("aiwebtest", level("aiwebtest", "P0").policy)[0]
    assert first == "L1 On-call engineer and L2 Senior engineer"


@pytest.mark.parametrize(
    ("position", "after", "role"),
    [(0, 2 * HOUR, "L3 Engineering manager"), (1, 4 * HOUR, "L4 CTO")],
    ids=["ES-03", "ES-04"],
)
def test_unresolved_p0_climbs_to_management_by_its_age(
    position: int, after: timedelta, role: str
) -> None:
    age = level("aiwebtest", "P0").escalate_when_older[position]
    assert age.after == after
    assert roles("aiwebtest", age.policy) == [role]


def test_only_p0_climbs_by_age() -> None:
    assert not any(level("aiwebtest", word).escalate_when_older for word in ("P1", "P2", "P3"))


@pytest.mark.parametrize("word", ["P0", "P1", "P2", "P3"])
def test_es_05_backup_is_paged_after_15_minutes_without_an_answer(word: str) -> None:
    first, second = tiers("aiwebtest", level("aiwebtest", word).policy)[:2]
    assert first[1] == 15 * MINUTE
    assert second[0] == "Backup on-call"


def test_es_06_senior_engineers_and_vendors_can_be_paged() -> None:
    assert "aiwebtest-vendors" in preset("aiwebtest").policies
    assert roles("aiwebtest", "aiwebtest-p1")[0] == "L2 Senior engineer"


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("P0", "On-call Engineer", "Engineering Manager"),
        ("P1", "On-call Engineer", "Team Lead"),
        ("P2", "Engineering Team", "Engineering Team"),
        ("P3", "Product Team", "Product Team"),
    ],
)
def test_es_07_matrix(word: str, first: str, last: str) -> None:
    ladder = roles("pynomaly", level("pynomaly", word).policy)
    assert (ladder[0], ladder[-1]) == (first, last)


def test_es_08_teams_are_reached_by_their_addresses() -> None:
    people = preset("pynomaly").people
    assert people["platform-team"].email == "platform-engineering@pynomaly.com"
    assert people["security-team"].email == "security@pynomaly.com"
    assert roles("pynomaly", "pynomaly")[:2] == ["On-call Engineer", "Next in the rotation"]


def test_es_09_break_glass_tells_manager_and_security() -> None:
    rules = preset("pynomaly")
    assert rules.services["access"].policy == "pynomaly-break-glass"
    tier = rules.policies["pynomaly-break-glass"].tiers[0]
    assert tier.name == "Engineering Manager and Security Team"
    assert "person:security-team" in tier.targets


@pytest.mark.parametrize(
    ("policy", "ladder"),
    [
        ("api-critical", ["Platform on-call", "Senior engineer, platform", "Engineering manager"]),
        ("data-critical", ["Data on-call", "Senior engineer, data", "Engineering manager"]),
        ("security-critical", ["Security on-call", "Security lead", "Head of security"]),
        (
            "risk-critical",
            [
                "Risk on-call and platform on-call",
                "Head of risk operations",
                "Executive on-call",
            ],
        ),
        (
            "platform-standard",
            ["On-call of the service", "Platform on-call", "Engineering manager"],
        ),
    ],
)
def test_es_10_contacts_of_pack1_are_roles(policy: str, ladder: list[str]) -> None:
    assert roles("pack1", policy) == ladder


def test_es_11_g3_names_emergency_contacts_by_role() -> None:
    assert roles("g3", "g3") == ["Operator on call", "Second operator"]
    assert roles("g3", "g3-security") == ["Second operator and security contact"]


def test_es_12_team_is_notified_of_a_rollback() -> None:
    assert roles("erpgo", "erpgo-rollback") == ["Backend team"]


def test_es_13_p2_waits_for_business_hours_and_p3_pages_nobody() -> None:
    assert level("pynomaly", "P2").page_when == "business_hours"
    assert level("pynomaly", "P3").page_when == "never"
    assert level("pynomaly", "P0").page_when == level("pynomaly", "P1").page_when == "always"


@pytest.mark.parametrize("system", SYSTEMS)
def test_es_14_paging_needs_no_paid_provider_and_says_who_is_missing(system: str) -> None:
    rules = preset(system)
    for name, policy in rules.policies.items():
        if any(tier.targets for tier in policy.tiers):
            continue
        steps = tuple(Step(t.name, t.targets, 1.0) for t in policy.tiers)
        moment: Any = None
        page = Page(
            1, 1, name, "", steps, policy.repeat + 1, PageState.OPEN, -1, None, moment, "test"
        )
        found = climb(page, 0, lambda _target: ([], "nobody"))
        assert found.exhausted
        assert {skipped.label for skipped in found.skipped} == {t.name for t in policy.tiers}
        assert all(skipped.label for skipped in found.skipped)


# --- communication ----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["P0", "P1", "P2", "P3"])
def test_cm_01_users_hear_every_30_minutes(word: str) -> None:
    assert level("aiwebtest", word).update_every == 30 * MINUTE


@pytest.mark.parametrize(
    ("system", "address"),
    [
        ("aiwebtest", "https://status.aiwebtest.com"),
        ("pynomaly", "https://status.pynomaly.com"),
    ],
    ids=["CM-01", "CM-12"],
)
def test_status_page_is_at_hand_in_every_room(system: str, address: str) -> None:
    assert address in [link.url for link in preset(system).links]


@pytest.mark.parametrize(
    ("system", "channel"),
    [("aiwebtest", "incidents"), ("pynomaly", "incident-response")],
    ids=["CM-02", "CM-11"],
)
def test_stakeholders_hear_in_the_channel_of_their_system(system: str, channel: str) -> None:
    assert preset(system).channels.announcements == channel


def test_cm_03_is_es_05() -> None:
    assert tiers("aiwebtest", "aiwebtest")[0][1] == 15 * MINUTE


@pytest.mark.parametrize("word", ["P0", "P1", "P2", "P3"])
def test_cm_04_and_cm_05_report_in_24_hours_and_postmortem_in_48(word: str) -> None:
    found = level("aiwebtest", word)
    assert (found.report_within, found.postmortem_within) == (24 * HOUR, 48 * HOUR)


@pytest.mark.parametrize("word", ["SEV1", "SEV2"])
def test_cm_09_and_cm_10_pack1_keeps_others_informed_and_reviews(word: str) -> None:
    found = level("pack1", word)
    assert found.update_every == found.respond_within
    assert found.postmortem == "required"


@pytest.mark.parametrize("word", ["SEV1", "SEV2", "SEV3"])
def test_pack1_asks_for_updates_as_often_as_its_index_page_promises(word: str) -> None:
    page = (ROOT / "runbooks" / "pack1" / "index.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {word} \|.*\| every (\d+) (minutes|hours) \|", page, re.MULTILINE)
    assert row is not None
    unit = MINUTE if row[2] == "minutes" else HOUR
    assert level("pack1", word).update_every == int(row[1]) * unit


def test_cm_08_service_decides_who_is_paged_in_pack1() -> None:
    rules = preset("pack1")
    assert rules.policy_for("SEV2", "guardrail-service") == "risk-critical"
    assert rules.policy_for("SEV2", "data-gateway") == "data-critical"
    assert rules.policy_for("SEV3", None) == "platform-standard"


@pytest.mark.parametrize("word", ["critical", "high"])
def test_cm_15_g3_reviews_afterwards(word: str) -> None:
    assert level("g3", word).postmortem == "required"


def test_cm_16_rollback_tells_the_team() -> None:
    assert "erpgo-rollback" in preset("erpgo").policies


def test_cm_17_security_team_can_be_paged() -> None:
    assert roles("aiwebtest", "aiwebtest-security")[0] == "Security team"


# --- the shelves ------------------------------------------------------------------------------


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_policy_and_severity_that_a_runbook_names_exists(system: str) -> None:
    rules = preset(system)
    for path in sorted((ROOT / "runbooks" / system).glob("*.md")):
        head = yaml.safe_load(path.read_text(encoding="utf-8").split("\n---\n", 1)[0][4:])
        policy, severity = head.get("escalation_policy"), head.get("severity")
        assert policy is None or policy in rules.policies, f"{path.name}: {policy}"
        assert severity is None or rules.severity(str(severity)), f"{path.name}: {severity}"


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_runbook_that_a_service_names_exists(system: str) -> None:
    shelf = {path.stem for path in (ROOT / "runbooks" / system).glob("*.md")}
    for name, service in preset(system).services.items():
        assert set(service.runbooks) <= shelf, name
