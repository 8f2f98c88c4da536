"""From the text of a step to what a runner is handed: arguments, an address, fields. No shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from incident_bot.domain.execution.allowance import ArgvRunner, HttpRunner, WebhookRunner

_BLANK = re.compile(r"\$(?:([A-Z][A-Z0-9_]*)|\{([A-Z][A-Z0-9_]*)\})")
_SHELL = re.compile(r"[|;&<>`$(){}*?!~\n\r\0\\]|^#")
_REQUEST = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE) (\S{1,2000})")


class NotExecutable(ValueError):
    """A step's text is nothing that a runner can be handed; the message says why."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a runner does: `argv` with an absolute program first, or a request with JSON fields."""

    kind: str
    argv: tuple[str, ...] = ()
    method: str = ""
    url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def shown(self) -> str:
        """How it is shown to people before it runs."""
        if self.kind == "argv":
            return shlex.join(self.argv)
        told = "".join(f"\n{name}: {value}" for name, value in self.fields.items())
        return f"{self.method} {self.url}{told}"


def blanks(text: str) -> frozenset[str]:
    """The variables that a command names."""
    return frozenset(short or long for short, long in _BLANK.findall(text))


def prepare(
    text: str, runner: HttpRunner | WebhookRunner | ArgvRunner, values: Mapping[str, str]
) -> Prepared:
    """Put checked values into a command.

    Raises:
        NotExecutable: when the text asks for more than the runner is allowed.
    """
    if isinstance(runner, ArgvRunner):
        return Prepared("argv", argv=_argv(text, runner, values))
    if isinstance(runner, HttpRunner):
        return _request(text, runner, values)
    return Prepared("webhook", method="POST", url=runner.url, fields=dict(values))


def _argv(text: str, runner: ArgvRunner, values: Mapping[str, str]) -> tuple[str, ...]:
    command = text.strip()
    if "\n" in command:
        raise NotExecutable("a step is one command on one line")
    try:
        words = shlex.split(command, comments=False, posix=True)
    except ValueError as error:
        raise NotExecutable(f"the quotes do not match: {error}") from error
    if not words:
        raise NotExecutable("there is no command")
    program = runner.binaries.get(words[0])
    if program is None:
        raise NotExecutable(f"{words[0]!r} is not one of the programs that may be started")
    return (program, *(_argument(word, values) for word in words[1:]))


def _argument(word: str, values: Mapping[str, str]) -> str:
    """One argument: a whole variable, or literal text without anything a shell would read."""
    blank = _BLANK.fullmatch(word)
    if blank is not None:
        name = blank[1] or blank[2]
        if name not in values:
            raise NotExecutable(f"{name} is not a variable of this step")
        return values[name]
    if _SHELL.search(word):
        raise NotExecutable(f"the argument {word[:60]!r} is written for a shell; there is none")
    return word


def _request(text: str, runner: HttpRunner, values: Mapping[str, str]) -> Prepared:
    found = _REQUEST.fullmatch(text.strip())
    if found is None:
        raise NotExecutable("a step of an http runner is one line: METHOD and address")
    method, url = found[1], found[2]
    if method != runner.method:
        raise NotExecutable(f"the method {method} is not allowed, only {runner.method}")
    if not within(url, runner.prefix):
        raise NotExecutable(f"{url[:200]} is not below the allowed prefix")
    if values and method in ("GET", "HEAD"):
        raise NotExecutable(f"{method} carries no fields for variables")
    return Prepared("http", method=method, url=url, fields=dict(values))


def within(url: str, prefix: str) -> bool:
    """Whether an address is the prefix or below it, read so that no spelling gets around it."""
    if "\\" in url or any(ord(char) <= 32 or ord(char) == 127 for char in url) or "$" in url:
        return False
    try:
        asked, allowed = urlsplit(url), urlsplit(prefix)
        same_place = (asked.scheme, asked.hostname, asked.port) == (
            allowed.scheme,
            allowed.hostname,
            allowed.port,
        )
    except ValueError:
        return False
    if not same_place or "@" in asked.netloc or asked.fragment:
        return False
    path = asked.path
    for _ in range(3):  # also what is encoded twice
        path = unquote(path)
    if "\\" in path or "//" in path or any(part in (".", "..") for part in path.split("/")):
        return False
    root = allowed.path.rstrip("/")
    return asked.path == root or asked.path.startswith(root + "/") or not root
