"""`incident-bot runbooks`: list, show, search, resolve, lint, coverage, new, due, stats, steps, check-render."""

import asyncio
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from incident_bot.cli import (
    runbooks_coverage,
    runbooks_lint,
    runbooks_render,
    runbooks_stats,
    runbooks_steps,
)
from incident_bot.cli.runbooks_output import ShowForm, alert_lines, resolved, written
from incident_bot.cli.runbooks_rules import add_annotations, address_of, read_rule_file
from incident_bot.clock import SystemClock
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.coverage import AlertRule, Coverage, measure
from incident_bot.domain.runbooks.lint.formats import format_report
from incident_bot.domain.runbooks.lint.linter import lint
from incident_bot.domain.runbooks.reviews import due
from incident_bot.domain.runbooks.scaffold import KINDS, NewRunbook, scaffold
from incident_bot.domain.runbooks.schema import front_matter_schema
from incident_bot.domain.runbooks.shelf import Ambiguous, Found, Shelf
from incident_bot.errors import NotFound, Refused
from incident_bot.integrations.runbook_library import RunbookLibrary, library_folders
from incident_bot.settings import read_configuration, read_settings
from incident_bot.slack.cards.runbook import section_message

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Runbooks: list, show, search, check and scaffold.",
)

Libraries = Annotated[
    list[Path] | None,
    typer.Option("--library", help="a folder of Markdown; repeatable; default: the shipped ones"),
]
Rules = Annotated[
    list[Path] | None, typer.Option("--rules", help="a Prometheus rule file; repeatable")
]


class ReportForm(StrEnum):
    """What a lint report is printed as."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


class TableForm(StrEnum):
    """What a list is printed as."""

    TEXT = "text"
    JSON = "json"


@app.command("list")
def list_runbooks(
    library: Libraries = None,
    system: Annotated[str, typer.Option(help="only this system")] = "",
    form: Annotated[TableForm, typer.Option("--format")] = TableForm.TEXT,
) -> None:
    """List every runbook by system and category."""
    shelf = _load(library).shelf
    rows = [
        {"runbook": book.slug, "system": name, "category": category, "title": book.title}
        for name, categories in shelf.by_category().items()
        for category, books in categories.items()
        for book in books
        if system in {"", name}
    ]
    if form is TableForm.JSON:
        _print_json(rows)
        return
    for row in rows:
        print(f"{row['system']:12} {row['category']:20} {row['runbook']:40} {row['title']}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="name, alias, alert or system/slug")],
    section: Annotated[str, typer.Argument(help="heading, kind or #anchor")] = "",
    library: Libraries = None,
    form: Annotated[ShowForm, typer.Option("--format")] = ShowForm.TEXT,
) -> None:
    """Show a runbook's section as the bot would serve it."""
    shelf = _load(library).shelf
    runbook = _one(shelf, name)
    answer = shelf.section(runbook, section)
    if form is ShowForm.BLOCKS:
        pages = section_message(answer, shelf)
        _print_json([{"text": page.text, "blocks": page.blocks} for page in pages])
        return
    if not answer.found:
        outline = ", ".join(one.title for one in runbook.sections)
        raise NotFound(f"{runbook.key} has no section {section!r}.", f"It holds: {outline}")
    if answer.fell_back_from:
        shown = ", ".join(one.title for one in answer.sections)
        print(f"No {answer.fell_back_from} section; showing {shown}.", file=sys.stderr)
    print(written(shelf, answer, form))


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="what the runbook should speak of")],
    library: Libraries = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
) -> None:
    """Search titles, symptoms, headings and bodies."""
    results = _load(library).shelf.search(" ".join(words), limit)
    if not results:
        raise NotFound("No runbook speaks of that.", "Fewer or other words may help.")
    for result in results:
        where = result.section.title if result.section else ""
        print(f"{result.score:7.2f}  {result.runbook.key:50} {where}")


