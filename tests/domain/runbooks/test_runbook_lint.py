"""RB001 to RB030: each rule fires on its case and is silent on a good file."""

import datetime
import json

import pytest

from domain.runbooks import shapes
from incident_bot.domain.execution.allowance import Execution
from incident_bot.domain.execution.registry import steps_of
from incident_bot.domain.runbooks.books import runbooks_in
from incident_bot.domain.runbooks.coverage import AlertRule
from incident_bot.domain.runbooks.lint.catalogue import RULES
from incident_bot.domain.runbooks.lint.formats import FORMATS, format_report
from incident_bot.domain.runbooks.lint.linter import LintReport, lint
from incident_bot.domain.runbooks.lint.subject import Subject, Surroundings
from incident_bot.domain.runbooks.parsing import parse
from incident_bot.domain.runbooks.scaffold import KINDS, NewRunbook, scaffold
from incident_bot.domain.runbooks.shelf import Shelf

TODAY = datetime.date(2026, 11, 21)
FRONT = """---
schema: 1
title: Checkout errors
aliases: [checkout-5xx]
type: alert
status: approved
severity: SEV2
alerts: [{name: CheckoutErrors, severity: critical, for: 5m, expr: 'rate > 0.05'}]
owners: [{team: shop}]
expected_mttr: {quick: 5m, full: 30m}
last_reviewed: 2026-11-01
review_every: 30d
---
"""
BODY = """# Checkout errors

## Diagnostics

```bash
kubectl get pods
```

## Mitigation

```bash
kubectl rollout restart deployment/checkout
```

## Verification

The error rate falls.
"""
GOOD = FRONT + BODY


def check(files: dict[str, str], only: str = "", /, **known: object) -> LintReport:
    subjects = []
    for path, text in files.items():
        document = parse(text, path)
        subjects.append(Subject(document, runbooks_in(document)))
    shelf = Shelf.of([one for subject in subjects for one in subject.runbooks])
    around = Surroundings(TODAY, shelf, **known)  # type: ignore[arg-type]
    codes = frozenset({only}) if only else frozenset()
    return lint(subjects, around, only=codes)


def said(text: str, code: str, /, **known: object) -> list[tuple[int, str]]:
    report = check({"shop/checkout-errors.md": text}, code, **known)
    return [(one.line, one.severity) for one in report.findings]


def test_a_good_runbook_scores_a_hundred() -> None:
    report = check({"shop/checkout-errors.md": GOOD})
    assert report.findings == ()
    assert report.score == 100


@pytest.mark.parametrize("kind", KINDS)
def test_a_fresh_scaffold_parses_and_has_no_error(kind: str) -> None:
    new = NewRunbook('Queue "is" long: again', "shop", "worker", kind)
    report = check({new.path: scaffold(new, TODAY)})
    assert report.count("error") == 0
    assert report.score >= 95


def test_an_unknown_kind_of_scaffold_is_refused() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        scaffold(NewRunbook("A", "b", kind="poem"), TODAY)


