"""A team's own template replaces the shipped one, and a broken one says where it is broken."""

from pathlib import Path

import pytest

from domain.postmortems.checkout_incident import EVIDENCE, NOW
from incident_bot.domain.postmortems.assemble import assemble
from incident_bot.domain.postmortems.render import render
from incident_bot.integrations.postmortem_templates import NAME, TemplateError, load_templates

SHIPPED = Path(__file__).parents[3] / "templates"
DRAFT = assemble(EVIDENCE, now=NOW)


def rendered(folder: Path, text: str) -> str:
    (folder / NAME).write_text(text, encoding="utf-8")
    return render(DRAFT, load_templates(SHIPPED, folder).postmortem)


def test_a_file_in_the_custom_folder_replaces_the_shipped_one(tmp_path: Path) -> None:
    assert rendered(tmp_path, "# {{ label }}\n") == "# INC-42\n"


def test_an_empty_custom_folder_changes_nothing(tmp_path: Path) -> None:
    shipped = render(DRAFT, load_templates(SHIPPED).postmortem)
    assert render(DRAFT, load_templates(SHIPPED, tmp_path).postmortem) == shipped


def test_a_custom_template_may_replace_one_block_of_the_shipped_one(tmp_path: Path) -> None:
    text = rendered(
        tmp_path,
        '{% extends "shipped/postmortem.md.j2" %}{% block external %}No message.{% endblock %}',
    )
    assert "No message." in text
    assert "ib:section=external" not in text
    assert "ib:section=timeline hash=" in text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ no_such_name }}", "no_such_name"),
        ("{% if %}", "postmortem.md.j2:1"),
        ("{{ title.__class__.__mro__ }}", "unsafe"),
    ],
)
def test_a_broken_template_says_what_is_wrong(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        rendered(tmp_path, text)


def test_a_missing_template_names_the_folders(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=NAME):
        load_templates(tmp_path)
