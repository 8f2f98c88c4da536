"""Regeneration that never destroys what a person wrote."""

from collections.abc import Iterable
from dataclasses import replace

from incident_bot.domain.postmortems.sections import (
    FreeText,
    Part,
    Section,
    digest,
    front_untouched,
    parse,
    split_front,
    without_markers,
)


def merge(previous: str, regenerated: str) -> str:
    """Bring a document up to date with a fresh draft.

    A section nobody touched is replaced. One that somebody changed stays as it is; when the
    bot has news for it, the news follows as a suggestion, which the next merge renews.
    Everything between sections stays. A section new to the template is put in its place; one
    the template no longer has goes only if nobody touched it. Merging twice changes nothing.

    Args:
        previous: the document as it is now, with whatever people did to it.
        regenerated: a document from `render`.
    """
    previous = previous.replace("\r\n", "\n")
    if previous and not previous.endswith("\n"):
        previous += "\n"
    if not previous.strip():
        return regenerated
    old_front, old = split_front(previous)
    new_front, new = split_front(regenerated)
    front = new_front if front_untouched(old_front) else old_front
    fresh = {part.name: part for part in parse(new) if isinstance(part, Section)}
    parts = _updated(parse(old), fresh)
    parts = _with_missing(parts, fresh)
    return front + "".join(
        part.text if isinstance(part, FreeText) else part.written() for part in parts
    )


def _updated(parts: Iterable[Part], fresh: dict[str, Section]) -> list[Part]:
    result: list[Part] = []
    for part in parts:
        if isinstance(part, FreeText):
            result.append(FreeText(without_markers(part.text)))  # strays would pair up later
        elif part.suggestion:
            if not part.untouched:
                result.append(FreeText(without_markers(part.body)))  # somebody made it their own
        else:
            result.extend(_one(part, fresh.get(part.name)))
    return result


def _one(part: Section, news: Section | None) -> Iterable[Part]:
    if news is None:
        return [] if part.untouched else [part]
    if part.untouched or digest(part.body) == news.recorded:
        return [news]
    if part.recorded == news.recorded:
        return [part]
    return [part, _suggestion(news)]


def _suggestion(news: Section) -> Section:
    body = f"> **Suggested update** of this section, from the record:\n\n{news.body}"
    return replace(news, body=body, recorded=digest(body), suggestion=True)


def _with_missing(parts: list[Part], fresh: dict[str, Section]) -> list[Part]:
    """Put each section the document lacks after the one it follows in the fresh draft."""
    before: str | None = None
    for name, section in fresh.items():
        present = [
            place
            for place, part in enumerate(parts)
            if isinstance(part, Section) and part.name == name and not part.suggestion
        ]
        if not present:
            parts.insert(_place_after(parts, before), section)
        before = name
    return parts


def _place_after(parts: list[Part], name: str | None) -> int:
    places = [
        place for place, part in enumerate(parts) if isinstance(part, Section) and part.name == name
    ]
    return places[-1] + 1 if places else 0
