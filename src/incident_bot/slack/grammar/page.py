"""Reading what follows the page command."""

from __future__ import annotations

from collections.abc import Mapping

from incident_bot.domain.configuration import Configuration
from incident_bot.slack.grammar import orders
from incident_bot.slack.grammar.orders import Order
from incident_bot.slack.grammar.subcommands import named, of_family
from incident_bot.slack.grammar.words import first_name, first_word, leading_person, nearest

_VERBS: Mapping[str, Order] = {
    "ack": orders.PageAck(),
    "decline": orders.PageDecline(),
    "escalate": orders.PageEscalate(),
    "status": orders.PageStatus(),
    "help": orders.Help("page"),
}
_CLOSE = 65
"""How alike (0–100) a word must be to a verb or a policy to be taken for a slip of the finger."""


def read_page(text: str, rules: Configuration, command: str) -> Order:
    """Read what was typed after the page command; `command` is how it was called."""
    if not text:
        return orders.PageForm()
    person, message = leading_person(text)
    if person is not None:
        return orders.PagePerson(person, message)
    word, _ = first_word(text)
    name, message = first_name(text)
    policy = next((p for p in rules.policies if p == name.casefold()), None)
    if policy is not None:
        return orders.PagePolicy(policy, message)
    verb = named("page", word.strip(":,.!"))
    if verb is not None:
        return _VERBS[verb.name]
    if word.startswith("<!"):
        return orders.Misused("A page goes to a policy or to one person.", f"{command} @ada")
    names = [n for s in of_family("page") for n in (s.name, *s.aliases) if n]
    near = nearest(name, [*rules.policies, *names], _CLOSE)
    if near is not None:
        return orders.Unknown(name, near, f"{command} {near}")
    return orders.PagePolicy(name, message)
