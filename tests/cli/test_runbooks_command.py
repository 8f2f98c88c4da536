"""`incident-bot runbooks` at the terminal: what it prints and how it exits."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner, Result

from incident_bot.cli.runbooks import app
from incident_bot.errors import NotFound, Refused
from support.alerts import ALERTMANAGER_WEBHOOK, PROMETHEUS_ALERTS

ERRORS = """---
title: Checkout errors
aliases: [five-hundreds]
type: alert
severity: SEV2
alerts: [{name: CheckoutErrors, for: 5m}]
owners: [{team: shop}]
expected_mttr: 5m
last_reviewed: 2020-01-01
review_every: 30d
---

# Checkout errors

What it means & <why>.

## Diagnosis

```bash
kubectl get pods
```

## Mitigation

Roll back, then check the rate.
"""
RULES = """# Rules of the shop; keep this comment.
groups:
  - name: shop   # inline
    rules:
      - alert: CheckoutErrors
        expr: >-
          rate > 0.05
        for: 5m
        annotations:
          summary: "Errors"   # why

      - alert: FiveHundreds
        expr: up == 0

      - {alert: five-hundreds, expr: up == 1}
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "errors.md").write_text(ERRORS)
    (folder / "shop" / "queue.md").write_text("# Queue\n\n## Steps\n\nDrain the queue.\n")
    return folder


def run(*arguments: str | Path, fails: bool = False) -> Result:
    result = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert (result.exit_code != 0) is fails, result.output
    return result


def test_list_shows_every_runbook(library: Path) -> None:
    assert "Checkout errors" in run("list", "--library", library).stdout
    rows = json.loads(run("list", "--library", library, "--format", "json").stdout)
    assert [row["runbook"] for row in rows] == ["errors", "queue"]


def test_resolve_prints_one_json_line_each_and_fails_on_an_unknown(library: Path) -> None:
    result = run("resolve", "FIVE_HUNDREDS", "zzzzzz", "--library", library, fails=True)
    known, unknown = (json.loads(line) for line in result.stdout.splitlines())
    assert known == {
        "query": "FIVE_HUNDREDS",
        "runbook": "errors",
        "system": "shop",
        "title": "Checkout errors",
        "path": "shop/errors.md",
        "library": "books",
        "matched_by": "alias",
    }
    assert unknown == {"query": "zzzzzz", "suggestions": []}
    run("resolve", "errors", "--library", library)


