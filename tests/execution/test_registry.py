"""Only what was approved by its hash may run, and only while it is as it was."""

import datetime

import pytest

from domain.runbooks.shapes import book
from incident_bot.domain.execution.allowance import Execution
from incident_bot.domain.execution.registry import Step, find_step, steps_of

TODAY = datetime.date(2026, 3, 14)
TEXT = """---
status: approved
steps:
  vars:
    NS: {type: string, pattern: "[a-z]{1,20}"}
---
# Thing

## Mitigation

```bash {id=restart kind=action risk=high runner=tool vars=NS}
tool restart $NS
```

```bash
tool nuke
```
"""
RUNNERS = {"tool": {"type": "argv", "binaries": {"tool": "/opt/tool"}}}


def approved(text: str = TEXT, **more: object) -> Execution:
    found = steps_of(book(text), Execution(), TODAY)
    pins = {step.name: step.digest for step in found}
    told = {"enabled": True, "runners": RUNNERS, "steps": pins, **more}
    return Execution.model_validate(told)


def step(text: str, allowed: Execution) -> Step:
    found = find_step(book(text), "restart", allowed, TODAY)
    assert found is not None
    return found


def test_nothing_may_run_by_default() -> None:
    assert "switched off" in step(TEXT, Execution()).refused


def test_approved_step_may_run_and_a_block_without_an_id_is_none() -> None:
    [only] = steps_of(book(TEXT), approved(), TODAY)
    assert (only.id, only.refused, only.approvals) == ("restart", "", 1)


def test_step_that_is_not_approved_may_not_run() -> None:
    assert "not among" in step(TEXT, approved(steps={})).refused


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tool restart $NS", "tool restart $NS --all"),
        ("risk=high", "risk=low"),
        ("[a-z]{1,20}", "[a-z -]{1,20}"),
        ("runner=tool", "runner=tool timeout=300s"),
    ],
)
def test_any_change_to_text_attributes_or_variables_needs_approval_again(
    before: str, after: str
) -> None:
    assert "changed since it was approved" in step(TEXT.replace(before, after), approved()).refused


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("status: approved", "status: deprecated", "deprecated"),
        ("status: approved", "last_reviewed: 2025-01-01\nreview_every: 30d", "overdue"),
        ("status: approved", "review_every: 30d", "overdue"),
        ("tool restart $NS", "tool restart $NS | sh", "shell"),
        ("tool restart $NS", "other restart $NS", "not one of the programs"),
        ("vars=NS", "risk=high", "not declared"),
        ("runner=tool", "runner=other", "not configured"),
        ("kind=action", "kind=odd", "not known"),
        ("kind=action", "timeout=never", "timeout"),
        ("pattern: ", "secret: true, pattern: ", "secret"),
        ("```bash\ntool nuke", "```bash {id=restart runner=tool}\ntool nuke", "not unique"),
    ],
)
def test_step_that_is_not_as_it_must_be_may_not_run(before: str, after: str, why: str) -> None:
    text = TEXT.replace(before, after)
    assert why in step(text, approved(text)).refused


def test_risk_is_high_and_needs_approval_when_nothing_is_said() -> None:
    text = TEXT.replace(" risk=high", "")
    assert (step(text, approved(text)).risk, step(text, approved(text)).approvals) == ("high", 1)


def test_high_risk_cannot_be_talked_out_of_its_approval() -> None:
    text = TEXT.replace("risk=high", "risk=high approvals=0")
    assert step(text, approved(text)).approvals == 1
    text = TEXT.replace("risk=high", "risk=low approvals=lots")
    assert step(text, approved(text)).approvals == 2


def test_timeout_has_an_upper_end() -> None:
    text = TEXT.replace("risk=high", "risk=high timeout=9h")
    assert step(text, approved(text)).timeout == 300
