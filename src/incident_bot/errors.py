"""Everything the house refuses to do, and how it says so.

IncidentBotError
├── Refused            a person asked for something that cannot be; `say` and `hint` go to them
│   ├── NotFound       no such incident, runbook, severity, person …
│   ├── NotNow         right thing, wrong moment (resolve twice, page a closed incident)
│   └── AlreadyDone    another attempt at the same gesture was faster
├── ConfigurationError bad configuration: stops the start, names file and key
└── Unavailable        a neighbour (database, Slack) does not answer; try again later
    └── InDoubt        it stopped answering when it may have done it
"""

from __future__ import annotations


class IncidentBotError(Exception):
    """The root of the house's own errors."""


class Refused(IncidentBotError):
    """What a person is told when an order cannot be carried out.

    Args:
        say: one plain sentence: what is wrong.
        hint: what to do next, with an example where there is one.
    """

    def __init__(self, say: str, hint: str = "") -> None:
        super().__init__(say)
        self.say = say
        self.hint = hint


class NotFound(Refused):
    """There is no such thing; the hint names what there is."""


class NotNow(Refused):
    """The thing exists but its state forbids the order."""


class AlreadyDone(Refused):
    """Another attempt at the same gesture has recorded it."""

    def __init__(self) -> None:
        super().__init__("That was done already.")


class ConfigurationError(IncidentBotError):
    """Configuration that cannot be used.

    Args:
        where: the file, or the environment variable.
        key: the dotted path within it, or "".
        problem: what is wrong and what would be right.
    """

    def __init__(self, where: str, key: str, problem: str) -> None:
        at = f"{where}: {key}: " if key else f"{where}: "
        super().__init__(at + problem)
        self.where = where
        self.key = key
        self.problem = problem


class Unavailable(IncidentBotError):
    """A neighbour does not answer."""


class InDoubt(Unavailable):
    """A neighbour did not say whether it has done what it was asked to do last."""
