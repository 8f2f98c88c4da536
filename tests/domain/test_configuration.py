"""The configuration file: what it accepts, and how it names what is wrong."""

from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from incident_bot.domain.configuration import Configuration, severity_word
from incident_bot.domain.durations import Duration, parse_duration, say_duration
from incident_bot.errors import ConfigurationError
from incident_bot.settings import presets, read_configuration

SCHEME: dict[str, Any] = {
    "severities": [
        {"name": "SEV1", "aliases": ["critical", "P0"]},
        {"name": "SEV2", "aliases": ["major", "P1"]},
        {"name": "SEV3"},
    ]
}


def configuration(**changes: Any) -> Configuration:
    return Configuration.model_validate({**SCHEME, **changes})


def refusal(tmp_path: Path, written: str) -> ConfigurationError:
    path = tmp_path / "incident-bot.yaml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_configuration(path)
    assert str(path) in str(caught.value)
    return caught.value


@pytest.mark.parametrize("word", ["sev2", "SEV-2", "Sev 2", "P1", "p-1", "MAJOR", "s.e.v.2"])
def test_severity_is_found_by_name_and_alias_in_any_case_and_punctuation(word: str) -> None:
    found = configuration().severity(word)
    assert found is not None
    assert found.name == "SEV2"


@pytest.mark.parametrize("word", ["", "sev", "sev22", "P2", "!!!"])
def test_word_that_is_no_severity_finds_none(word: str) -> None:
    assert configuration().severity(word) is None


def test_severity_names_may_be_written_in_any_script() -> None:
    rules = configuration(severities=[{"name": "Критично"}, {"name": "重大"}])
    critical, major = rules.severity("критично"), rules.severity("重大")
    assert critical is not None
    assert major is not None
    assert (critical.name, major.name) == ("Критично", "重大")


@given(st.text(max_size=40))
def test_comparing_severity_words_twice_changes_nothing(word: str) -> None:
    assert severity_word(severity_word(word)) == severity_word(word)


def test_usual_severity_is_the_configured_one_or_the_middle_one() -> None:
    assert configuration().usual_severity().name == "SEV2"
    assert configuration(default_severity="critical").usual_severity().name == "SEV1"


def test_rank_puts_the_most_severe_first_and_unknown_ones_last() -> None:
    rules = configuration()
    assert [rules.rank(n) for n in ("SEV1", "SEV2", "SEV3", "SEV9")] == [0, 1, 2, 3]


def test_policy_of_the_service_wins_over_that_of_the_severity() -> None:
    rules = configuration(
        severities=[{"name": "SEV1", "policy": "all"}],
        policies={"all": {"tiers": [{}]}, "web": {"tiers": [{}]}},
        services={"web": {"policy": "web"}, "mail": {}},
    )
    assert rules.policy_for("SEV1", "web") == "web"
    assert rules.policy_for("SEV1", "mail") == "all"
    assert rules.policy_for("SEV1", None) == "all"


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("commander", "commander"),
        ("IC", "commander"),
        ("lead", "commander"),
        ("comm", "commander"),
        ("communications", "communications"),
        ("Scribe", "scribe"),
    ],
)
def test_role_is_found_by_name_title_and_the_usual_short_forms(word: str, role: str) -> None:
    found = configuration().role(word)
    assert found is not None
    assert found.name == role


def test_empty_word_is_no_role() -> None:
    assert configuration().role("") is None


