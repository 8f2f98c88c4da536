"""Cards that offer several runbooks: the library, a choice, search results, suggestions."""

from collections.abc import Mapping, Sequence

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.shelf import SearchResult, Shelf, Unknown
from incident_bot.domain.runbooks.suggestions import Suggestion
from incident_bot.slack import actions
from incident_bot.slack.blockkit import (
    FALLBACK_TEXT,
    Block,
    Card,
    button,
    context,
    divider,
    section,
    shorten,
    shorten_escaped,
)
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.runbook_buttons import open_button, pack, section_query

_NO_CONTEXT: Mapping[str, str] = {}
_PER_PAGE = 20
_MAX_LIST = 2_800


def library_card(
    shelf: Shelf, *, system: str = "", page: int = 0, about: Mapping[str, str] = _NO_CONTEXT
) -> Card:
    """Return the shelf by system and category; one system in full, with buttons, when named."""
    grouped = shelf.by_category()
    if not grouped:
        text = (
            "No runbooks are loaded. Point `INCIDENT_BOT_RUNBOOKS` at a folder of Markdown files."
        )
        return Card("No runbooks are loaded.", [section(text)])
    if system in grouped:
        return _system_card(grouped[system], system, page, about)
    total = sum(len(books) for groups in grouped.values() for books in groups.values())
    blocks: list[Block] = [section(f"*{total} runbooks* in {len(grouped)} systems")]
    for name, categories in list(grouped.items())[:20]:
        blocks.append(section(_category_lines(name, categories)))
    buttons = [
        button(
            shorten(name or "general", 40),
            f"{actions.RUNBOOK_OPEN}.system{number}",
            pack("", context={**about, "system": name}),
        )
        for number, name in enumerate(list(grouped)[:20])
    ]
    blocks.append(row(buttons))
    blocks.append(context("`/runbook NAME`, `/runbook NAME SECTION`, `/runbook search WORDS`"))
    return Card(f"{total} runbooks in {len(grouped)} systems", blocks)


def chooser_card(
    query: str,
    choices: Sequence[Runbook],
    *,
    section_name: str = "",
    about: Mapping[str, str] = _NO_CONTEXT,
) -> Card:
    """Return a choice between runbooks that own the same name."""
    asked = shorten_escaped(query, 100)
    blocks: list[Block] = [section(f"*{asked}* is the name of {len(choices)} runbooks:")]
    blocks.append(row(_labelled(choices, section_name, about)))
    return Card(shorten_escaped(f"{query}: choose one of {len(choices)} runbooks", 300), blocks)


def unknown_card(
    unknown: Unknown, *, section_name: str = "", about: Mapping[str, str] = _NO_CONTEXT
) -> Card:
    """Return "did you mean" for a name nobody has, never a bare error."""
    asked = shorten_escaped(unknown.query, 100)
    blocks: list[Block] = [section(f"No runbook is called *{asked}*.")]
    if unknown.suggestions:
        blocks.append(section("Did you mean:"))
        blocks.append(row(_labelled(unknown.suggestions, section_name, about)))
    blocks.append(context("`/runbook` lists all of them, `/runbook search WORDS` reads inside."))
    return Card(shorten_escaped(f"No runbook is called {unknown.query}.", 300), blocks)


def search_card(
    query: str, results: Sequence[SearchResult], *, about: Mapping[str, str] = _NO_CONTEXT
) -> Card:
    """Return search results, each opening at the section that speaks of the words most."""
    asked = shorten_escaped(query, 100)
    if not results:
        return Card(
            shorten_escaped(f"Nothing found for {query}.", 300),
            [section(f"No runbook speaks of *{asked}*. Fewer or other words may help.")],
        )
    blocks: list[Block] = [section(f"*{asked}* in {len(results)} runbooks:")]
    for number, result in enumerate(results[:10]):
        runbook = result.runbook
        titles = runbook.document.heading_path(result.section.index) if result.section else ()
        where = f"\n{shorten_escaped(' › '.join(titles), 200)}" if titles else ""
        query_of = section_query(result.section) if result.section and titles else ""
        blocks.append(
            section(
                f"*{shorten_escaped(runbook.title, 150)}* `{shorten_escaped(runbook.key, 100)}`{where}",
                accessory=open_button(runbook, number, about, section=query_of, label="Open"),
            )
        )
    return Card(shorten_escaped(f"{query}: {len(results)} runbooks", FALLBACK_TEXT), blocks)


def suggestions_card(
    suggestions: Sequence[Suggestion],
    *,
    heading: str = "Runbooks that may help",
    about: Mapping[str, str] = _NO_CONTEXT,
) -> Card:
    """Return suggested runbooks, each with the reason it is here."""
    if not suggestions:
        text = "No runbook matches. `/runbook search WORDS` reads inside all of them."
        return Card("No runbook matches.", [section(text)])
    blocks: list[Block] = [section(f"*{shorten_escaped(heading, 200)}*")]
    for number, suggestion in enumerate(suggestions[:10]):
        runbook = suggestion.runbook
        reasons = shorten_escaped("; ".join(suggestion.reasons), 300)
        blocks.append(
            section(
                f"*{shorten_escaped(runbook.title, 150)}*\n{reasons}",
                accessory=open_button(runbook, number, about, label="Open"),
            )
        )
    titles = ", ".join(suggestion.runbook.title for suggestion in suggestions[:10])
    return Card(shorten_escaped(f"{heading}: {titles}", FALLBACK_TEXT), blocks)


def _system_card(
    categories: Mapping[str, Sequence[Runbook]],
    system: str,
    page: int,
    about: Mapping[str, str],
) -> Card:
    books = [(category, book) for category, found in categories.items() for book in found]
    last = max(0, (len(books) - 1) // _PER_PAGE)
    page = max(0, min(page, last))
    shown = books[page * _PER_PAGE : (page + 1) * _PER_PAGE]
    blocks: list[Block] = [section(f"*{shorten_escaped(system, 100)}*: {len(books)} runbooks")]
    previous = ""
    for number, (category, book) in enumerate(shown):
        if category != previous:
            blocks.append(divider() if previous else context(shorten_escaped(category, 100)))
            previous = category
        line = f"{shorten_escaped(book.title, 200)}{_marks(book)}"
        blocks.append(section(line, accessory=open_button(book, number, about, label="Open")))
    if page < last:
        value = pack("", page=page + 1, context={**about, "system": system})
        blocks.append(row([button("Next", actions.RUNBOOK_MORE, value, style="primary")]))
    return Card(shorten_escaped(f"{system}: {len(books)} runbooks", 300), blocks[:50])


def _marks(runbook: Runbook) -> str:
    facts = runbook.facts
    marks = [facts.severity] if facts.severity else []
    marks += [facts.status] if facts.status in {"draft", "deprecated", "deferred"} else []
    return f" _({shorten_escaped(', '.join(marks), 60)})_" if marks else ""


def _category_lines(system: str, categories: Mapping[str, Sequence[Runbook]]) -> str:
    lines = [f"*{shorten_escaped(system or 'general', 100)}*"]
    length = len(lines[0])
    for category, books in categories.items():
        titles = ", ".join(book.slug for book in books)
        line = f"{shorten_escaped(category, 60)}: {shorten_escaped(titles, 600)}"
        if length + len(line) > _MAX_LIST:
            lines.append("…")
            break
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines)


def _labelled(
    choices: Sequence[Runbook], section_name: str, about: Mapping[str, str]
) -> list[Block]:
    return [
        open_button(
            book, number, about, section=section_name, label=f"{book.title} · {book.system}"
        )
        for number, book in enumerate(choices[:20])
    ]
