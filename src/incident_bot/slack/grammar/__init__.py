"""What people type: a line of text read into an order, never an exception.

>>> read("/incident", "update error rate is falling", rules)
Update(text='error rate is falling')
"""

from incident_bot.slack.grammar.orders import Mention, Order
from incident_bot.slack.grammar.reading import read
from incident_bot.slack.grammar.subcommands import SUBCOMMANDS, Subcommand, usage_hint

__all__ = ["SUBCOMMANDS", "Mention", "Order", "Subcommand", "read", "usage_hint"]