@app.command()
def resolve(
    names: Annotated[
        list[str] | None, typer.Argument(help="names, aliases, alerts, files, system/slug")
    ] = None,
    alert: Annotated[
        Path | None,
        typer.Option(
            help="alerts as JSON: Alertmanager's webhook or API, Prometheus, Grafana; - reads stdin"
        ),
    ] = None,
    library: Libraries = None,
) -> None:
    """Print one JSON line per name, or per alert of a file; exit 1 when any is unknown."""
    shelf = _load(library).shelf
    lines = [resolved(name, shelf.resolve(name)) for name in names or ()]
    lines += alert_lines(shelf, alert) if alert else []
    if not lines:
        raise Refused("Nothing was named.", "incident-bot runbooks resolve HighErrorRate")
    for line in lines:
        print(json.dumps(line, ensure_ascii=False))
    if any("runbook" not in line for line in lines):
        raise typer.Exit(1)


@app.command("lint")
def lint_runbooks(
    library: Libraries = None,
    rules: Rules = None,
    form: Annotated[ReportForm, typer.Option("--format")] = ReportForm.TEXT,
    only: Annotated[list[str] | None, typer.Option(help="only this code; repeatable")] = None,
    baseline: Annotated[Path | None, typer.Option(help="known findings to leave out")] = None,
    write_baseline: Annotated[Path | None, typer.Option(help="record findings as known")] = None,
    min_score: Annotated[float, typer.Option(min=0, max=100, help="exit 1 below it")] = 0.0,
    config: Annotated[
        Path | None, typer.Option(help="severities, policies and approved steps to know")
    ] = None,
    online: Annotated[
        bool, typer.Option(help="ask every address on the web whether it is there")
    ] = False,
    allow_private: Annotated[
        bool, typer.Option(help="with --online: also addresses of private networks")
    ] = False,
    link_cache: Annotated[
        Path | None, typer.Option(help="with --online: remembers for a day who answered")
    ] = None,
) -> None:
    """Check runbooks against RB001 to RB030; exit 1 on errors."""
    loaded = _load(library)
    known = runbooks_lint.read_baseline(baseline) if baseline else {}
    codes = frozenset(code.upper() for code in only or ())
    around = runbooks_lint.surroundings(loaded, _rules(rules) if rules else None, config)
    subjects = runbooks_lint.subjects(loaded)
    if online:
        around = runbooks_lint.asked_online(
            around, subjects, allow_private=allow_private, cache=link_cache
        )
    report = lint(subjects, around, only=codes, baseline=known)
    if write_baseline:
        runbooks_lint.record_baseline(write_baseline, report)
    print(format_report(report, form.value))
    _report_unread(loaded)
    failed = report.count("error") > 0 or report.score < min_score
    if failed and not write_baseline:
        raise typer.Exit(1)


@app.command()
def coverage(
    rules: Annotated[list[Path], typer.Option("--rules", help="a rule file; repeatable")],
    library: Libraries = None,
    form: Annotated[TableForm, typer.Option("--format")] = TableForm.TEXT,
    fix: Annotated[bool, typer.Option(help="add missing runbook_url annotations")] = False,
    base_url: Annotated[
        str, typer.Option(help="address of the library, or a pattern with {system} and {slug}")
    ] = "",
) -> None:
    """Say which alerts have no runbook, which URLs lead nowhere, what disagrees; exit 1 on gaps."""
    shelf = _load(library).shelf
    measured = measure(_rules(rules), shelf)
    if fix:
        if not base_url:
            raise Refused(
                "--fix needs to know the address.", "--base-url https://…/{system}/{slug}"
            )
        changed = _fix(rules, measured, base_url)
        print(f"{changed} annotations added", file=sys.stderr)
        measured = measure(_rules(rules), shelf)
    if form is TableForm.JSON:
        _print_json(runbooks_coverage.as_rows(measured))
    else:
        print(runbooks_coverage.as_text(measured))
    if any(one.state not in {"covered", "deferred"} for one in measured.rules):
        raise typer.Exit(1)


def _rules(paths: Sequence[Path]) -> list[AlertRule]:
    return [rule for path in paths for rule in read_rule_file(path).rules]


