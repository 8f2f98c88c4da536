"""What stands between a draft and its review, as findings that name the place and the fix."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from incident_bot.domain.postmortems.draft import Action, Draft
from incident_bot.domain.postmortems.fields import BY_KEY, FIELDS
from incident_bot.domain.postmortems.redaction import RedactionPolicy, Redactor
from incident_bot.domain.postmortems.sections import Section, parse, split_front
from incident_bot.domain.postmortems.wording import check_wording

_VAGUE = re.compile(
    r"^\W*(?:be (?:more )?careful|investigate|monitor|look into|think about|consider|try to"
    r"|improve|discuss|make sure)\b",
    re.IGNORECASE,
)
_NO_VERB = re.compile(
    r"^\W*(?:the|a|an|more|better|no|some|we|it|this|that|there|our|my|need(?:s|ed)?)\b",
    re.IGNORECASE,
)
_INTERNAL = re.compile(
    r"\b(?:[a-z0-9-]+\.)+(?:internal|local|lan|corp|intra|svc)\b|\b(?:10|127|192\.168)\.\d+\.\d+\b"
    r"|\b[a-z]+(?:-[a-z]+)*-\d{1,4}\b",
    re.IGNORECASE,
)
_PROMPT = "*To fill in:"
_EMPTY_CELL = re.compile(r"\|\s*\?\s*(?=\|)")
_EMPTY_LINE = re.compile(r":\s*\?\s*$", re.MULTILINE)
_NONE_NEEDED = re.compile(
    r"\bno (?:corrective )?action(?:s)? (?:is |are )?(?:needed )?because\b", re.IGNORECASE
)
_WRITTEN = frozenset({"summary", "narrative", "factors", "five-whys", "reflection", "external"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right. A ``warning`` is advice; anything else keeps a document from review."""

    rule: str
    where: str
    message: str
    warning: bool = False


def lint(draft: Draft) -> tuple[Finding, ...]:
    """Findings of a draft nobody has worked on yet."""
    return (
        *_unfilled(draft),
        *_timeline(draft),
        *_actions(draft.actions),
        *_secrets("draft", _texts(draft)),
        *(Finding("record", "metrics", problem) for problem in draft.metrics.problems),
        *(
            Finding(f"wording-{w.rule}", w.where, f"“{w.phrase}”: {w.suggestion}", warning=True)
            for w in draft.wording
        ),
    )


def lint_document(markdown: str) -> tuple[Finding, ...]:
    """Findings of a document people have written in; empty means ready for review."""
    _, body = split_front(markdown)
    sections = {
        part.name: part.body
        for part in parse(body)
        if isinstance(part, Section) and not part.suggestion
    }
    findings: list[Finding] = []
    for field in FIELDS:
        text = sections.get(field.key, "")
        if not text.strip() and field.prompt:
            findings.append(Finding("empty", field.key, f"“{field.title}” is empty."))
        findings += _unanswered(field.key, text)
        if field.key in _WRITTEN:
            prose = "\n".join(line for line in text.splitlines() if not _bots_own(line))
            findings += (
                Finding(f"wording-{w.rule}", w.where, f"“{w.phrase}”: {w.suggestion}", warning=True)
                for w in check_wording(field.key, prose)
            )
    findings += _types_missing(sections.get("actions", ""))
    findings += (
        Finding("internal-name", "external", f"“{match[0]}” looks like an internal name.")
        for match in _INTERNAL.finditer(sections.get("external", ""))
    )
    return (*findings, *_secrets("document", [body]))


def _bots_own(line: str) -> bool:
    return line.startswith((_PROMPT, "#", ">"))


def _unfilled(draft: Draft) -> Iterator[Finding]:
    for field in FIELDS:
        if field.fill == "human":
            yield Finding("empty", field.key, f"“{field.title}” needs a person.")
    if not draft.facts.owner:
        yield Finding("empty", "facts", "Nobody owns this post-mortem.")
    if not draft.detected_by:
        yield Finding("empty", "detection", "Nobody said how it was noticed.")
    if draft.moments.impact_started is None:
        yield Finding("empty", "impact", "When the impact began is unknown.")


def _timeline(draft: Draft) -> Iterator[Finding]:
    if not draft.timeline:
        yield Finding("timeline", "timeline", "The timeline has no rows.")
    for row in draft.timeline:
        if row.at.utcoffset() is None or row.at.utcoffset():
            yield Finding("timeline", "timeline", f"“{row.text}” has no UTC time.")
        if not row.evidence_url and row.confidence == "hypothesis":
            yield Finding("evidence", "timeline", f"“{row.text}” has no evidence.", warning=True)


def _actions(actions: Iterable[Action]) -> Iterator[Finding]:
    kinds = set()
    for action in actions:
        kinds.add(action.kind.lower())
        yield from _one_action(action)
    if "prevent" not in kinds:
        yield Finding(
            "actions", "actions", "No action prevents; add one, or say why none is needed."
        )
    if not kinds & {"detect", "mitigate"}:
        yield Finding(
            "actions",
            "actions",
            "No action detects or mitigates; add one, or say why none is needed.",
        )


def _one_action(action: Action) -> Iterator[Finding]:
    name = f"“{action.text}”"
    if not action.owner:
        yield Finding("action-owner", "actions", f"{name} has no owner.")
    if action.due is None:
        yield Finding("action-due", "actions", f"{name} has no due date.")
    if not action.text.strip() or _NO_VERB.match(action.text):
        yield Finding("action-verb", "actions", f"{name} should begin with a verb.")
    elif _VAGUE.match(action.text):
        yield Finding("action-vague", "actions", f"{name} does not say when it is done.")


def _unanswered(key: str, text: str) -> Iterator[Finding]:
    if _PROMPT in text:
        title = BY_KEY[key].title
        yield Finding("prompt", key, f"Answer the prompt of “{title}”, then delete it.")
    open_cells = len(_EMPTY_CELL.findall(text)) + len(_EMPTY_LINE.findall(text))
    if open_cells:
        yield Finding("question-mark", key, f"{open_cells} “?” left to fill in.")


def _types_missing(actions: str) -> Iterator[Finding]:
    if _NONE_NEEDED.search(actions):
        return
    kinds = {
        cells[3].strip().lower()
        for cells in (line.split("|") for line in actions.splitlines())
        if len(cells) > 8
    }
    if "prevent" not in kinds:
        yield Finding(
            "actions", "actions", "No action of type Prevent, and no “no action because…”."
        )
    if not kinds & {"detect", "mitigate"}:
        yield Finding(
            "actions",
            "actions",
            "No action of type Detect or Mitigate, and no “no action because…”.",
        )


def _secrets(where: str, texts: Iterable[str]) -> Iterator[Finding]:
    redactor = Redactor(RedactionPolicy(emails=False), where)
    for text in texts:
        redactor.redact(text)
    for kind, count in redactor.report().counts.items():
        yield Finding("secret", where, f"{count} unredacted {kind}: remove it, then rotate it.")


def _texts(draft: Draft) -> Iterator[str]:
    yield draft.facts.title
    yield draft.summary
    for row in (*draft.timeline, *draft.questions):
        yield row.text
    yield from (action.text for action in draft.actions)
    yield from (candidate.text for candidate in draft.candidates)
    yield from (decision.text for decision in draft.decisions)
