"""A runbook's steps, as its author wrote them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.runbooks.shapes import book
from incident_bot.domain.runbooks.checklist import MOST_STEPS, steps_of

TEXT = """# Disk is full

Somewhere a disk fills.

## Symptoms

1. This is no step

## Diagnostics

1. See which disk:

   ```bash {id=which-disk kind=check}
   $ df -h
   ```

   ```text
   /dev/sda1 97%
   ```

2. Decide:
   - a log → rotate
   - data → grow

Some prose.

- not a step

## Mitigation

### Rotate

Rotate by hand:

```bash
logrotate -f /etc/logrotate.conf
```

```json
{"this": "is output"}
```

- [ ] Watch it for ten minutes
- [x] Already thought of

> ```bash
> sync
> ```

## Escalation

1. Call somebody
"""


def test_steps_are_numbered_items_task_items_and_code_that_stands_alone() -> None:
    steps = steps_of(book(TEXT))

    assert [(step.section, step.text) for step in steps] == [
        ("Diagnostics", "See which disk:"),
        ("Diagnostics", "Decide: · a log → rotate · data → grow"),
        ("Rotate", "Rotate by hand:"),
        ("Rotate", "Watch it for ten minutes"),
        ("Rotate", "Already thought of"),
        ("Rotate", "Rotate"),
    ]


def test_step_carries_what_to_copy_without_prompt_and_output_and_its_id() -> None:
    first, second = steps_of(book(TEXT))[:2]

    assert (first.code, first.id, first.anchor) == ("df -h", "which-disk", "diagnostics")
    assert (second.code, second.id) == ("", "")


def test_runbook_of_informing_sections_alone_still_has_its_steps() -> None:
    assert [s.text for s in steps_of(book("# A\n\n## Symptoms\n\n1. look\n"))] == ["look"]


def test_prose_has_no_steps() -> None:
    assert steps_of(book("# Essay\n\nWords and words.\n\n- a list\n")) == ()


def test_huge_runbook_is_cut() -> None:
    text = "# A\n\n## Fix\n\n" + "\n".join(f"{n}. step" for n in range(1, 500))
    assert len(steps_of(book(text))) == MOST_STEPS


@settings(deadline=None)
@given(st.text(alphabet="#-*1. `\n[]x>ab{}=", max_size=300))
def test_no_text_is_too_much(text: str) -> None:
    for step in steps_of(book(text)):
        assert len(step.text) <= 300
        assert len(step.code) <= 1500
