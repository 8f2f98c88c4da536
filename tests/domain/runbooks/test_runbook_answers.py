"""From a name to a runbook, from a word to a section, always saying how."""

from domain.runbooks import shapes
from domain.runbooks.shapes import book, shelf_of
from incident_bot.domain.runbooks.answers import find_sections
from incident_bot.domain.runbooks.books import runbooks_in
from incident_bot.domain.runbooks.kinds import KINDS, classify, exact_kind
from incident_bot.domain.runbooks.parsing import parse
from incident_bot.domain.runbooks.shelf import Ambiguous, Found, Shelf, Unknown


def served(text: str, query: str, severity: str = "") -> tuple[str, list[str]]:
    answer = find_sections(book(text), query, severity)
    return answer.matched_by, [section.title for section in answer.sections]


BOTH = "# A\n\n## Diagnostics\n\nd\n\n## Investigation\n\ni\n\n## Mitigation\n\nm\n\n## Recovery\n\nr\n"


def test_the_authors_heading_wins_over_its_synonym() -> None:
    assert served(BOTH, "investigation") == ("heading", ["Investigation"])
    assert served(BOTH, "Recovery") == ("heading", ["Recovery"])


def test_a_synonym_finds_the_kind() -> None:
    assert served(BOTH, "troubleshooting") == ("exact", ["Diagnostics"])
    assert served(BOTH, "how to fix it") == ("exact", ["Recovery"])


def test_a_missing_kind_falls_back_and_says_so() -> None:
    answer = find_sections(book(BOTH), "quick actions")
    assert answer.matched_by == "fallback"
    assert answer.fell_back_from == "quick actions"
    assert answer.served_kind == "mitigation"


def test_an_empty_section_counts_as_missing() -> None:
    text = "# A\n\n## Diagnosis\n\nTODO\n\n## Mitigation\n\nRestart.\n"
    assert served(text, "diagnosis") == ("fallback", ["Mitigation"])


def test_a_heading_of_two_kinds_answers_for_both() -> None:
    assert served(shapes.TWO_KINDS, "diagnostics") == ("compound", ["Diagnosis and mitigation"])
    assert served(shapes.TWO_KINDS, "mitigation") == ("compound", ["Diagnosis and mitigation"])


def test_repeated_headings_are_all_returned_with_their_paths() -> None:
    runbook = book(shapes.REPEATED)
    answer = find_sections(runbook, "symptoms")
    paths = [runbook.document.heading_path(section.index) for section in answer.sections]
    assert paths == [("Connection storm", "Symptoms"), ("Replica lag", "Symptoms")]


def test_an_anchor_names_exactly_one() -> None:
    answer = find_sections(book(shapes.REPEATED), "#symptoms-1")
    assert [section.anchor for section in answer.sections] == ["symptoms-1"]


def test_free_text_finds_headings_then_passages() -> None:
    assert served(shapes.PLAIN_NOTES, "adding a domain") == ("heading", ["Adding a domain"])
    assert served(shapes.PLAIN_NOTES, "domain") == ("similar", ["Adding a domain"])
    assert served(shapes.PLAIN_NOTES, "postfix") == ("content", ["Queue is long"])


def test_nothing_fitting_is_an_outline_not_an_error() -> None:
    answer = find_sections(book("# A\n\n## B\n\nwords\n"), "escalation")
    assert (answer.matched_by, answer.sections) == ("outline", ())


def test_escalation_is_never_guessed_from_passages() -> None:
    text = "# A\n\n## B\n\nEscalate to the on-call team, contact them in the channel.\n"
    assert served(text, "escalation") == ("outline", [])


def test_the_variant_for_the_alerts_severity_is_offered() -> None:
    answer = find_sections(book(shapes.SEVERITIES), "recovery", "critical")
    assert [section.title for section in answer.sections] == ["Runbook"]
    assert answer.variant is not None
    assert answer.variant.title == "Critical"


def test_without_a_query_quick_actions_open_else_the_first_section() -> None:
    assert served("# A\n\n## Impact\n\nx\n\n## Quick fix\n\ny\n", "")[1] == ["Quick fix"]
    assert served(BOTH, "")[1] == ["Diagnostics"]


def test_traps_of_the_vocabulary() -> None:
    assert exact_kind("Post-checks") == "verification"
    assert [match.kind for match in classify("Post-checks after the switch")] == ["verification"]
    assert classify("KubePodNotReady prevents rollouts") == ()
    assert [match.kind for match in classify("What is the impact")] == ["impact"]
    assert exact_kind("Step 3: Mitigation") == "mitigation"
    assert exact_kind("🚨 **Quick Fix**:") == "quick_actions"
    assert all(exact_kind(kind) == kind for kind in KINDS)


FILES = {
    "shop/high-error-rate.md": (
        "---\naliases: [5xx, api errors]\nalerts: [{name: HighErrorRate}]\nservice: [checkout]\n"
        "symptoms: [checkout answers 500]\n---\n# High error rate\n\n## Mitigation\n\nRoll back.\n"
    ),
    "bank/api-5xx.md": "---\naliases: [HighErrorRate]\n---\n# ALERT_API_5XX\n\n## Mitigation\n\nx\n",
    "shop/rollback.md": "# Rollback\n\n## Steps\n\nx\n",
    "bank/rollback.md": "# Rollback\n\n## Steps\n\ny\n",
    "bank/alerts.md": shapes.MANY_IN_ONE,
}


def test_every_spelling_of_every_name_resolves() -> None:
    shelf = shelf_of(FILES)
    for name in (
        "high-error-rate",
        "HighErrorRate",
        "HIGH_ERROR_RATE",
        "high error rate",
        "shop/high-error-rate",
        "shop/high-error-rate.md",
        "5XX",
        "API errors",
        "alert_high_error_rate",
    ):
        found = shelf.resolve(name)
        assert isinstance(found, Found), name
        assert found.runbook.key == "shop/high-error-rate"