WRONG = [
    ("severities: []", "severities", "at least 1"),
    (
        "severities: [{name: A, policy: nobody}]",
        "",
        "severities.A.policy names the policy 'nobody'",
    ),
    ("services: {web: {policy: nobody}}", "", "services.web.policy names the policy 'nobody'"),
    (
        "severities: [{name: A, escalate_when_older: [{after: 2h, policy: boss}]}]",
        "",
        "severities.A.escalate_when_older names the policy 'boss'",
    ),
    ("policies: {p: {tiers: [{targets: ['person:eve']}]}}", "", "policies.p pages 'person:eve'"),
    ("policies: {p: {tiers: [{targets: ['schedule:s']}]}}", "", "policies.p pages 'schedule:s'"),
    ("policies: {p: {tiers: [{targets: ['team:s']}]}}", "policies.p.tiers.0.targets.0", "pattern"),
    ("policies: {p: {tiers: []}}", "policies.p.tiers", "at least 1"),
    (
        "schedules: {s: {layers: [{participants: [eve], starts: 2026-01-05T09:00:00Z}]}}",
        "",
        "schedules.s names 'eve'",
    ),
    (
        "schedules: {s: {layers: [{participants: [eve], starts: 2026-01-05T09:00:00}]}}",
        "schedules.s.layers.0.starts",
        "timezone",
    ),
    (
        "schedules: {s: {layers: [{participants: [e], every: 5m, starts: 2026-01-05T09:00:00Z}]}}",
        "schedules.s.layers.0",
        "at least 1h",
    ),
    (
        "severities: [{name: SEV1, aliases: [p1]}, {name: SEV2, aliases: [P-1]}]",
        "",
        "'P-1' means both SEV1 and SEV2",
    ),
    ("severities: [{name: SEV1}, {name: SEV1}]", "", "severities has 'SEV1' twice"),
    ("severities: [{name: '!!!'}]", "", "'!!!' has no letter or digit"),
    (
        "severities: [{name: A, prometheus: [critical]}, {name: B, prometheus: [Critical]}]",
        "",
        "prometheus: 'Critical' means both A and B",
    ),
    ("default_severity: SEV9", "", "default_severity 'SEV9' is not a severity"),
    ("severities: [{name: A, update_every: soon}]", "severities.0.update_every", "write 90s, 15m"),
    ("severities: [{name: A, update_every: 30}]", "severities.0.update_every", "no unit"),
    ("severities: [{name: A, update_every: 5s}]", "severities.0.update_every", "greater than"),
    (
        "policies: {p: {tiers: [{acknowledge_within: 0m}]}}",
        "policies.p.tiers.0.acknowledge_within",
        "greater than",
    ),
    ("timezone: Mars/Olympus", "timezone", "write a name such as Europe/Berlin"),
    ("business_hours: {opens: 17:00, closes: 10:00}", "business_hours", "opens must be before"),
    ("business_hours: {opens: 99:00}", "business_hours.opens", 'write "17:00"'),
    ("channels: {announcements: '#incidents'}", "channels.announcements", "pattern"),
    ("commands: {incident: incident}", "commands.incident", "pattern"),
    ("people: {ada: {slack: ada}}", "people.ada.slack", "pattern"),
    ("people: {Ada Lovelace: {}}", "people.Ada Lovelace", "pattern"),
    ("links: [{title: Status, url: 'javascript:alert(1)'}]", "links.0.url", "pattern"),
    ("severites: []", "severites", "Extra inputs"),
    ("version: 2", "version", "1"),
    ("preset: nowhere", "preset", "presets: aiwebtest"),
    ("[]", "", "must be a mapping"),
    ("a: [", "", "is not YAML"),
]


@pytest.mark.parametrize(("written", "key", "words"), WRONG, ids=[w[0][:40] for w in WRONG])
def test_what_is_wrong_is_named_by_file_key_and_reason(
    tmp_path: Path, written: str, key: str, words: str
) -> None:
    refused = refusal(tmp_path, written)
    assert refused.key.startswith(key)
    assert words in refused.problem


def test_several_problems_are_counted(tmp_path: Path) -> None:
    refused = refusal(tmp_path, "timezone: Mars\nversion: 7")
    assert "(and 1 more)" in refused.problem


