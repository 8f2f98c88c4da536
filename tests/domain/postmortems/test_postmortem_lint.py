"""What keeps a document from review is named, with its place and its fix."""

from dataclasses import replace

import pytest

from domain.postmortems.checkout_incident import EVIDENCE, NOW, OPTIONS, TEMPLATE
from incident_bot.domain.postmortems.assemble import assemble
from incident_bot.domain.postmortems.lint import Finding, lint, lint_document
from incident_bot.domain.postmortems.record import ActionItem
from incident_bot.domain.postmortems.render import render
from incident_bot.domain.postmortems.wording import check_wording

DRAFT = assemble(EVIDENCE, now=NOW, options=OPTIONS)
DOCUMENT = render(DRAFT, TEMPLATE)


def rules(*findings: Finding) -> set[str]:
    return {finding.rule for finding in findings}


def with_action(**fields: object) -> set[str]:
    action = ActionItem(**{"text": "Add an alert", "owner": "UANN", "due": NOW.date(), **fields})  # type: ignore[arg-type]
    draft = assemble(replace(EVIDENCE, actions=(action,)), now=NOW, options=OPTIONS)
    return rules(*lint(draft))


def test_a_fresh_draft_needs_people_for_the_human_fields() -> None:
    empty = {finding.where for finding in lint(DRAFT) if finding.rule == "empty"}
    assert empty == {"narrative", "factors", "five-whys", "external", "sign-off"}


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"owner": None}, "action-owner"),
        ({"due": None}, "action-due"),
        ({"text": "Be more careful with flags"}, "action-vague"),
        ({"text": "Monitor the pool"}, "action-vague"),
        ({"text": "The pool alert"}, "action-verb"),
    ],
)
def test_an_action_needs_verb_owner_and_due_date(fields: dict[str, object], rule: str) -> None:
    assert rule in with_action(**fields)
    assert rule not in with_action()


def test_actions_must_prevent_and_detect_or_mitigate() -> None:
    both = tuple(
        ActionItem(text="Add a limit", owner="UANN", due=NOW.date(), kind=kind)
        for kind in ("Prevent", "Detect")
    )
    draft = assemble(replace(EVIDENCE, actions=both), now=NOW, options=OPTIONS)
    assert "actions" not in rules(*lint(draft))
    assert "actions" in with_action(kind="Fix")


def test_contradicting_instants_are_a_finding() -> None:
    broken = replace(EVIDENCE, record=replace(EVIDENCE.record, mitigated_at=EVIDENCE.record.declared_at.replace(hour=1)))  # fmt: skip
    assert "record" in rules(*lint(assemble(broken, now=NOW)))


def test_a_document_is_ready_when_people_have_answered_everything() -> None:
    answered = "\n".join(
        line.replace("| ?", "| done").replace(": ?", ": done").replace("| Detect |", "| Prevent |")
        for line in DOCUMENT.splitlines()
        if not line.startswith("*To fill in:")
    )
    assert lint_document(answered) == (
        Finding("actions", "actions",
                "No action of type Detect or Mitigate, and no “no action because…”."),
    )  # fmt: skip
    excused = answered.replace("### Candidates", "No action needed because …\n\n### Candidates")
    assert lint_document(excused) == ()


def test_a_secret_pasted_into_the_document_is_found_but_never_printed() -> None:
    pasted = DOCUMENT.replace("- Summary: ?", "- Summary: password=hunter2")
    secrets = [finding for finding in lint_document(pasted) if finding.rule == "secret"]
    assert len(secrets) == 1
    assert "hunter2" not in str(secrets)


def test_the_external_message_names_no_host() -> None:
    named = DOCUMENT.replace("- Summary: ?", "- Summary: db-1 and cache.prod.internal failed")
    found = [f.message for f in lint_document(named) if f.rule == "internal-name"]
    assert [message.split("”")[0] for message in found] == ["“db-1", "“cache.prod.internal"]


def test_a_deleted_section_is_reported_as_empty() -> None:
    start, end = DOCUMENT.index("<!-- ib:section=factors"), DOCUMENT.index("<!-- ib:section=five")
    gone = DOCUMENT[:start] + DOCUMENT[end:]
    assert any(f.rule == "empty" and f.where == "factors" for f in lint_document(gone))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("@bob broke the pool", "blames-a-person"),
        ("the engineer forgot the flag", "blames-a-person"),
        ("It was human error", "human-error"),
        ("We should have tested", "counterfactual"),
        ("if only we knew", "counterfactual"),
        ("The root cause was DNS", "single-cause"),
        ("It was obviously wrong", "hindsight"),
        ("Deploys always fail", "absolute"),
        ("She was at fault", "fault"),
        ("The outage lasted", "outage"),
    ],
)
def test_blaming_words_get_a_better_wording(text: str, rule: str) -> None:
    found = check_wording("summary", text)
    assert rule in {warning.rule for warning in found}
    assert all(warning.suggestion for warning in found)


@pytest.mark.parametrize(
    "text",
    [
        "The deploy of v42 removed the flag; no test covered it.",
        "Contributing factors (root cause analysis)",
        "The alert fired after 5 min.",
    ],
)
def test_neutral_words_pass(text: str) -> None:
    assert check_wording("summary", text) == []


def test_outage_is_the_right_word_for_a_full_one() -> None:
    assert check_wording("summary", "The outage lasted", full_outage=True) == []


def test_wording_is_advice_and_never_blocks() -> None:
    draft = assemble(
        replace(EVIDENCE, record=replace(EVIDENCE.record, title="Outage by human error")), now=NOW
    )
    findings = [finding for finding in lint(draft) if finding.rule.startswith("wording-")]
    assert {finding.rule for finding in findings} >= {"wording-outage", "wording-human-error"}
    assert all(finding.warning for finding in findings)
    assert "Outage by human error" in render(draft, TEMPLATE)
