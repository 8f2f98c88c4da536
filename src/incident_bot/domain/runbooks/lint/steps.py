"""RB021 and RB022: blocks that ask to be executed."""

import re
from collections.abc import Iterator, Mapping

from incident_bot.domain.runbooks.facts import seconds
from incident_bot.domain.runbooks.lint.subject import Fence, Said, Subject, Surroundings
from incident_bot.domain.runbooks.marked import digest_of, id_of, marked_blocks

KEYS = frozenset(
    [
        "id",
        "name",
        "kind",
        "risk",
        "requires",
        "approvals",
        "timeout",
        "confirm",
        "verify",
        "rollback",
        "vars",
        "runner",
        "dry_run",
        "idempotent",
    ]
)
MAX_TIMEOUT = 300.0
_ID = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_FORBIDDEN = (
    (re.compile(r"\|\s*(?:sudo\s+)?(?:ba|z|k)?sh\b"), "a pipe into a shell"),
    (re.compile(r"\brm\s+-[a-zA-Z]*r[a-zA-Z]*\s+/(?:\s|$|\*)"), "rm -rf /"),
    (re.compile(r"\bsudo\b"), "sudo"),
    (re.compile(r"\b(?:ba|z)?sh\s+-c\b|\beval\b"), "a command built from text"),
    (
        re.compile(r"\b(?:kubectl|oc|docker)\s+exec\s+[^\n]*-(?:it|ti|i\b|t\b)"),
        "an interactive exec",
    ),
    (re.compile(r"^\s*ssh\s+[^\n]+$", re.MULTILINE), "ssh to a host"),
    (
        re.compile(r"\bpsql\b(?![^\n]*\s-(?:c|f|A?t?A?c)\b)(?![^\n]*--(?:command|file))"),
        "interactive psql",
    ),
    (re.compile(r"<<-?\s*[\"']?\w"), "a heredoc"),
    (
        re.compile(r"(?:password|passwd|api[_-]?key|secret|token)\s*=\s*[^\s$\"']", re.IGNORECASE),
        "a secret argument",
    ),
    (re.compile(r"(?<![\"'\w=])<[A-Za-z][\w .-]*>(?![\"'])"), "an unquoted placeholder"),
)


def check(subject: Subject, around: Surroundings) -> Iterator[Said]:
    """Yield the findings of the whole family."""
    steps = [(fence, _attributes(fence)) for fence in subject.fences]
    steps = [(fence, keys) for fence, keys in steps if "id" in keys or "name" in keys]
    known = [id_of(fence.block) for fence, _ in steps]
    digests = {
        id_of(block): digest_of(subject.main, block) for block in marked_blocks(subject.main)
    }
    for (fence, keys), identifier in zip(steps, known, strict=True):
        if known.count(identifier) > 1:
            yield Said("RB022", fence.start, f"step id {identifier!r} is not unique")
        yield from _shape(fence, keys, identifier, known)
        yield from _harm(fence)
        runner = keys.get("runner")
        if runner and around.runners is not None and runner not in around.runners:
            yield Said("RB022", fence.start, f"runner {runner!r} is not configured")
        pin = around.pins.get(f"{subject.main.key}#{identifier}")
        if pin is not None and pin != digests.get(identifier):
            yield Said("RB022", fence.start, f"step {identifier!r} changed since it was approved")
        if keys.get("risk") == "high" and not keys.get("rollback") and not _rolls_back(subject):
            yield Said("RB021", fence.start, f"step {identifier!r} is high risk without a rollback")
        if keys.get("kind", "action") == "action" and not (
            keys.get("verify") or any(s.grade("verification") for s in subject.main.sections)
        ):
            yield Said("RB021", fence.start, f"step {identifier!r} is not verified")


def _attributes(fence: Fence) -> Mapping[str, str]:
    return dict(fence.block.attributes)


def _rolls_back(subject: Subject) -> bool:
    return any("rollback" in section.title.lower() for section in subject.main.sections)


def _shape(
    fence: Fence, keys: Mapping[str, str], identifier: str, known: list[str]
) -> Iterator[Said]:
    if not _ID.match(identifier):
        yield Said("RB022", fence.start, f"step id {identifier!r} is not kebab-case")
    for key, allowed in (("kind", {"check", "action"}), ("risk", {"read", "low", "high"})):
        if key in keys and keys[key] not in allowed:
            yield Said("RB022", fence.start, f"{key} {keys[key]!r} is none of {sorted(allowed)}")
    span = seconds(keys["timeout"]) if "timeout" in keys else 60.0
    if span is None or not 0 < span <= MAX_TIMEOUT:
        yield Said("RB022", fence.start, "timeout must be between 1s and 300s")
    if keys.get("approvals", "0") not in {"0", "1", "2"}:
        yield Said("RB022", fence.start, "approvals must be 0, 1 or 2")
    for key in ("verify", "rollback"):
        if key in keys and keys[key] not in known:
            yield Said("RB022", fence.start, f"{key} names no step: {keys[key]!r}")
    for key in sorted(keys.keys() - KEYS):
        yield Said("RB022", fence.start, f"unknown step attribute {key!r}", "warning")


def _harm(fence: Fence) -> Iterator[Said]:
    for pattern, what in _FORBIDDEN:
        if pattern.search(fence.block.commands):
            yield Said("RB022", fence.start, f"an executable step must not hold {what}")
