"""RB008 and RB030: where links lead."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from incident_bot.domain.runbooks.addresses import is_safe_url
from incident_bot.domain.runbooks.anchors import anchor_key
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.lint.subject import Said, Subject, Surroundings
from incident_bot.domain.runbooks.nodes import Heading, Image, inlines_in, walk

_RESERVED = ("example", "example.com", "example.net", "example.org", "invalid", "localhost", "test")
"""Names that are never anybody's (RFC 2606)."""


def check(subject: Subject, around: Surroundings) -> Iterator[Said]:
    """Yield the findings of the whole family."""
    for section in subject.document.sections:
        for href in _addresses(subject, section):
            yield from _check_link(subject, around, section, href)
    for line, href in external_links(subject) if around.dead else ():
        if why := around.dead.get(href.partition("#")[0]):
            yield Said("RB008", line, f"{href} {why}", "warning")
    yield from _related(subject, around)
    if subject.main.facts.status == "deprecated" and subject.main.facts.alerts:
        message = "deprecated, but still the runbook of an alert; point the alert elsewhere"
        yield Said("RB030", subject.key_line("status"), message)


def external_links(subject: Subject) -> Iterator[tuple[int, str]]:
    """Yield the absolute addresses of a file with their lines; examples and templates left out."""
    for section in subject.document.sections:
        for href in _addresses(subject, section, images=True):
            if _is_external(href):
                yield _line_of(subject, section, href), href
    facts = subject.main.facts
    for key, named in (
        ("dashboards", facts.dashboards),
        ("logs", facts.logs),
        ("links", facts.links),
    ):
        for one in named:
            if _is_external(one.url):
                yield subject.key_line(key), one.url


def _is_external(href: str) -> bool:
    if not href.lower().startswith(("http://", "https://")) or not is_safe_url(href):
        return False
    host = (urlsplit(href).hostname or "").rstrip(".")
    reserved = host in _RESERVED or host.endswith(tuple(f".{name}" for name in _RESERVED))
    return bool(host) and not reserved and not any(sign in href for sign in "<>{}$")


def _addresses(subject: Subject, section: Section, *, images: bool = False) -> Iterator[str]:
    seen: set[str] = set()
    heading = Heading(1, subject.document.heading(section.index))
    for block in walk((heading, *subject.document.own_blocks(section.index))):
        for inline in inlines_in(block):
            href = (inline.url or "").strip()
            if href and href not in seen and (images or not isinstance(inline, Image)):
                seen.add(href)
                yield href


def _check_link(
    subject: Subject, around: Surroundings, section: Section, href: str
) -> Iterator[Said]:
    head = href.split("#", 1)[0]
    if ":" in head.split("/", 1)[0] or href.startswith("//"):
        return
    line = _line_of(subject, section, href)
    if href.startswith("#"):
        if anchor_key(href) not in subject.document.anchors:
            yield Said("RB008", line, f"no heading has the anchor {href}")
        return
    target = around.shelf.follow(subject.main, href)
    if target.runbook is not None:
        anchor = href.partition("#")[2]
        if anchor and anchor_key(anchor) not in target.runbook.document.anchors:
            yield Said("RB008", line, f"{target.runbook.path} has no anchor #{anchor}")
        elif target.runbook.facts.status == "deprecated":
            yield Said("RB030", line, f"{target.runbook.key} is deprecated")
        return
    if around.files is None:
        return
    path = posixpath.join(posixpath.dirname(subject.document.path), unquote(head))
    inside = posixpath.normpath(path.lstrip("/"))
    known = ((subject.library, inside), (subject.library, inside + ".md"))
    folder = any(name == subject.library and p.startswith(inside + "/") for name, p in around.files)
    if inside.startswith("..") or not (folder or any(one in around.files for one in known)):
        yield Said("RB008", line, f"link target {href!r} does not exist")


def _line_of(subject: Subject, section: Section, href: str) -> int:
    for number in range(section.line, min(section.stop, len(subject.document.lines))):
        if href in subject.document.lines[number]:
            return number
    return section.line


def _related(subject: Subject, around: Surroundings) -> Iterator[Said]:
    for name in subject.main.facts.related:
        found = around.shelf.get(name) or around.shelf.get(f"{subject.main.system}/{name}")
        line = subject.key_line("related")
        if found is None:
            yield Said("RB008", line, f"related runbook {name!r} does not exist")
        elif found.facts.status == "deprecated":
            yield Said("RB030", line, f"related runbook {name!r} is deprecated")