def _fix(paths: Sequence[Path], measured: Coverage, base_url: str) -> int:
    changed = 0
    for path in paths:
        addresses = [
            (one.rule, address_of(one.match.runbook, base_url))
            for one in measured.rules
            if one.state == "unlinked" and one.match.runbook and one.rule.file == str(path)
        ]
        if addresses:
            file = read_rule_file(path)
            path.write_text(add_annotations(file, addresses), encoding="utf-8")
            changed += len(addresses)
    return changed


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="title, or the alert's name")],
    system: Annotated[str, typer.Option(help="system it belongs to")],
    service: Annotated[str, typer.Option(help="service it is about")] = "",
    kind: Annotated[str, typer.Option(help=" or ".join(KINDS))] = "alert",
    owner: Annotated[str, typer.Option(help="team that keeps it right")] = "",
    severity: Annotated[str, typer.Option()] = "SEV2",
    into: Annotated[Path, typer.Option(help="library to write into")] = Path("runbooks"),
) -> None:
    """Write a new runbook from a template; never overwrites."""
    wanted = NewRunbook(name, system, service, kind, owner, severity)
    path = into / wanted.path
    if path.exists():
        raise Refused(f"{path} exists already.", "Choose another name, or edit it.")
    try:
        text = scaffold(wanted, SystemClock().now().date())
    except ValueError as fault:
        raise Refused(str(fault), "incident-bot runbooks new HighLag --system shop") from fault
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(path)


@app.command("due")
def due_list(
    library: Libraries = None,
    within: Annotated[int, typer.Option(min=0, help="also those due within so many days")] = 0,
) -> None:
    """List reviews and drills that are due."""
    today = SystemClock().now().date()
    loaded = _load(library)
    loaded.read_history()
    for one in due(loaded.shelf.runbooks, today, within):
        owners = one.runbook.facts.owners
        owner = (owners[0].team or owners[0].slack or owners[0].email) if owners else "-"
        last = one.last.isoformat() if one.last else "never"
        print(f"{one.on} {one.what:7} {one.runbook.key:45} last {last:10} {owner}")


@app.command()
def stats(
    name: Annotated[str, typer.Argument(help="one runbook; all without it")] = "",
    library: Libraries = None,
    form: Annotated[TableForm, typer.Option("--format")] = TableForm.TEXT,
) -> None:
    """Tell how runbooks are used: views, ratings, time to mitigate, what is never read."""
    shelf = _load(library).shelf
    only = _one(shelf, name) if name else None
    report = asyncio.run(runbooks_stats.read_report(read_settings(), shelf))
    if form is TableForm.JSON:
        _print_json(runbooks_stats.as_rows(report, only))
    else:
        print(runbooks_stats.as_text(report, only))


@app.command()
def steps(
    name: Annotated[str, typer.Argument(help="one runbook; all without it")] = "",
    library: Libraries = None,
) -> None:
    """List executable steps with the hash to approve, and why each may not run."""
    shelf = _load(library).shelf
    books = [_one(shelf, name)] if name else shelf.runbooks
    allowed = read_configuration(read_settings().config).runbooks.execution
    print(runbooks_steps.as_text(books, allowed, SystemClock().now().date()))


@app.command()
def schema() -> None:
    """Print the JSON Schema of front matter, for editors."""
    _print_json(front_matter_schema())


@app.command("check-render")
def check_render(library: Libraries = None) -> None:
    """Render every section to Slack blocks, check each, print the rates; exit 1 on a bad block."""
    loaded = _load(library)
    found = runbooks_render.check_library(loaded.shelf)
    print(runbooks_render.as_text(found))
    _report_unread(loaded)
    if found.invalid:
        raise typer.Exit(1)


def _load(folders: Sequence[Path] | None) -> RunbookLibrary:
    chosen = tuple(folders or read_settings().libraries)
    for folder in chosen:
        if not folder.is_dir():
            raise NotFound(
                f"{folder} is not a folder.", "--library DIR, a folder of Markdown files"
            )
    known = read_configuration(read_settings().config).runbooks
    library = RunbookLibrary(library_folders(chosen, known))
    library.refresh()
    return library


def _report_unread(loaded: RunbookLibrary) -> None:
    for problem in loaded.problems:
        print(f"{problem.library}/{problem.path}: {problem.reason}", file=sys.stderr)


def _one(shelf: Shelf, name: str) -> Runbook:
    found = shelf.resolve(name)
    if isinstance(found, Found):
        return found.runbook
    if isinstance(found, Ambiguous):
        choices = ", ".join(book.key for book in found.choices)
        raise NotFound(f"{name!r} is the name of several runbooks.", f"One of: {choices}")
    near = ", ".join(book.key for book in found.suggestions)
    hint = f"Did you mean: {near}" if near else "incident-bot runbooks list"
    raise NotFound(f"No runbook is called {name!r}.", hint)


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))