def test_resolve_reads_the_alerts_of_a_webhook(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "webhook.json"
    queue = "---\nalerts: [{name: QueueFull, section: Steps}]\n---\n# Queue\n\n## Steps\n\nDrain.\n"
    (library / "shop" / "queue.md").write_text(queue)
    file.write_text(json.dumps(ALERTMANAGER_WEBHOOK))
    result = run("resolve", "--alert", file, "--library", library, fails=True)
    known, unknown = (json.loads(line) for line in result.stdout.splitlines())
    assert known == {
        "alert": "QueueFull",
        "matched_by": "alert_name",
        "fingerprint": "c2e8f2a5b1d94f03",
        "runbook": "queue",
        "system": "shop",
        "title": "Queue",
        "path": "shop/queue.md",
        "library": "books",
        "section": "Steps",
    }
    assert unknown["alert"] == "Watchdog"
    assert (unknown["matched_by"], unknown["suggestions"]) == ("none", [])
    file.write_text(json.dumps(PROMETHEUS_ALERTS))
    run("resolve", "errors", "--alert", file, "--library", library)


@pytest.mark.parametrize("body", ["", "{", "[]", '{"alerts": 3}', "null"])
def test_resolve_says_what_is_wrong_with_a_file_of_alerts(
    library: Path, tmp_path: Path, body: str
) -> None:
    file = tmp_path / "webhook.json"
    file.write_text(body)
    with pytest.raises(Refused, match="webhook"):
        run("resolve", "--alert", file, "--library", library)


def test_an_ambiguous_name_lists_its_choices(library: Path) -> None:
    (library / "bank").mkdir()
    (library / "bank" / "queue.md").write_text("# Queue\n")
    line = json.loads(run("resolve", "queue", "--library", library).stdout)
    assert line["ambiguous"]
    assert line["choices"] == ["bank/queue", "shop/queue"]


@pytest.mark.parametrize(
    ("form", "part"),
    [
        ("text", "Roll back, then check the rate."),
        ("markdown", "## Mitigation"),
        ("html", "<p>Roll back, then check the rate.</p>"),
        ("blocks", '"rich_text"'),
    ],
)
def test_show_prints_a_section_in_every_form(library: Path, form: str, part: str) -> None:
    result = run("show", "errors", "mitigation", "--library", library, "--format", form)
    assert part in result.stdout


def test_show_says_when_it_falls_back_and_names_what_there_is(library: Path) -> None:
    result = run("show", "errors", "quick fix", "--library", library)
    assert "No quick fix section; showing Mitigation." in result.stderr
    with pytest.raises(NotFound, match="no section 'escalation'"):
        run("show", "queue", "escalation", "--library", library)
    with pytest.raises(NotFound, match="No runbook is called"):
        run("show", "zzzzzz", "--library", library)


def test_search_finds_bodies(library: Path) -> None:
    assert "shop/queue" in run("search", "drain", "--library", library).stdout
    with pytest.raises(NotFound):
        run("search", "xylophone", "--library", library)


def test_lint_fails_on_errors_and_on_a_low_score(library: Path) -> None:
    assert "RB020" in run("lint", "--library", library).stdout
    run("lint", "--library", library, "--min-score", "100", fails=True)
    (library / "shop" / "bad.md").write_text("# Bad\n\n## Empty\n")
    assert "RB005" in run("lint", "--library", library, fails=True).stdout
    only = run("lint", "--library", library, "--only", "rb020", "--format", "json").stdout
    assert {one["code"] for one in json.loads(only)["findings"]} == {"RB020"}


def test_a_baseline_makes_old_findings_pass(library: Path, tmp_path: Path) -> None:
    (library / "shop" / "bad.md").write_text("# Bad\n\n## Empty\n")
    baseline = tmp_path / "baseline.json"
    run("lint", "--library", library, "--write-baseline", baseline)
    run("lint", "--library", library, "--baseline", baseline, "--min-score", "100")
    baseline.write_text("{}")
    with pytest.raises(Refused, match="is no baseline"):
        run("lint", "--library", library, "--baseline", baseline)


def test_coverage_tells_states_and_fails_on_gaps(library: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES)
    result = run("coverage", "--library", library, "--rules", rules, fails=True)
    assert "unlinked    CheckoutErrors" in result.stdout
    assert "coverage 0.0% of 3 alerts" in result.stdout
    with pytest.raises(Refused):
        run("coverage", "--library", library, "--rules", tmp_path / "absent.yml")
    rules.write_text("a: [")
    with pytest.raises(Refused):
        run("coverage", "--library", library, "--rules", rules)


def test_fix_adds_annotations_and_touches_nothing_else(library: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    plain = RULES.replace("      - {alert: five-hundreds, expr: up == 1}\n", "")
    rules.write_text(plain)
    arguments = ("coverage", "--library", library, "--rules", rules, "--fix")
    with pytest.raises(Refused, match="address"):
        run(*arguments)
    result = run(*arguments, "--base-url", "https://git.example/{system}/{slug}")
    assert "coverage 100.0% of 2 alerts" in result.stdout
    url = "runbook_url: https://git.example/shop/errors"
    assert rules.read_text() == plain.replace(
        "        annotations:\n", f"        annotations:\n          {url}\n"
    ).replace("FiveHundreds\n", f"FiveHundreds\n        annotations:\n          {url}\n")


def test_fix_keeps_comments_even_where_a_rule_is_in_flow_style(
    library: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES)
    base = "https://git.example/main"
    result = run("coverage", "--library", library, "--rules", rules, "--fix", "--base-url", base)
    assert "coverage 100.0% of 3 alerts" in result.stdout
    for comment in ("keep this comment", "# inline", "# why"):
        assert comment in rules.read_text()


def test_new_writes_once_and_what_it_writes_lints(tmp_path: Path) -> None:
    into = tmp_path / "mine"
    made = run("new", "QueueLag", "--system", "shop", "--into", into).stdout.strip()
    assert made == str(into / "shop" / "queue-lag.md")
    run("lint", "--library", into, "--min-score", "95")
    with pytest.raises(Refused, match="exists already"):
        run("new", "QueueLag", "--system", "shop", "--into", into)
    with pytest.raises(Refused, match="kind must be"):
        run("new", "Other", "--system", "shop", "--kind", "poem", "--into", into)


def test_due_lists_overdue_reviews(library: Path) -> None:
    assert "2020-01-31 review  shop/errors" in run("due", "--library", library).stdout


def test_check_render_prints_rates_for_any_library(library: Path) -> None:
    shown = run("check-render", "--library", library).stdout
    assert "runbooks 2, sections 5" in shown
    assert "invalid blocks 0" in shown
    assert "diagnostics" in shown


def test_several_libraries_are_one_shelf_and_a_missing_one_is_refused(
    library: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "alone.md").write_text("# Alone\n")
    shown = run("list", "--library", library, "--library", other).stdout
    assert "Alone" in shown
    assert "Queue" in shown
    with pytest.raises(NotFound, match="not a folder"):
        run("list", "--library", tmp_path / "absent")


def test_without_a_library_the_shipped_runbooks_are_meant() -> None:
    line = json.loads(run("resolve", "ALERT_API_5XX").stdout)
    assert (line["system"], line["runbook"]) == ("pack1", "api-5xx")


class _Site(BaseHTTPRequestHandler):
    """Holds one page, `/here`."""

    asked: ClassVar[set[str]] = set()

    def do_HEAD(self) -> None:
        self.asked.add(self.path)
        self.send_response(200 if self.path == "/here" else 404)
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()

    def log_message(self, *_words: object) -> None:
        pass


def test_lint_asks_links_only_when_told_and_private_networks_only_when_allowed(
    library: Path,
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        text = f"# Queue\n\n[a]({site}/here) and\n\n[b]({site}/gone#x), ![c]({site}/c.png)\n"
        (library / "shop" / "queue.md").write_text(text)
        wanted = ["lint", "--library", library, "--only", "RB008", "--format", "json"]

        offline = json.loads(run(*wanted).stdout)
        refused = json.loads(run(*wanted, "--online").stdout)
        allowed = [*wanted, "--online", "--allow-private", "--link-cache", library / "links.json"]
        asked = json.loads(run(*allowed).stdout)
        _Site.asked.clear()
        again = json.loads(run(*allowed).stdout)
        server.shutdown()
    assert again["findings"] == asked["findings"]
    assert _Site.asked == {"/gone", "/c.png"}  # who answered is not asked again within a day
    assert offline["findings"] == refused["findings"] == []
    told = [(one["line"], one["severity"], one["message"]) for one in asked["findings"]]
    assert told == [
        (5, "warning", f"{site}/c.png is not found (404)"),
        (5, "warning", f"{site}/gone#x is not found (404)"),
    ]
