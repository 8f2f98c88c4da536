"""Forms: valid views, and what is read from a submission."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from block_kit import view_problems
from cards.samples import HOSTILE, INCIDENT, LONG, RULES, hostile_text
from incident_bot.domain.configuration import Policy, Role, Service, Severity, Tier
from incident_bot.domain.readmodels import SuggestedRunbook
from incident_bot.slack import actions
from incident_bot.slack.modals.declare import DeclareSubmission, declare_modal, read_declare
from incident_bot.slack.modals.fields import incident_of, metadata, read_metadata
from incident_bot.slack.modals.progress import (
    log_modal,
    read_log,
    read_resolve,
    read_severity,
    read_update,
    resolve_modal,
    severity_modal,
    update_modal,
)
from incident_bot.slack.modals.responders import page_modal, read_page, read_roles, roles_modal
from incident_bot.slack.modals.runbook import read_runbook, runbook_modal

READERS = (
    read_declare,
    read_update,
    read_severity,
    read_roles,
    read_page,
    read_log,
    read_resolve,
    read_runbook,
)
SYSTEMS = {"pack1": [("pack1/api-5xx", "API 5xx"), ("pack1/worker-lag", "")], "empty": []}


def fill(view: dict[str, Any], **answers: object) -> dict[str, Any]:
    """The state that Slack sends when a form is submitted; what is not answered stays initial."""
    values: dict[str, Any] = {}
    for block in (b for b in view["blocks"] if b["type"] == "input"):
        name, element = block["block_id"], block["element"]
        answer = answers.get(name.replace(".", "_"))
        made: dict[str, Any] = {"type": element["type"]}
        match element["type"]:
            case "plain_text_input":
                made["value"] = answer or element.get("initial_value")
            case "users_select":
                made["selected_user"] = answer or element.get("initial_user")
            case "checkboxes":
                made["selected_options"] = [
                    o for o in element["options"] if o["value"] in (answer or ())
                ]
            case _:
                initial = element.get("initial_option")
                offered = [*element.get("options", [])]
                offered += [o for g in element.get("option_groups", []) for o in g["options"]]
                made["selected_option"] = next(
                    (o for o in offered if o["value"] == answer), initial
                )
        values[name] = {element["action_id"]: made}
    return {"values": values}


def test_declaration_comes_back_as_it_was_filled_in() -> None:
    view = declare_modal(RULES, title="checkout 5xx", severity="P1", channel="C1")
    assert view["callback_id"] == actions.FORM_DECLARE
    assert read_metadata(view["private_metadata"]) == {"c": "C1"}
    assert read_declare(fill(view)) == DeclareSubmission("checkout 5xx", "SEV2", False, False, None)
    filled = fill(view, title="cart", severity="SEV1", kind=("private", "drill"), service="search")
    assert read_declare(filled) == DeclareSubmission("cart", "SEV1", True, True, "search")


def test_declaration_describes_each_severity() -> None:
    (block,) = [b for b in declare_modal(RULES)["blocks"] if b["block_id"] == "severity"]
    described = [o.get("description", {}).get("text") for o in block["element"]["options"]]
    assert described[:2] == ["All users are affected", "Users are affected"]


def test_service_is_asked_for_only_when_services_are_configured() -> None:
    bare = RULES.model_copy(update={"services": {}})
    assert "service" not in [b["block_id"] for b in declare_modal(bare)["blocks"]]


def test_update_starts_from_its_draft_and_present_status() -> None:
    view = update_modal(INCIDENT, draft="Still investigating.")
    assert incident_of(view["private_metadata"]) == 42
    read = read_update(fill(view))
    assert (read.text, read.status, read.errors) == ("Still investigating.", "investigating", {})
    assert read_update(fill(view, status="monitoring")).status == "monitoring"
    assert list(read_update(fill(update_modal(INCIDENT))).errors) == ["text"]


def test_status_that_nobody_touched_in_the_form_is_not_set_again() -> None:
    view = update_modal(INCIDENT, draft="Still investigating.")
    about = view["private_metadata"]
    assert read_update(fill(view), about).status == ""
    assert read_update(fill(view, status="monitoring"), about).status == "monitoring"


def test_severity_must_be_another_one() -> None:
    view = severity_modal(RULES, INCIDENT)
    assert list(read_severity(fill(view), "SEV2").errors) == ["severity"]
    changed = read_severity(fill(view, severity="SEV1", reason="all fail"), "SEV2")
    assert (changed.severity, changed.reason, changed.errors) == ("SEV1", "all fail", {})
    about = view["private_metadata"]
    assert list(read_severity(fill(view), "SEV1", about).errors) == ["severity"]
    assert read_severity(fill(view, severity="SEV1"), "SEV3", about).errors == {}


def test_roles_come_back_by_name() -> None:
    view = roles_modal(RULES, INCIDENT)
    assert read_roles(fill(view)).roles == {"commander": "U0ADA", "communications": "U0BEN"}
    assert read_roles(fill(view, role_scribe="U0CID")).roles["scribe"] == "U0CID"


def test_roles_that_nobody_touched_in_the_form_are_not_given_again() -> None:
    view = roles_modal(RULES, INCIDENT)
    about = view["private_metadata"]
    assert read_roles(fill(view), about).roles == {}
    changed = fill(view, role_scribe="U0CID", role_commander="U0BEN")
    assert read_roles(changed, about).roles == {"commander": "U0BEN", "scribe": "U0CID"}


def test_page_needs_a_policy_or_a_person() -> None:
    no_policies = RULES.model_copy(update={"policies": {}})
    assert list(read_page(fill(page_modal(no_policies, INCIDENT))).errors) == ["user"]
    assert read_page(fill(page_modal(no_policies, INCIDENT), user="U0CID")).user == "U0CID"
    view = page_modal(RULES, INCIDENT.with_(service=None))
    assert list(read_page(fill(view)).errors) == ["policy"]
    read = read_page(fill(view, policy="backup", message="come"))
    assert (read.policy, read.user, read.message, read.errors) == ("backup", None, "come", {})


def test_page_proposes_the_policy_that_the_incident_would_page() -> None:
    assert read_page(fill(page_modal(RULES, INCIDENT))).policy == "primary"


def test_log_must_say_something() -> None:
    assert read_log(fill(log_modal(INCIDENT), text=" rolled back ")).text == "rolled back"
    assert list(read_log(fill(log_modal(INCIDENT))).errors) == ["text"]


def test_resolution_says_how_it_stands_and_what_fixed_it() -> None:
    read = read_resolve(fill(resolve_modal(INCIDENT), summary="All well", fix="Rollback"))
    assert read.text == "All well\nFixed by: Rollback"
    assert read_resolve(fill(resolve_modal(INCIDENT))).text == ""


def test_runbook_is_picked_by_its_full_name_and_what_may_fit_comes_first() -> None:
    view = runbook_modal(
        SYSTEMS, suggestions=[SuggestedRunbook("pack1/api-5xx", "API 5xx", "")], incident=INCIDENT
    )
    groups = view["blocks"][0]["element"]["option_groups"]
    assert [g["label"]["text"] for g in groups] == ["May fit", "pack1"]
    assert [o["value"] for g in groups for o in g["options"]] == [
        "pack1/api-5xx",
        "pack1/worker-lag",
    ]
    assert read_runbook(fill(view, runbook="pack1/worker-lag")).name == "pack1/worker-lag"
    assert list(read_runbook(fill(view)).errors) == ["runbook"]


def test_picker_of_a_large_library_is_cut_and_says_so() -> None:
    shelf = {f"s{n}": [(f"s{n}/{'é' * 100}{m}", LONG) for m in range(100)] for n in range(40)}
    view = runbook_modal(shelf)
    assert view_problems(view) == []
    assert "more than fit" in view["blocks"][0]["hint"]["text"]
    assert "hint" not in runbook_modal(SYSTEMS)["blocks"][0]


def test_picker_needs_something_to_pick() -> None:
    with pytest.raises(ValueError, match="no runbook"):
        runbook_modal({"empty": []})


@settings(deadline=None)
@given(text=hostile_text, many=st.sampled_from([1, 2, 12, 125]))
def test_no_words_break_a_form(text: str, many: int) -> None:
    configured = text.encode(errors="ignore").decode()
    rules = RULES.model_copy(
        update={
            "severities": tuple(
                Severity(name=f"S{n}", description=configured[:300]) for n in range(many)
            ),
            "policies": {
                f"p{n}": Policy(tiers=(Tier(),), description=configured) for n in range(many)
            },
            "services": {f"s{n}": Service(title=configured) for n in range(many)},
            "roles": tuple(
                Role(name=f"r{n}", title=configured[:60] or "T", description=configured[:300])
                for n in range(many)
            ),
        }
    )
    books = {f"{text}{n}": [(f"{text}/{m}", text) for m in range(many)] for n in range(many % 7)}
    for view in (
        declare_modal(rules, title=text, severity=text, channel=text, permalink=text),
        update_modal(INCIDENT, draft=text),
        severity_modal(rules, INCIDENT.with_(severity=f"S{many - 1}")),
        roles_modal(rules, INCIDENT),
        page_modal(rules, INCIDENT, message=text),
        log_modal(INCIDENT, text=text),
        resolve_modal(INCIDENT),
        runbook_modal(
            {**SYSTEMS, **books}, suggestions=[SuggestedRunbook("a/b", text, text)], channel=text
        ),
    ):
        assert view_problems(view) == []
        assert isinstance(read_metadata(view["private_metadata"]), dict)


def test_forms_of_a_bare_configuration_are_valid() -> None:
    bare = RULES.model_copy(update={"roles": (), "policies": {}, "services": {}})
    for view in (declare_modal(bare), roles_modal(bare, INCIDENT), page_modal(bare, INCIDENT)):
        assert view_problems(view) == []


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "values",
                    "text",
                    "severity",
                    "user",
                    "kind",
                    "value",
                    "selected_option",
                    "selected_options",
                    "selected_user",
                    "role.x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(values=_json)
def test_no_submission_breaks_a_reader(values: object) -> None:
    for reader in READERS:
        reader({"values": values})


@settings(deadline=None)
@given(text=st.text(max_size=60) | st.sampled_from(["[" * 9999, '{"i":true}', '{"i":"4"}', "null"]))
def test_no_metadata_breaks_its_reader(text: str) -> None:
    assert isinstance(read_metadata(text), dict)
    assert incident_of(text) is None or isinstance(incident_of(text), int)


def test_metadata_is_shortened_where_it_is_longest() -> None:
    kept = read_metadata(metadata(i=42, p="https://a.b/c", t=LONG + HOSTILE * 99, nothing=None))
    assert (kept["i"], kept["p"]) == (42, "https://a.b/c")
    assert kept["t"].startswith("Проверка")
    assert "nothing" not in kept
