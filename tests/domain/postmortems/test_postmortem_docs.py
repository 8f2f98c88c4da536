"""The reference page names what the code gives to templates, and the sections it writes."""

from pathlib import Path

from domain.postmortems.checkout_incident import EVIDENCE, NOW
from incident_bot.domain.postmortems.assemble import assemble
from incident_bot.domain.postmortems.fields import FIELDS
from incident_bot.domain.postmortems.options import DEFAULT_MARKERS
from incident_bot.domain.postmortems.view import values_of

DOCS = Path(__file__).parents[3] / "docs"
REFERENCE = (DOCS / "reference" / "postmortem.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "customise-the-postmortem.md").read_text(encoding="utf-8")
TEMPLATE = (DOCS.parent / "templates" / "postmortem.md.j2").read_text(encoding="utf-8")


def test_every_template_value_is_documented() -> None:
    values = values_of(assemble(EVIDENCE, now=NOW))
    assert [name for name in values if f"`{name}`" not in REFERENCE] == []


def test_every_key_of_a_row_is_documented() -> None:
    for value in values_of(assemble(EVIDENCE, now=NOW)).values():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            assert [key for key in value[0] if f"`{key}`" not in REFERENCE] == []


def test_every_field_is_in_the_table_with_its_number() -> None:
    for field in FIELDS:
        assert f"| {field.number} | `{field.key}` {field.title.split(',')[0]}" in REFERENCE


def test_every_block_of_the_template_is_named() -> None:
    blocks = [line.split()[2] for line in TEMPLATE.splitlines() if line.startswith("{% block ")]
    assert [block for block in blocks if f"`{block}`" not in HOW_TO] == []


def test_every_marker_is_documented() -> None:
    known = set(DEFAULT_MARKERS) - {"round_pushpin"}
    assert [name for name in known if f":{name}:" not in REFERENCE] == []