def test_own_names_win_over_aliases_and_the_alias_is_mentioned() -> None:
    found = shelf_of(FILES).resolve("HighErrorRate")
    assert isinstance(found, Found)
    assert [other.key for other in found.also] == ["bank/api-5xx"]


def test_a_name_two_systems_own_is_ambiguous_until_a_system_is_named() -> None:
    shelf = shelf_of(FILES)
    found = shelf.resolve("rollback")
    assert isinstance(found, Ambiguous)
    assert {one.key for one in found.choices} == {"shop/rollback", "bank/rollback"}
    narrowed = shelf.resolve("rollback", system="bank")
    assert isinstance(narrowed, Found)
    assert narrowed.runbook.key == "bank/rollback"


def test_a_slip_is_forgiven_and_nonsense_gets_suggestions() -> None:
    shelf = shelf_of(FILES)
    slip = shelf.resolve("high-eror-rate")
    assert isinstance(slip, Found)
    assert slip.matched_by == "spelling"
    near = shelf.resolve("error rates high today")
    assert isinstance(near, Unknown)
    assert near.suggestions[0].key == "shop/high-error-rate"
    assert shelf.resolve("zzzz") == Unknown("zzzz", ())


def test_one_file_can_hold_many_runbooks() -> None:
    shelf = shelf_of(FILES)
    found = shelf.resolve("IngesterReachingSeriesLimit")
    assert isinstance(found, Found)
    assert found.runbook.root > 0
    answer = shelf.section(found.runbook, "recovery")
    assert [section.title for section in answer.sections] == ["How to fix it"]
    assert "Forget the ingester" not in found.runbook.document.markdown(answer.sections[0].index)


def test_front_matter_names_the_runbooks_of_a_file() -> None:
    text = (
        "---\nrunbooks:\n  agent-down:\n    anchor: agent-failure\n    alerts: [{name: AgentDown}]\n"
        "  queue-full: {title: The queue is full}\n---\n# Agents\n\n## Agent failure\n\n### Recovery\n\n"
        "Restart.\n\n## Queue full\n\nDrain.\n"
    )
    shelf = Shelf.of(runbooks_in(parse(text, "ai/agents.md")))
    assert {one.key for one in shelf.runbooks} == {"ai/agents", "ai/agent-down", "ai/queue-full"}
    found = shelf.resolve("AgentDown")
    assert isinstance(found, Found)
    assert found.runbook.key == "ai/agent-down"


def test_files_of_one_name_keep_both_and_an_earlier_library_wins() -> None:
    twice = [
        *runbooks_in(parse("# A\n", "alerts/one/KubeDown.md"), library="a"),
        *runbooks_in(parse("# A\n", "alerts/two/KubeDown.md"), library="a"),
        *runbooks_in(parse("# B\n", "alerts/KubeDown.md"), library="b"),
    ]
    keys = [one.key for one in Shelf.of(twice).runbooks]
    assert keys == ["alerts/kube-down", "alerts/two-kube-down"]


def test_search_weighs_titles_and_symptoms_and_opens_the_section() -> None:
    shelf = shelf_of({**FILES, **shapes.FREE_FORM})
    assert shelf.search("checkout 500")[0].runbook.key == "shop/high-error-rate"
    best = shelf.search("rebuild the replica")[0]
    assert best.runbook.path == "patroni/postgres.md"
    assert best.section is not None
    assert best.section.title == "Resolution"
    assert shelf.search("") == []


def test_a_title_counts_for_more_than_a_mention_in_passing() -> None:
    shelf = shelf_of(
        {
            "a/queue.md": "# Other\n\n## Steps\n\nRead the certificate, then the certificate.\n",
            "b/tls.md": "# Certificate\n\n## Steps\n\nRenew it.\n",
        }
    )
    assert [hit.runbook.key for hit in shelf.search("certificate")] == ["b/tls", "a/queue"]


def test_suggestions_say_why() -> None:
    shelf = shelf_of(FILES)
    best = shelf.suggest({"alertname": "Whatever"}, "checkout", "the checkout answers with 500")[0]
    assert best.runbook.key == "shop/high-error-rate"
    assert best.reasons == (
        "service checkout",
        "symptom: checkout answers 500",
        "words: checkout, answers, 500",
    )
    humped = shelf.suggest({"alertname": "ErrorRates"}, "", "")[0]
    assert humped.reasons == ("words: error, rates",)


def test_links_lead_to_runbooks_repository_or_nowhere() -> None:
    shelf = shelf_of(FILES, base="https://git.example/r/blob/main")
    runbook = shelf.get("shop/high-error-rate")
    assert runbook is not None
    target = shelf.follow(runbook, "../bank/alerts.md#compactorhasnotrun")
    assert target.runbook is not None
    assert target.runbook.slug == "compactor-has-not-run"
    assert shelf.follow(runbook, "pic.png").url == "https://git.example/r/blob/main/shop/pic.png"
    assert shelf.follow(runbook, "../../etc/passwd").kind == "none"
    assert shelf.follow(runbook, "javascript:alert(1)").kind == "none"
    assert shelf.follow(runbook, "https://ok.example/x").url == "https://ok.example/x"


def test_keys_that_differ_only_in_where_the_slash_stands_are_two() -> None:
    shelf = shelf_of({"ab/c.md": "# One\n", "a/bc.md": "# Two\n"})
    titles = [one.title for key in ("ab/c", "a/bc") if (one := shelf.get(key)) is not None]
    assert titles == ["One", "Two"]
    assert shelf.get("abc") is None