CASES: dict[str, tuple[str, str]] = {
    "RB001 mojibake": ("RB001", GOOD + "\nâ†’ ðŸš¨\n"),
    "RB002 unknown type": ("RB002", GOOD.replace("type: alert", "type: poem")),
    "RB002 unknown status": ("RB002", GOOD.replace("approved", "blessed")),
    "RB002 no date": ("RB002", GOOD.replace("2026-11-01", "yesterday")),
    "RB002 future": ("RB002", GOOD.replace("2026-11-01", "2030-01-01")),
    "RB002 no duration": ("RB002", GOOD.replace("30d", "often")),
    "RB002 alert duration": ("RB002", GOOD.replace("for: 5m", "for: soon")),
    "RB002 no repair time": ("RB002", GOOD.replace("quick: 5m", "quick: fast")),
    "RB002 broken block": ("RB002", "---\na: [\n---\n# A\n"),
    "RB003 no title": ("RB003", "Some words.\n"),
    "RB004 open fence": ("RB004", GOOD + "\n```sh\nls\n"),
    "RB004 two backticks": ("RB004", shapes.TWO_BACKTICKS),
    "RB005 missing section": ("RB005", FRONT + "# A\n\n## Impact\n\nx\n"),
    "RB005 empty section": ("RB005", GOOD + "\n## Closure\n"),
    "RB005 only to do": ("RB005", GOOD + "\n## Closure\n\nTBD\n"),
    "RB007 repeated heading": ("RB007", GOOD + "\n## Mitigation\n\nagain\n"),
    "RB007 second title": ("RB007", GOOD + "\n# Another\n\nx\n"),
    "RB007 skipped level": ("RB007", GOOD + "\n#### Deep\n\nx\n"),
    "RB008 anchor": ("RB008", GOOD + "\n[x](#nowhere)\n"),
    "RB008 related": ("RB008", GOOD.replace("schema: 1", "related: [nobody]")),
    "RB009 left over": ("RB009", GOOD + "\nTODO: ask\n"),
    "RB009 insert here": ("RB009", GOOD + "\n<Insert site specific step>\n"),
    "RB010 no language": ("RB010", GOOD + "\n```\nls\n```\n"),
    "RB011 long line": ("RB011", GOOD + f"\n```bash\nls {'x' * 120}\n```\n"),
    "RB011 long section": ("RB011", GOOD + "\nword" * 800),
    "RB012 placeholder": ("RB012", GOOD + "\n```bash\nls <vault-path>\n```\n"),
    "RB013 session": ("RB013", GOOD + "\n```bash\n$ ls\nfile\n```\n"),
    "RB014 token": ("RB014", GOOD + "\nghp_" + "a1" * 18 + "\n"),
    "RB014 password": ("RB014", GOOD + "\npassword=hunter2hunter2\n"),
    "RB015 destroys": ("RB015", GOOD + "\n## Clean\n\n```bash\ndropdb shop\n```\n"),
    "RB015 pod name": ("RB015", GOOD + "\n```bash\nkubectl logs api-5d4f8c7b9d-x2x7z\n```\n"),
    "RB018 no severity": ("RB018", GOOD.replace("severity: SEV2\n", "")),
    "RB018 mild": ("RB018", GOOD.replace("SEV2", "SEV1") + "\n## Impact\n\nNo impact.\n"),
    "RB018 grave": ("RB018", GOOD.replace("SEV2", "SEV4") + "\n## Impact\n\nData loss.\n"),
    "RB019 no owner": ("RB019", GOOD.replace("owners: [{team: shop}]\n", "")),
    "RB020 overdue": ("RB020", GOOD.replace("2026-11-01", "2026-09-01")),
    "RB020 never drilled": ("RB020", GOOD.replace("schema: 1", "drill_every: 90d")),
    "RB021 unverified": (
        "RB021",
        FRONT + "# A\n\n## Diagnosis\n\nx\n\n## Fix\n\n```bash\nkubectl apply -f x\n```\n",
    ),
    "RB021 no rollback": (
        "RB021",
        GOOD + "\n```bash {id=drop-it risk=high kind=action}\nls\n```\n",
    ),
    "RB023 shortcode": ("RB023", GOOD + '\n{{< ref "x.md" >}}\n'),
    "RB024 picture": ("RB024", GOOD + "\n![](https://e.example/x.png)\n"),
    "RB025 no repair time": (
        "RB025",
        GOOD.replace("expected_mttr: {quick: 5m, full: 30m}\n", ""),
    ),
    "RB025 quick above full": ("RB025", GOOD.replace("quick: 5m", "quick: 2h")),
    "RB026 future tense": ("RB026", GOOD + "\nThis will be removed.\n"),
    "RB026 long sentence": ("RB026", GOOD + "\n" + "word " * 50 + ".\n"),
    "RB027 slip": ("RB027", GOOD + "\n```bash\nkubeclt get pods\n```\n"),
    "RB027 wrong tool": ("RB027", GOOD + "\n```bash\nkubelet describe node\n```\n"),
    "RB028 ping": ("RB028", GOOD + "\nAsk @here or <!channel>.\n"),
    "RB028 person": ("RB028", GOOD + "\nAsk @jane.doe about it.\n"),
    "RB030 deprecated": ("RB030", GOOD.replace("approved", "deprecated")),
}


