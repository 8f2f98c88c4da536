"""Slack's Block Kit rules: what Slack refuses, in its own words, before anything is sent.

    >>> from block_kit import problems
    >>> problems([{"type": "header", "text": {"type": "plain_text", "text": ""}}])
    ['must be more than 0 characters [json-pointer:/blocks/0/text/text]']

Knows neither the bot nor the sandbox; both use it.
"""

from block_kit.blocks import Surface
from block_kit.normal import normalised
from block_kit.payload import problems
from block_kit.texts import text_total, too_long
from block_kit.views import view_problems, view_too_large

__all__ = [
    "Surface",
    "normalised",
    "problems",
    "text_total",
    "too_long",
    "view_problems",
    "view_too_large",
]
