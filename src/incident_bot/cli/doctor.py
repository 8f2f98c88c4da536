"""`incident-bot doctor`: is everything as it should be, and what to do where it is not."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import typer
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.clock import SystemClock
from incident_bot.database.connection import Database
from incident_bot.database.migrate import head, revision
from incident_bot.database.pooler import PROBLEM, REMEDY, lends_by_transaction
from incident_bot.errors import IncidentBotError
from incident_bot.integrations.runbook_library import LibraryFolder, RunbookLibrary
from incident_bot.operations import boards
from incident_bot.settings import Settings, read_configuration, read_settings, shipped
from incident_bot.slack.gateway import CALL_TIMEOUT
from incident_bot.slack.manifest import scopes
from incident_bot.slack.tokens import check_tokens

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and what to do when it is not well."""

    well: bool
    what: str
    how: str
    todo: str = ""


Check = Callable[[Settings], Awaitable[list[Finding]]]


@app.command()
def doctor(
    offline: bool = typer.Option(False, help="leave Slack out"),
) -> None:
    """Check configuration, database, runbooks, tokens and scopes; exit 1 when something is wrong."""
    settings = read_settings()
    findings = asyncio.run(_look(settings, offline=offline))
    for finding in findings:
        print(f"{'ok  ' if finding.well else 'BAD '} {finding.what:14} {finding.how}")
        if not finding.well and finding.todo:
            print(f"     {'':14} → {finding.todo}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


async def _look(settings: Settings, *, offline: bool) -> list[Finding]:
    checks: list[tuple[str, Check]] = [
        ("configuration", _configuration),
        ("database", _database),
        ("runbooks", _runbooks),
    ]
    if not offline:
        checks.append(("slack", _slack))
    findings: list[Finding] = []
    for name, check in checks:
        try:
            findings += await check(settings)
        except IncidentBotError as error:
            findings.append(Finding(False, name, str(error), "put that right and run doctor again"))
    return findings


async def _configuration(settings: Settings) -> list[Finding]:
    rules = read_configuration(settings.config)
    where = str(settings.config or "built-in default")
    findings = [Finding(True, "configuration", f"{where}: {len(rules.severities)} severities")]
    silent = [s.name for s in rules.severities if s.page_when != "never" and s.policy is None]
    if silent:
        how = f"{', '.join(silent)} page nobody"
        todo = "write policies (docs/how-to/configure-paging.md), or page_when: never"
        findings.append(Finding(False, "paging", how, todo))
    empty = [name for name, p in rules.policies.items() if not any(t.targets for t in p.tiers)]
    if empty:
        findings.append(
            Finding(False, "paging", f"nobody is in {', '.join(empty)}", "name targets in tiers")
        )
    return findings


async def _database(settings: Settings) -> list[Finding]:
    database = Database(settings.database)
    try:
        if database.file is not None and not database.file.exists():
            return [Finding(True, "database", f"{database.file} will be made at the first run")]
        if database.file is None and await lends_by_transaction(settings.database):
            return [Finding(False, "pooler", PROBLEM, REMEDY)]
        found, newest = await revision(settings.database), head(shipped("migrations"))
        findings = [
            Finding(
                found == newest,
                "database",
                f"{database.dialect}, revision {found or 'none'}",
                f"incident-bot db upgrade (to {newest})",
            )
        ]
        if database.file is not None:
            findings.append(_integrity(str(database.file)))
        if found == newest:
            findings += await _stuck(database)
        return findings
    finally:
        await database.close()


def _integrity(file: str) -> Finding:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        answer = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        answer, broken = str(error), []
    finally:
        connection.close()
    well = answer == "ok" and not broken
    how = "sound" if well else f"{answer[:200]}; {len(broken)} broken references"
    return Finding(well, "integrity", how, "restore a backup: docs/how-to/back-up-and-move.md")


async def _stuck(database: Database) -> list[Finding]:
    async with database.read() as tx:
        troubles = await boards.troubles(tx)
        depths = await boards.lane_depths(tx, SystemClock().now())
        strange = await tx.backlog.strange()
    waiting = "; ".join(str(depth) for depth in depths if depth.waiting)
    findings = [Finding(True, "queue", waiting or "empty")]
    findings += [
        Finding(False, "stuck", f"could not {t.what}: {t.why}", "press Retry in /incident doctor")
        for t in troubles
    ]
    if strange:
        how = "not known to this release: " + ", ".join(f"{n} {kind}" for kind, n in strange)
        todo = "they wait for the release that wrote them down: start it, or finish the upgrade"
        findings.append(Finding(False, "other release", how, todo))
    return findings


async def _runbooks(settings: Settings) -> list[Finding]:
    library = RunbookLibrary([LibraryFolder(folder) for folder in settings.libraries])
    await asyncio.to_thread(library.refresh)
    count = len(library.shelf.runbooks)
    findings = [
        Finding(
            count > 0,
            "runbooks",
            f"{count} in {', '.join(str(f) for f in settings.libraries)}",
            "point INCIDENT_BOT_RUNBOOKS at a folder of Markdown files",
        )
    ]
    findings += [
        Finding(False, "runbooks", f"{p.path}: {p.reason}", "correct the file")
        for p in library.problems
    ]
    return findings


async def _slack(settings: Settings) -> list[Finding]:
    client = AsyncWebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url,
        retry_handlers=[],
        timeout=CALL_TIMEOUT,
    )
    identity = await check_tokens(client, settings.slack_app_token)
    findings = [Finding(True, "slack", f"{identity.team} as {identity.user}")]
    if identity.scopes:
        missing = [scope for scope in scopes() if scope not in identity.scopes]
        findings.append(
            Finding(
                not missing,
                "scopes",
                f"missing {', '.join(missing)}" if missing else "all granted",
                "update the app from `incident-bot manifest` and reinstall it",
            )
        )
    return findings