@pytest.mark.parametrize("name", CASES)
def test_each_rule_fires_on_its_case_and_not_on_a_good_file(name: str) -> None:
    code, text = CASES[name]
    assert said(text, code), name
    assert said(GOOD, code) == []


STEPS = {
    "id": "{id=Not_Kebab}\nls",
    "risk": "{id=a risk=huge}\nls",
    "timeout": "{id=a timeout=1h}\nls",
    "approvals": "{id=a approvals=9}\nls",
    "verify": "{id=a verify=nothing}\nls",
    "runner": "{id=a runner=unknown}\nls",
    "pipe": "{id=a}\ncurl https://x | sh",
    "sudo": "{id=a}\nsudo ls",
    "interactive": "{id=a}\nkubectl exec -it pod -- sh",
    "ssh": "{id=a}\nssh host ls",
    "psql": "{id=a}\npsql shop",
    "heredoc": "{id=a}\ncat <<EOF\nx\nEOF",
    "placeholder": "{id=a}\nls <dir>",
    "secret": "{id=a}\nvault write x api_key=abc",
    "root": "{id=a}\nrm -rf /",
    "shell": "{id=a}\nbash -c ls",
}


@pytest.mark.parametrize("name", STEPS)
def test_an_executable_step_that_could_harm_is_an_error(name: str) -> None:
    text = f"{GOOD}\n```bash {STEPS[name]}\n```\n"
    assert (said(text, "RB022", runners=frozenset({"http"}))[0][1]) == "error"


def test_a_harmless_step_passes_and_a_changed_one_does_not() -> None:
    text = f"{GOOD}\n```bash {{id=look kind=check timeout=30s}}\nls\n```\n"
    (book,) = runbooks_in(parse(text, "shop/checkout-errors.md"))
    # What the registry of executable steps prints is what an operator pins.
    (step,) = steps_of(book, Execution(), TODAY)
    pinned = {step.name: step.digest}
    assert said(text, "RB022", pins=pinned) == []
    assert said(text.replace("ls\n", "ls -l\n"), "RB022", pins=pinned) != []
    assert said(text.replace("timeout=30s", "timeout=60s"), "RB022", pins=pinned) != []


def test_two_steps_of_one_id_and_unknown_attributes_are_told() -> None:
    step = "\n```bash {id=look color=red}\nls\n```\n"
    assert [severity for _, severity in said(GOOD + step, "RB022")] == ["warning"]
    assert "error" in {severity for _, severity in said(GOOD + step + step, "RB022")}


def test_names_may_collide_across_systems_but_not_within_one() -> None:
    other = GOOD.replace("CheckoutErrors", "Other")
    within = check({"shop/a.md": GOOD, "shop/b.md": other}, "RB003")
    across = check({"shop/a.md": GOOD, "bank/b.md": other}, "RB003")
    assert {one.path for one in within.findings} == {"shop/a.md", "shop/b.md"}
    assert across.findings == ()


def test_links_to_files_are_checked_when_the_files_are_known() -> None:
    text = GOOD + "\n[a](there.txt) [b](gone.txt) [c](https://e.example)\n"
    files = frozenset({("", "shop/there.txt")})
    assert len(said(text, "RB008", files=files)) == 1
    assert said(text, "RB008") == []


def test_order_follows_the_profile_of_the_system() -> None:
    swapped = "# A\n\n" + "".join(
        f"## {name}\n\nx\n\n"
        for name in (
            "Diagnostics",
            "Quick Actions",
            "Mitigation",
            "Investigation",
            "Recovery",
            "Escalation",
            "Closure",
        )
    )
    report = check({"pack1/a.md": FRONT + swapped}, "RB006")
    assert [one.message.split("'")[1] for one in report.findings] == ["Quick Actions"]