def test_override_must_end_after_it_starts(tmp_path: Path) -> None:
    written = """
    people: {ada: {}}
    schedules:
      s:
        layers: [{participants: [ada], starts: 2026-01-05T09:00:00Z}]
        overrides: [{person: ada, starts: 2026-02-02T09:00:00Z, ends: 2026-02-01T09:00:00Z}]
    """
    assert "starts must be before ends" in refusal(tmp_path, written).problem


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere.yaml: cannot be read: No such file"):
        read_configuration(tmp_path / "nowhere.yaml")


def test_huge_file_is_refused(tmp_path: Path) -> None:
    assert "larger than 1 MiB" in refusal(tmp_path, "#" * (1 << 20) + "\n{}").problem


def test_empty_file_means_the_built_in_default(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text("", encoding="utf-8")
    assert read_configuration(path) == read_configuration(None)


def test_file_without_severities_keeps_the_default_scheme(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("channels: {announcements: outages}", encoding="utf-8")
    rules = read_configuration(path)
    assert rules.channels.announcements == "outages"
    assert rules.severity("sev2") is not None


def test_mappings_are_laid_over_those_of_the_preset_and_lists_replace_them(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    own = {
        "preset": "aiwebtest",
        "people": {"ada": {"slack": "U0ADA"}},
        "policies": {"aiwebtest-l4": {"tiers": [{"name": "CTO", "targets": ["person:ada"]}]}},
    }
    path.write_text(yaml.safe_dump(own), encoding="utf-8")
    rules, preset = read_configuration(path), read_configuration_of("aiwebtest")
    assert rules.policies["aiwebtest-l4"].tiers[0].targets == ("person:ada",)
    assert rules.policies["aiwebtest-l4"].repeat == preset.policies["aiwebtest-l4"].repeat
    assert rules.policies["aiwebtest-l3"] == preset.policies["aiwebtest-l3"]
    assert rules.severities == preset.severities


def read_configuration_of(preset: str) -> Configuration:
    assert preset in presets()
    root = Path(__file__).resolve().parents[2]
    return read_configuration(root / "config" / "presets" / f"{preset}.yaml")


def test_unquoted_times_of_day_are_read_as_they_were_meant() -> None:
    written = yaml.safe_load("opens: 10:00\ncloses: 17:30")
    hours = configuration(business_hours=written).business_hours
    assert (hours.opens, hours.closes) == (time(10), time(17, 30))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        (" 15m ", timedelta(minutes=15)),
        ("2h30m", timedelta(hours=2, minutes=30)),
        ("1D", timedelta(days=1)),
        ("1w 2d", timedelta(days=9)),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "15", "m", "-5m", "1.5h", "5 min", "1y", "9" * 70 + "w"])
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="write 90s, 15m, 2h30m"):
        parse_duration(text)


def test_duration_of_a_century_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than ten years"):
        parse_duration("9999w")


@given(st.text(alphabet="0123456789smhdw -.", max_size=80))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    try:
        span = parse_duration(text)
    except ValueError:
        return
    assert timedelta(0) <= span <= timedelta(days=3660)


@given(st.integers(min_value=0, max_value=3660 * 86400))
def test_a_written_duration_reads_back_as_itself(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(TypeAdapter(Duration).dump_python(span)) == span


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3660)))
def test_a_duration_is_said_with_two_units_at_most(span: timedelta) -> None:
    said = say_duration(span)
    assert len(said.split()) in (2, 4)


@pytest.mark.parametrize(
    ("seconds", "said"), [(-3600, "an unknown time"), (-5.1, "an unknown time"), (-4.9, "0 s")]
)
def test_what_ends_before_it_began_has_lasted_an_unknown_time(seconds: float, said: str) -> None:
    assert say_duration(timedelta(seconds=seconds)) == said


def test_the_schema_for_editors_is_made_of_the_same_model() -> None:
    schema = Configuration.model_json_schema()
    assert set(schema["properties"]) == set(Configuration.model_fields)
    assert schema["additionalProperties"] is False
