"""What people type becomes an order, whatever it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_bot.domain.configuration import (
    Commands,
    Configuration,
    Layer,
    Person,
    Policy,
    Schedule,
    Severity,
    Tier,
)
from incident_bot.slack.grammar import SUBCOMMANDS, orders, read, usage_hint
from incident_bot.slack.grammar.orders import Mention
from incident_bot.slack.grammar.subcommands import FAMILIES, command_of

RULES = Configuration.model_validate(
    {
        "severities": [
            Severity(name="SEV1", aliases=("P0", "critical")),
            Severity(name="SEV2", aliases=("P1", "major", "серьёзно")),
            Severity(name="SEV3", aliases=("P2", "minor")),
            Severity(name="SEV4", aliases=("P3", "low")),
        ],
        "commands": Commands(incident_aliases=("/inc",)),
        "people": {"ada": Person(slack="U0ADA")},
        "policies": {"primary": Policy(tiers=(Tier(),)), "database": Policy(tiers=(Tier(),))},
        "schedules": {
            "primary": Schedule(
                layers=(
                    Layer.model_validate({"participants": ["ada"], "starts": "2026-01-05T09:00Z"}),
                )
            )
        },
    }
)
ADA = Mention("U0ADA", "ada")


def incident(text: str) -> orders.Order:
    return read("/incident", text, RULES)


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("declare sev2 checkout 5xx", orders.Declare("SEV2", "checkout 5xx")),
        ("declare SEV-2 checkout", orders.Declare("SEV2", "checkout")),
        ("declare sev 2 checkout", orders.Declare("SEV2", "checkout")),
        ("declare P1: checkout", orders.Declare("SEV2", "checkout")),
        ("declare Critical checkout", orders.Declare("SEV1", "checkout")),
        ("declare серьёзно всё лежит", orders.Declare("SEV2", "всё лежит")),
        ("declare sev2", orders.Declare("SEV2", "")),
        ("declare checkout is slow", orders.Declare(None, "checkout is slow")),
        ("declare 🔥 всё горит", orders.Declare(None, "🔥 всё горит")),
        ("  DECLARE   sev2   a   b ", orders.Declare("SEV2", "a b")),
        ("new sev3 x", orders.Declare("SEV3", "x")),
        ("declare sev2 “checkout 5xx”", orders.Declare("SEV2", "checkout 5xx")),
        ('declare "checkout" and "cart"', orders.Declare(None, '"checkout" and "cart"')),
        ("declare --private sev1 leak", orders.Declare("SEV1", "leak", private=True)),
        ("declare sev1 leak —private", orders.Declare("SEV1", "leak", private=True)),
        ("declare sev4 game day --DRILL", orders.Declare("SEV4", "game day", drill=True)),
        ("declare sev2 x --service checkout y", orders.Declare("SEV2", "x y", service="checkout")),
        ("declare sev2 x --service=“search”", orders.Declare("SEV2", "x", service="search")),
        ("declare push --force broke main", orders.Declare(None, "push --force broke main")),
        ("declare <@U0ADA|ada> sees a &gt; b", orders.Declare(None, "@ada sees a > b")),
        (
            "declare <#C1|ops> <https://a.b/c|c> <!here>",
            orders.Declare(None, "#ops https://a.b/c @here"),
        ),
        ("declare", orders.DeclareForm()),
    ],
)
def test_declaration_is_read(typed: str, order: orders.Order) -> None:
    assert incident(typed) == order


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [("sev9", "SEV4"), ("SEV-0", "SEV1"), ("p7", "SEV4"), ("seve2", "SEV2"), ("critcal", "SEV1")],
)
def test_word_meant_as_a_severity_is_not_taken_for_a_title(typed: str, nearest: str) -> None:
    order = incident(f"declare {typed} checkout 5xx")
    assert isinstance(order, orders.UnknownSeverity)
    assert (order.word, order.nearest) == (typed, nearest)
    assert order.example == f"/incident declare {nearest.lower()} checkout 5xx"
    assert isinstance(incident(order.example.removeprefix("/incident ")), orders.Declare)


@pytest.mark.parametrize(
    "title", ["several users cannot pay", "pg is down", "500s", "lowest price is wrong"]
)
def test_ordinary_words_are_no_severity(title: str) -> None:
    assert incident(f"declare {title}") == orders.Declare(None, title)


@pytest.mark.parametrize("typed", ["--prviate", "--pivate", "—privat", "--servce x", "--dril"])
def test_misspelt_option_opens_nothing(typed: str) -> None:
    order = incident(f"declare sev1 leak {typed}")
    assert isinstance(order, orders.Misused)
    assert "leak" in order.example


def test_option_without_its_value_is_asked_for() -> None:
    assert isinstance(incident("declare sev1 x --service"), orders.Misused)
    assert isinstance(incident("declare sev1 x --service --private"), orders.Misused)


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("update error rate\nis falling", orders.Update("error rate\nis falling")),
        ("update", orders.UpdateForm()),
        ("status identified bad deploy", orders.Status("identified", "bad deploy")),
        ("status Monitoring: fix is in", orders.Status("Monitoring", "fix is in")),
        ("status", orders.UpdateForm()),
        ("severity sev1 all payments fail", orders.SetSeverity("SEV1", "all payments fail")),
        ("sev sev 1", orders.SetSeverity("SEV1", "")),
        ("severity", orders.SeverityForm()),
        ("role communications <@U0ADA|ada>", orders.TakeRole("communications", ADA)),
        ("role <@U0ADA|ada> scribe", orders.TakeRole("scribe", ADA)),
        ("role scribe", orders.TakeRole("scribe", None)),
        ("role scribe me", orders.TakeRole("scribe", None)),
        (
            "role incident commander @ada",
            orders.TakeRole("incident commander", Mention(None, "ada")),
        ),
        ("role scribe ada", orders.TakeRole("scribe", Mention(None, "ada"))),
        ("role jester", orders.TakeRole("jester", None)),
        ("role", orders.RolesForm()),
        ("lead <@U0ADA>", orders.Lead(Mention("U0ADA"))),
        ("lead", orders.Lead(None)),
        ("lead me", orders.Lead(None)),
        ("log rolled back at 14:05", orders.Log("rolled back at 14:05")),
        ("log", orders.LogForm()),
        ("timeline", orders.Timeline()),
        ("catchup", orders.Catchup()),
        ("rename “cards fail”", orders.Rename("cards fail")),
        ("resolve rolled back", orders.Resolve("rolled back")),
        ("resolve", orders.Resolve("")),
        ("reopen it is back", orders.Reopen("it is back")),
        ("close", orders.Close()),
        ("cancel a test", orders.Cancel("a test")),
        ("postmortem", orders.Postmortem()),
        ("post-mortem draft", orders.Postmortem()),
        ("list", orders.List()),
        ("list Mine", orders.List("mine")),
        ("list all", orders.List("all")),
        ("list p1", orders.List("open", "SEV2")),
        ("show 42", orders.Show(42)),
        ("show INC-42", orders.Show(42)),
        ("show #42", orders.Show(42)),
        ("show", orders.Show(None)),
        ("doctor", orders.Doctor()),
        ("help page", orders.Help("page")),
        ("", orders.Help()),
        ("page primary it burns", orders.PagePolicy("primary", "it burns")),
        ("runbook api-5xx", orders.RunbookShow("api-5xx")),
    ],
)
def test_order_of_the_incident_command_is_read(typed: str, order: orders.Order) -> None:
    assert incident(typed) == order
    assert read("/inc", typed, RULES) == order


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("primary", orders.PagePolicy("primary", "")),
        ("Primary the database is full", orders.PagePolicy("primary", "the database is full")),
        ("<@U0ADA|ada> come please", orders.PagePerson(ADA, "come please")),
        ("@ada.l come", orders.PagePerson(Mention(None, "ada.l"), "come")),
        ("ack", orders.PageAck()),
        ("Acknowledge", orders.PageAck()),
        ("decline", orders.PageDecline()),
        ("escalate", orders.PageEscalate()),
        ("status", orders.PageStatus()),
        ("help", orders.Help("page")),
        ("", orders.PageForm()),
        ("akc", orders.Unknown("akc", "ack", "/page ack")),
        ("primry x", orders.Unknown("primry", "primary", "/page primary")),
        ("treasury", orders.PagePolicy("treasury", "")),
    ],
)
def test_order_of_the_page_command_is_read(typed: str, order: orders.Order) -> None:
    assert read("/page", typed, RULES) == order


def test_group_cannot_be_paged() -> None:
    assert isinstance(read("/page", "<!subteam^S0ALL|@all> come", RULES), orders.Misused)


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("", orders.RunbookList()),
        ("list", orders.RunbookList()),
        ("api-5xx", orders.RunbookShow("api-5xx")),
        ("api-5xx  quick   actions", orders.RunbookShow("api-5xx", "quick actions")),
        ("“api 5xx” diagnostics", orders.RunbookShow("api 5xx", "diagnostics")),
        ("search replication lag", orders.RunbookSearch("replication lag")),
        ("suggest", orders.RunbookSuggest("")),
        ("start", orders.RunbookStart(None)),
        ("start “api 5xx”", orders.RunbookStart("api 5xx")),
        ("rate", orders.RunbookRate(None, None)),
        ("rate worked", orders.RunbookRate(None, "worked")),
        ("rate Failed: too slow", orders.RunbookRate(None, "failed", "too slow")),
        ("rate api-5xx outdated the flag", orders.RunbookRate("api-5xx", "outdated", "the flag")),
        ("rate api-5xx", orders.RunbookRate("api-5xx", None)),
        (
            "rate api-5xx good",
            orders.Misused(
                "good is not a rating: it is worked, failed or outdated.",
                "/runbook rate api-5xx worked",
            ),
        ),
        ("report-gap", orders.RunbookGapForm()),
        ("report-gap no step for it", orders.RunbookGap(None, "no step for it")),
        ("gap api-5xx: no step", orders.RunbookGap("api-5xx", "no step")),
        ("stats", orders.RunbookStats(None)),
        ("stats api-5xx", orders.RunbookStats("api-5xx")),
        ("suggest 502 from checkout", orders.RunbookSuggest("502 from checkout")),
        ("help", orders.Help("runbook")),
    ],
)
def test_order_of_the_runbook_command_is_read(typed: str, order: orders.Order) -> None:
    assert read("/runbook", typed, RULES) == order


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("", orders.OnCallNow()),
        ("NOW", orders.OnCallNow()),
        ("primary", orders.OnCallSchedule("primary")),
        ("primry", orders.Unknown("primry", "primary", "/oncall primary")),
        ("help", orders.Help("oncall")),
        ("zzz", orders.OnCallSchedule("zzz")),
    ],
)
def test_order_of_the_oncall_command_is_read(typed: str, order: orders.Order) -> None:
    assert read("/oncall", typed, RULES) == order


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [("decalre sev2 x", "declare"), ("udpate", "update"), ("resolv", "resolve"), ("zzz", "help")],
)
def test_unknown_word_gets_the_nearest_command_and_an_example_that_works(
    typed: str, nearest: str
) -> None:
    order = read("/inc", typed, RULES)
    assert isinstance(order, orders.Unknown)
    assert order.nearest == nearest
    assert order.example.startswith("/inc ")
    again = read("/inc", order.example.removeprefix("/inc "), RULES)
    assert not isinstance(again, orders.Unknown | orders.Misused | orders.UnknownSeverity)


def test_severity_without_declare_is_shown_the_way() -> None:
    order = incident("sev2 checkout 5xx")
    assert order == orders.Unknown("sev2", "declare", "/incident declare sev2 checkout 5xx")


def test_commands_can_be_renamed() -> None:
    renamed = RULES.model_copy(update={"commands": Commands(incident="/fire", page="/ring")})
    assert read("/fire", "close", renamed) == orders.Close()
    assert read("/ring", "ack", renamed) == orders.PageAck()


def test_every_subcommand_is_read_by_its_example() -> None:
    for subcommand in SUBCOMMANDS:
        command = command_of(subcommand.family, RULES.commands)
        order = read(command, subcommand.example, RULES)
        assert not isinstance(order, orders.Unknown | orders.Misused | orders.UnknownSeverity), (
            subcommand
        )


def test_every_alias_is_read_as_its_subcommand() -> None:
    for subcommand in (s for s in SUBCOMMANDS if s.aliases):
        command = command_of(subcommand.family, RULES.commands)
        rest = subcommand.example.removeprefix(subcommand.name)
        for alias in subcommand.aliases:
            assert read(command, alias + rest, RULES) == read(command, subcommand.example, RULES)


def test_every_command_has_a_usage_hint() -> None:
    assert all(usage_hint(family) for family in FAMILIES)


_nasty = st.sampled_from(
    [
        "declare",
        "page",
        "role",
        "--private",
        "—",
        "--service=",
        "<@U0ADA>",
        "<@U0ADA|",
        "<!here>",
        "sev2",
        "“",
        '"',
        "sev",
        "²",
        "٣",
        "sev²",
        "&lt;",
        "\u200b",
        "\x00",
        "\ud800",
        "@",
        "#",
        "İ",
        "show",
        "list",
        "INC-",
        "9" * 50,
    ]
)
_line = st.lists(st.one_of(_nasty, st.text(max_size=12)), max_size=9).map(" ".join)


@settings(deadline=None)
@given(
    command=st.sampled_from(["/incident", "/page", "/oncall", "/runbook", "/other", ""]), text=_line
)
def test_no_text_is_too_much(command: str, text: str) -> None:
    assert isinstance(read(command, text, RULES), orders.Order)


_title_word = st.from_regex(r"[a-zа-я0-9]{5,12}", fullmatch=True).filter(
    lambda w: not w.startswith(("sev", "p", "s", "c"))
)


@settings(deadline=None)
@given(
    severity=st.sampled_from(RULES.severities).flatmap(
        lambda s: st.sampled_from([(s.name, w) for w in (s.name, *s.aliases)])
    ),
    title=st.lists(_title_word, max_size=6).map(" ".join),
    private=st.booleans(),
    drill=st.booleans(),
    service=st.none() | _title_word,
    upper=st.booleans(),
)
def test_what_is_written_as_a_command_is_read_back(
    severity: tuple[str, str],
    title: str,
    private: bool,
    drill: bool,
    service: str | None,
    upper: bool,
) -> None:
    name, word = severity
    parts = ["declare", word.upper() if upper else word, title]
    parts += ["--private"] * private + ["--drill"] * drill
    parts += ["--service", service] if service else []
    assert incident(" ".join(parts)) == orders.Declare(name, title, private, drill, service)
