"""RB009, RB011, RB014, RB023, RB024, RB026, RB028: what the text says."""

import re
from collections.abc import Iterator

from incident_bot.domain.postmortems.detectors import SECRETS, Detector
from incident_bot.domain.runbooks.lint.subject import Said, Subject, Surroundings
from incident_bot.domain.runbooks.nodes import Image, Table, inlines_in, walk

MAX_CODE_LINE = 120
MAX_SECTION = 3_000
MAX_SECTION_EVER = 9_000
_MAX_SENTENCE_WORDS = 45
_LEFT_OVER = re.compile(r"\b(?:TODO|TBD|FIXME|XXX)\b|<\s*[Ii]nsert [^<>\n]{1,80}>|\blorem ipsum\b")
_PING = re.compile(
    r"<!(?:here|channel|everyone)[^<>]{0,40}>|(?<![\w`])@(?:here|channel|everyone)\b"
    r"|<@[UW][A-Z0-9]{5,}>|(?<![\w./`@-])@[a-z]{2,20}\.[a-z]{2,20}\b(?!\.)"
)
_FUTURE = re.compile(
    r"\b(?:will|shall) (?:soon )?be (?:removed|deprecated|added|replaced|renamed|migrated)\b",
    re.IGNORECASE,
)
_MADE_UP = re.compile(r"(?=[^\s]*[0-9])(?=[^\s]*[A-Za-z])[A-Za-z0-9+/=_!@#%^&*.-]{8,200}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_GENERATOR = re.compile(r"\{\{[<%]|\{%|--8<--|\{:[ \t]*[.#]")


def check(subject: Subject, _around: Surroundings) -> Iterator[Said]:
    """Yield the findings of the whole family."""
    yield from _left_overs(subject)
    yield from _lengths(subject)
    yield from _secrets(subject)
    yield from _generators(subject)
    yield from _pictures(subject)
    yield from _style(subject)
    yield from _pings(subject)


def _left_overs(subject: Subject) -> Iterator[Said]:
    for number, line in enumerate(subject.document.lines):
        found = _LEFT_OVER.search(line)
        if found:
            yield Said("RB009", number, f"{found.group()!r} is left to be done")


def _lengths(subject: Subject) -> Iterator[Said]:
    for fence in subject.fences:
        for offset, line in enumerate(fence.block.code.split("\n")):
            if len(line) > MAX_CODE_LINE:
                message = f"code line of {len(line)} characters cannot be read on a phone"
                yield Said("RB011", fence.first_line + offset, message)
                break
    document = subject.document
    for section in document.sections:
        size = len(document.markdown(section.index, whole=False))
        if size > MAX_SECTION_EVER:
            message = f"section of {size} characters does not fit one message"
            yield Said("RB011", section.line, message, "error")
        elif size > MAX_SECTION:
            yield Said("RB011", section.line, f"section of {size} characters; split it")


def _secrets(subject: Subject) -> Iterator[Said]:
    for number, line in enumerate(subject.document.lines):
        kinds = [detector.kind for detector in SECRETS if _holds_secret(detector, line)]
        if kinds:
            yield Said("RB014", number, f"this line looks like a secret ({kinds[0]})")


def _holds_secret(detector: Detector, line: str) -> bool:
    for match in detector.pattern.finditer(line):
        if not detector.keyed:
            return True
        # "password is generated" is prose: a value after a key word must look made up.
        named = (name for name in ("value", "dq", "sq", "bq") if name in match.re.groupindex)
        value = next((match[name] for name in named if match[name]), match[0])
        if _MADE_UP.fullmatch(value.strip("\"'`.,;)")):
            return True
    return False


def _generators(subject: Subject) -> Iterator[Said]:
    for removed in subject.document.removed:
        if removed.line > 0 and _GENERATOR.search(removed.text) and "\n" not in removed.text:
            message = "site-generator syntax is not rendered in Slack"
            yield Said("RB023", removed.line - 1, message)


def _pictures(subject: Subject) -> Iterator[Said]:
    document = subject.document
    for section in document.sections:
        for block in walk(document.own_blocks(section.index)):
            if isinstance(block, Table) and len(block.header) > 10:
                yield Said("RB024", section.line, "table of more than 10 columns")
            for inline in inlines_in(block):
                if isinstance(inline, Image) and not inline.alt.strip():
                    yield Said("RB024", section.line, f"image {inline.url!r} has no text")


def _style(subject: Subject) -> Iterator[Said]:
    for number, line in subject.prose:
        if _FUTURE.search(line):
            yield Said("RB026", number, "say what is, not what will be")
        if line.lstrip().startswith(("|", "#", ">")):
            continue
        for sentence in _SENTENCE_END.split(line):
            if len(sentence.split()) > _MAX_SENTENCE_WORDS:
                yield Said("RB026", number, "sentence of more than 45 words")
                break


def _pings(subject: Subject) -> Iterator[Said]:
    for number, line in subject.prose:
        found = _PING.search(line)
        if found:
            yield Said("RB028", number, f"{found.group()!r} names a person or pings a room")
