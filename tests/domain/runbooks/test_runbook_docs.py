"""The reference page says what the code does."""

from pathlib import Path

from incident_bot.domain.runbooks.facts import read_facts
from incident_bot.domain.runbooks.kinds import FALLBACKS, KINDS, label
from incident_bot.domain.runbooks.lint.catalogue import RULES
from incident_bot.domain.runbooks.schema import PROPERTIES, front_matter_schema

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "runbooks.md").read_text("utf-8")


def test_every_rule_is_on_the_page_as_it_stands_in_the_code() -> None:
    table = PAGE.partition("<!-- rules -->\n")[2].partition("<!-- end of rules -->")[0]
    rows = [f"| {rule.code} | {rule.severity} | {rule.title} |" for rule in RULES.values()]
    assert table.strip().split("\n")[2:] == rows


def test_every_kind_is_on_the_page_with_its_fallbacks() -> None:
    for kind in KINDS:
        row = next(
            line for line in PAGE.split("\n") if line.startswith(f"| {label(kind).lower()} |")
        )
        others = ", ".join(label(other).lower() for other in FALLBACKS[kind])
        assert row.split("|")[3].strip().startswith(others)


def test_every_key_the_bot_reads_is_in_the_schema() -> None:
    fields = set(read_facts({}).__dataclass_fields__) - {"services"}
    assert fields <= PROPERTIES.keys()
    assert front_matter_schema()["additionalProperties"] is True