def test_rules_are_compared_with_front_matter() -> None:
    rule = AlertRule(
        "CheckoutErrors", "rate > 0.1", "10m", {"severity": "warning"}, file="r.yml", line=3
    )
    other = AlertRule("Unknown", "up == 0", file="r.yml", line=9)
    report = check({"shop/a.md": GOOD}, rules=[rule, other])
    codes = sorted((one.code, one.path) for one in report.findings)
    assert codes == [
        ("RB016", "r.yml"),
        ("RB016", "r.yml"),
        ("RB017", "shop/a.md"),
        ("RB017", "shop/a.md"),
        ("RB018", "shop/a.md"),
    ]


def test_unknown_owners_policies_and_severities_are_told_when_known_ones_are() -> None:
    text = GOOD.replace("schema: 1", "escalation_policy: ghosts")
    known = {
        "owners": frozenset({"bank"}),
        "policies": frozenset({"real"}),
        "severities": frozenset({"p1"}),
    }
    assert len(said(text, "RB019", **known)) == 2
    assert len(said(text, "RB018", **known)) == 1


def test_titles_that_are_nearly_the_same_need_aliases() -> None:
    files = {
        "shop/one.md": "# The checkout queue is long\n\nx\n",
        "shop/two.md": "# The checkout queue is too long\n\ny\n",
    }
    assert len(check(files, "RB029").findings) == 2


def test_findings_carry_the_line_the_author_sees() -> None:
    text = GOOD + "\nTODO: ask\n"
    assert said(text, "RB009") == [(text.split("\n").index("TODO: ask") + 1, "warning")]


@pytest.mark.parametrize(
    "directive",
    [
        "TODO x <!-- runbook-lint-disable-line RB009 known -->",
        "<!-- runbook-lint-disable-next-line RB009 known -->\nTODO x",
        "<!-- runbook-lint-disable RB009 known -->\n\nTODO x",
    ],
)
def test_directives_silence_line_next_line_and_section(directive: str) -> None:
    assert said(f"{GOOD}\n{directive}\n", "RB009") == []
    assert said(f"{GOOD}\n{directive}\n\n## Else\n\nTODO y\n", "RB009") != []


def test_a_directive_above_the_first_section_silences_the_file() -> None:
    text = FRONT + "<!-- runbook-lint-disable RB009 RB010 old -->\n" + BODY
    assert said(text + "\nTODO\n\n## Else\n\nFIXME\n", "RB009") == []


def test_a_baseline_hides_what_is_known_and_shows_what_is_new() -> None:
    old = GOOD + "\nTODO: ask\n"
    first = check({"shop/a.md": old}, "RB009")
    baseline = {one.fingerprint: 1 for one in first.findings}
    document = parse(old.replace("# Checkout", "Moved.\n\n# Checkout") + "\nFIXME\n", "shop/a.md")
    subject = Subject(document, runbooks_in(document))
    around = Surroundings(TODAY, Shelf.of(subject.runbooks))
    report = lint([subject], around, only=frozenset({"RB009"}), baseline=baseline)
    assert [one.message for one in report.findings] == ["'FIXME' is left to be done"]


def test_the_score_weighs_severities_and_the_librarys_usage() -> None:
    files = {"shop/a.md": GOOD, "shop/b.md": "# B\n\n## Empty\n"}
    plain = check(files, "RB005")
    used = check(files, "RB005", usage={"shop/a.md": 9.0})
    assert sorted(plain.scores.values()) == [90.0, 100.0]
    assert plain.score == 95.0
    assert used.score > plain.score


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_code_file_and_line(form: str) -> None:
    report = check({"shop/a.md": GOOD + "\nTODO: a,b%\n"}, "RB009")
    shown = format_report(report, form)
    assert "RB009" in shown
    assert "shop/a.md" in shown
    if form in {"json", "sarif"}:
        json.loads(shown)


def test_github_annotations_cannot_be_broken_by_a_message() -> None:
    report = check({"shop/a,b:c.md": GOOD + "\n<Insert % here>\n"}, "RB009")
    shown = format_report(report, "github")
    assert shown.count("\n") == 0
    assert "file=shop/a%2Cb%3Ac.md," in shown
    assert "%25" in shown


def test_every_rule_is_exercised_here() -> None:
    tested = {code for code, _ in CASES.values()} | {"RB006", "RB016", "RB017", "RB022", "RB029"}
    assert tested == RULES.keys()
