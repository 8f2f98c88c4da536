"""Draft and template become the document."""

import re
from typing import Protocol

from incident_bot.domain.postmortems.draft import Draft
from incident_bot.domain.postmortems.sections import stamp
from incident_bot.domain.postmortems.view import values_of

_BLANKS = re.compile(r"\n{3,}")


class Template(Protocol):
    """What renders: Jinja's template is one, so is anything with this method."""

    def render(self, **values: object) -> str:
        """The text of the template with these values."""
        ...


def render(draft: Draft, template: Template) -> str:
    """The document in Markdown, every section marked with its hash.

    The same draft and template give the same text, byte for byte.
    """
    return stamp(_BLANKS.sub("\n\n", template.render(**values_of(draft))))
