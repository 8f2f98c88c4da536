"""Reading what follows the runbook command."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from incident_bot.slack.grammar import orders
from incident_bot.slack.grammar.orders import Order
from incident_bot.slack.grammar.words import as_words, first_name, first_word, unquoted

RATING_WORDS = {
    "worked": "worked",
    "works": "worked",
    "helped": "worked",
    "failed": "failed",
    "fails": "failed",
    "outdated": "outdated",
    "stale": "outdated",
}
"""What people write → how a runbook is rated."""


def read_runbook(text: str, command: str) -> Order:
    """Read what was typed after the runbook command; `command` is how it was called."""
    word, rest = first_word(text)
    verb = word.casefold()
    if not word or (verb == "list" and not rest):
        return orders.RunbookList()
    if verb == "help":
        return orders.Help("runbook")
    if verb in _READ:
        return _READ[verb](rest, command)
    name, section = first_name(text)
    return orders.RunbookShow(as_words(name), as_words(unquoted(section)) or None)


def _search(text: str, command: str) -> Order:
    wanted = as_words(unquoted(text))
    example = f"{command} search replication lag"
    return orders.RunbookSearch(wanted) if wanted else orders.Misused("Search for what?", example)


def _for(text: str, command: str) -> Order:
    """An alert as it was pasted; quotes inside belong to it."""
    told = as_words(text)
    example = f"{command} for HighErrorRate"
    return orders.RunbookFor(told) if told else orders.Misused("For which alert?", example)


def _rate(text: str, command: str) -> Order:
    """`worked`, `api-5xx worked`, `api-5xx outdated the flag is gone`; nothing asks for all."""
    if not text:
        return orders.RunbookRate(None, None)
    word, rest = first_word(text)
    if rating := _rating(word):
        return orders.RunbookRate(None, rating, as_words(rest))
    name, rest = first_name(text)
    word, note = first_word(rest)
    rating = _rating(word)
    if word and rating is None:
        say = f"{word[:100]} is not a rating: it is worked, failed or outdated."
        return orders.Misused(say, f"{command} rate {as_words(name)[:100]} worked")
    return orders.RunbookRate(as_words(name), rating, as_words(note))


def _rating(word: str) -> str | None:
    return RATING_WORDS.get(word.casefold().strip(".,:;!"))


def _gap(text: str, _command: str) -> Order:
    """A text, after `NAME:` when it is not about the runbook of the room."""
    told = as_words(unquoted(text))
    if not told:
        return orders.RunbookGapForm()
    name, colon, rest = told.partition(": ")
    if colon and rest.strip() and len(name) <= 100:
        return orders.RunbookGap(name.strip(), rest.strip())
    return orders.RunbookGap(None, told)


_READ: Mapping[str, Callable[[str, str], Order]] = {
    "suggest": lambda rest, _command: orders.RunbookSuggest(as_words(unquoted(rest))),
    "search": _search,
    "for": _for,
    "alert": _for,
    "start": lambda rest, _command: orders.RunbookStart(as_words(unquoted(rest)) or None),
    "rate": _rate,
    "report-gap": _gap,
    "gap": _gap,
    "stats": lambda rest, _command: orders.RunbookStats(as_words(unquoted(rest)) or None),
}
