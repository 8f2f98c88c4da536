"""A lint report as text, JSON, GitHub annotations and SARIF 2.1.0."""

import json
from typing import Any

from incident_bot.domain.runbooks.lint.catalogue import RULES
from incident_bot.domain.runbooks.lint.linter import LintFinding, LintReport

FORMATS = ("text", "json", "github", "sarif")
_GITHUB = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF = {"error": "error", "warning": "warning", "info": "note"}


def format_report(report: LintReport, form: str) -> str:
    """Return a report in one of ``FORMATS``.

    Raises:
        KeyError: The format is unknown.
    """
    return {"text": as_text, "json": as_json, "github": as_github, "sarif": as_sarif}[form](report)


def as_text(report: LintReport) -> str:
    """Return one line per finding, then counts and the score."""
    lines = [
        f"{one.path}:{one.line}: {one.severity[0].upper()} {one.code} {one.message}"
        for one in report.findings
    ]
    counts = ", ".join(f"{report.count(name)} {name}" for name in ("error", "warning", "info"))
    lines.append(f"{len(report.scores)} files, {counts}; score {report.score:.1f}")
    return "\n".join(lines)


def as_json(report: LintReport) -> str:
    """Return an object with findings, the score of each file and of the library."""
    document = {
        "score": round(report.score, 1),
        "files": {path: round(score, 1) for (_, path), score in report.scores.items()},
        "findings": [
            {
                "library": one.library,
                "path": one.path,
                "line": one.line,
                "code": one.code,
                "severity": one.severity,
                "message": one.message,
                "fingerprint": one.fingerprint,
            }
            for one in report.findings
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def as_github(report: LintReport) -> str:
    """Return GitHub Actions workflow commands, which show findings in the diff."""
    return "\n".join(
        f"::{_GITHUB[one.severity]} file={_property(one.path)},line={one.line},"
        f"title={one.code}::{_command(one.message)}"
        for one in report.findings
    )


def _command(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _command(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(report: LintReport) -> str:
    """Return a SARIF 2.1.0 log for code-scanning services."""
    used = sorted({one.code for one in report.findings})
    driver = {
        "name": "incident-bot runbooks lint",
        "rules": [
            {
                "id": code,
                "shortDescription": {"text": RULES[code].title},
                "defaultConfiguration": {"level": _SARIF[RULES[code].severity]},
            }
            for code in used
        ],
    }
    run = {"tool": {"driver": driver}, "results": [_result(one) for one in report.findings]}
    log = {
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [run],
    }
    return json.dumps(log, indent=2, ensure_ascii=False)


def _result(one: LintFinding) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": one.path},
        "region": {"startLine": max(1, one.line)},
    }
    return {
        "ruleId": one.code,
        "level": _SARIF[one.severity],
        "message": {"text": one.message},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"runbookLint/v1": one.fingerprint},
    }
