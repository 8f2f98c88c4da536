"""What pydantic found, in one readable line per fault."""

from pydantic import ValidationError


def explained(error: ValidationError) -> str:
    """Return each fault with its place in the document, e.g. ``people.ada.tz: … is no zone``."""
    lines = []
    for fault in error.errors(include_url=False, include_context=False):
        place = ".".join(str(part) for part in fault["loc"])
        words = fault["msg"].removeprefix("Value error, ")
        lines.append(f"{place}: {words}" if place else words)
    return "\n".join(lines)
