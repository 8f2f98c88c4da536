"""Reading what follows the incident command."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from incident_bot.domain.configuration import Configuration
from incident_bot.slack.grammar import orders
from incident_bot.slack.grammar.orders import Mention, Order
from incident_bot.slack.grammar.page import read_page
from incident_bot.slack.grammar.runbook import read_runbook
from incident_bot.slack.grammar.severities import (
    find_severity,
    looks_like_severity,
    nearest_severity,
    take_severity,
)
from incident_bot.slack.grammar.subcommands import named, of_family
from incident_bot.slack.grammar.words import (
    any_person,
    as_words,
    first_word,
    nearest,
    take_options,
    unquoted,
)

Reader = Callable[[str, Configuration, str], Order]
_NUMBER = re.compile(r"(?:#|[a-z]{1,20}-)?(\d{1,9})", re.IGNORECASE)
_EDGES = ":,.!?"


def read_incident(text: str, rules: Configuration, command: str) -> Order:
    """Read what was typed after the incident command; `command` is how it was called."""
    word, rest = first_word(text)
    known = named("incident", word.strip(_EDGES))
    if not word:
        return orders.Help()
    if known is not None:
        return _READERS[known.name](rest, rules, command)
    return _unknown(text, word, rules, command)


def _unknown(text: str, word: str, rules: Configuration, command: str) -> Order:
    if find_severity(word, rules) or looks_like_severity(word, rules):
        return orders.Unknown(word, "declare", f"{command} declare {as_words(text)}"[:300])
    if word.casefold().strip(_EDGES) in ("oncall", "on-call"):
        return orders.Unknown(word, rules.commands.oncall, rules.commands.oncall)
    names = {name: s for s in of_family("incident") for name in (s.name, *s.aliases)}
    near = names[nearest(word, list(names)) or "help"]
    return orders.Unknown(word, near.name, f"{command} {near.example}")


def _declare(rest: str, rules: Configuration, command: str) -> Order:
    if not rest:
        return orders.DeclareForm()
    options = take_options(rest, ("private", "drill"), ("service",))
    example = f"{command} declare sev2 checkout 5xx --service checkout"
    if options.misspelt:  # never open in public what was meant to be private
        typed, meant = options.misspelt[0]
        right = " ".join(f"--{meant}" if w == typed else w for w in as_words(rest).split())
        return orders.Misused(
            f"There is no option {typed}. Is it --{meant}?", f"{command} declare {right}"[:300]
        )
    service = options.values.get("service")
    if service == "":
        return orders.Misused("--service needs the name of a service.", example)
    severity, words = take_severity(options.words, rules)
    if severity is None and words and looks_like_severity(words[0], rules):
        tail = " ".join([w for w in rest.split() if w != words[0]])
        return _unknown_severity(words[0], f"{command} declare", tail, rules)
    return orders.Declare(
        severity=severity.name if severity else None,
        title=as_words(unquoted(" ".join(words))),
        private="private" in options.switches,
        drill="drill" in options.switches,
        service=service,
    )


def _unknown_severity(word: str, before: str, after: str, rules: Configuration) -> Order:
    near = nearest_severity(word, rules)
    example = f"{before} {near.lower()} {as_words(after)}".strip()[:300]
    return orders.UnknownSeverity(word, near, example, tuple(s.name for s in rules.severities))


def _update(rest: str, _rules: Configuration, _command: str) -> Order:
    return orders.Update(unquoted(rest)) if rest else orders.UpdateForm()


def _status(rest: str, _rules: Configuration, _command: str) -> Order:
    word, text = first_word(rest)
    return orders.Status(word.strip(_EDGES) or word, text) if word else orders.UpdateForm()


def _severity(rest: str, rules: Configuration, command: str) -> Order:
    words = rest.split()
    if not words:
        return orders.SeverityForm()
    severity, reason = take_severity(words, rules)
    if severity is None:
        return _unknown_severity(words[0], f"{command} severity", " ".join(words[1:]), rules)
    return orders.SetSeverity(severity.name, " ".join(reason))


def _role(rest: str, rules: Configuration, _command: str) -> Order:
    user, words = any_person(rest)
    name = unquoted(" ".join(words.split()))
    if not name:
        return orders.Lead(user) if user else orders.RolesForm()
    if user is None and rules.role(name) is None:
        role, _, last = name.rpartition(" ")
        if rules.role(role) is not None:
            name, user = role, None if last.casefold() == "me" else Mention(None, last)
    return orders.TakeRole(name, user)


def _lead(rest: str, _rules: Configuration, command: str) -> Order:
    user, words = any_person(rest)
    if user is None and words and words.casefold() != "me":
        return orders.Misused("Name a person to lead, with @.", f"{command} lead @ada")
    return orders.Lead(user)


def _log(rest: str, _rules: Configuration, _command: str) -> Order:
    return orders.Log(unquoted(rest)) if rest else orders.LogForm()


def _rename(rest: str, _rules: Configuration, command: str) -> Order:
    title = as_words(unquoted(rest))
    example = f"{command} rename checkout fails for cards"
    return orders.Rename(title) if title else orders.Misused("A title is missing.", example)


def _resolve(rest: str, _rules: Configuration, _command: str) -> Order:
    return orders.Resolve(unquoted(rest))


def _reopen(rest: str, _rules: Configuration, _command: str) -> Order:
    return orders.Reopen(unquoted(rest))


def _cancel(rest: str, _rules: Configuration, _command: str) -> Order:
    return orders.Cancel(unquoted(rest))


def _postmortem(rest: str, _rules: Configuration, command: str) -> Order:
    if rest and rest.casefold() != "draft":
        return orders.Unknown(rest[:100], "postmortem", f"{command} postmortem")
    return orders.Postmortem()


def _list(rest: str, rules: Configuration, command: str) -> Order:
    word = rest.casefold()
    if word in ("", "open"):
        return orders.List()
    if word == "mine":
        return orders.List("mine")
    if word == "all":
        return orders.List("all")
    severity, after = take_severity(rest.split(), rules)
    if severity is not None and not after:
        return orders.List("open", severity.name)
    if looks_like_severity(rest, rules):
        return _unknown_severity(rest[:100], f"{command} list", "", rules)
    near = nearest(word, ["open", "mine", "all"]) or "open"
    return orders.Unknown(rest[:100], near, f"{command} list {near}")


def _show(rest: str, _rules: Configuration, command: str) -> Order:
    if not rest:
        return orders.Show(None)
    found = _NUMBER.fullmatch(rest)
    if found is None:
        return orders.Misused("An incident is shown by its number.", f"{command} show 42")
    return orders.Show(int(found[1]))


def _help(rest: str, _rules: Configuration, _command: str) -> Order:
    return orders.Help(" ".join(rest.split())[:100])


_READERS: Mapping[str, Reader] = {
    "declare": _declare,
    "update": _update,
    "status": _status,
    "severity": _severity,
    "role": _role,
    "lead": _lead,
    "log": _log,
    "timeline": lambda _rest, _rules, _command: orders.Timeline(),
    "catchup": lambda _rest, _rules, _command: orders.Catchup(),
    "page": lambda rest, rules, command: read_page(rest, rules, f"{command} page"),
    "runbook": lambda rest, _rules, command: read_runbook(rest, f"{command} runbook"),
    "rename": _rename,
    "resolve": _resolve,
    "reopen": _reopen,
    "close": lambda _rest, _rules, _command: orders.Close(),
    "cancel": _cancel,
    "postmortem": _postmortem,
    "list": _list,
    "show": _show,
    "doctor": lambda _rest, _rules, _command: orders.Doctor(),
    "help": _help,
}
