"""A command is a list of arguments or an address below a prefix; nothing reaches a shell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from incident_bot.domain.execution.allowance import ArgvRunner, HttpRunner, WebhookRunner
from incident_bot.domain.execution.commands import NotExecutable, prepare, within

KUBECTL = ArgvRunner(type="argv", binaries={"kubectl": "/usr/bin/kubectl"})
STATUS = HttpRunner(type="http", prefix="https://api.example.com/status/")
HOOK = WebhookRunner(type="webhook", url="https://hooks.example.com/run")


def test_variable_is_one_argument_whatever_it_holds() -> None:
    made = prepare('kubectl get pods -n "$NS"', KUBECTL, {"NS": "a; rm -rf / $(id)"})
    assert made.argv == ("/usr/bin/kubectl", "get", "pods", "-n", "a; rm -rf / $(id)")


@pytest.mark.parametrize(
    "text",
    [
        "kubectl get pods | sh",
        "kubectl get pods; id",
        "kubectl get pods && id",
        "kubectl get $(id)",
        "kubectl get `id`",
        "kubectl get pods > /etc/passwd",
        "kubectl get pods < /etc/passwd",
        "kubectl get pods\nid",
        "kubectl get pod-*",
        "kubectl get ${NS:-x}",
        "kubectl get x$NS",
        "kubectl get $OTHER",
        "kubectl get ~root",
        "kubectl 'unclosed",
        "",
        "$NS get pods",
        "/usr/bin/kubectl get pods",
        "./kubectl get pods",
        "sh -c id",
        "sudo kubectl get pods",
    ],
)
def test_text_written_for_a_shell_is_refused(text: str) -> None:
    with pytest.raises(NotExecutable):
        prepare(text, KUBECTL, {"NS": "prod"})


@pytest.mark.parametrize("program", ["/bin/sh", "/usr/bin/env", "/usr/bin/python3", "/bin/../sh"])
def test_program_that_starts_others_cannot_be_configured(program: str) -> None:
    with pytest.raises(ValidationError):
        ArgvRunner(type="argv", binaries={"tool": program})
    with pytest.raises(ValidationError):
        ArgvRunner(type="argv", binaries={"kubectl": "kubectl"})


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/status-admin",
        "https://api.example.com/",
        "https://api.example.com/status/../admin",
        "https://api.example.com/status/%2e%2e/admin",
        "https://api.example.com/status/%252e%252e/admin",
        "https://api.example.com/status//admin",
        "https://api.example.com.evil.example/status/",
        "https://api.example.com@evil.example/status/",
        "https://user@api.example.com/status/x",
        "http://api.example.com/status/x",
        "https://api.example.com:8443/status/x",
        "https://api.example.com/status\\..\\admin",
        "https://api.example.com/status/$NS",
        "https://api.example.com/status/x#y",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_no_spelling_of_an_address_leaves_the_prefix(url: str) -> None:
    assert not within(url, STATUS.prefix)
    with pytest.raises(NotExecutable):
        prepare(f"GET {url}", STATUS, {})


def test_address_below_the_prefix_is_prepared() -> None:
    made = prepare("GET https://api.example.com/status/db?verbose=1", STATUS, {})
    assert (made.method, made.url) == ("GET", "https://api.example.com/status/db?verbose=1")


def test_other_methods_and_values_in_a_get_are_refused() -> None:
    with pytest.raises(NotExecutable):
        prepare("DELETE https://api.example.com/status/db", STATUS, {})
    with pytest.raises(NotExecutable):
        prepare("GET https://api.example.com/status/db", STATUS, {"NS": "x"})


def test_webhook_gets_values_as_fields_and_its_own_address() -> None:
    made = prepare("POST https://evil.example/ $NS", HOOK, {"NS": '","x":"'})
    assert made.url == HOOK.url
    assert made.fields == {"NS": '","x":"'}


@settings(deadline=None)
@given(st.text(max_size=60), st.text(min_size=1, max_size=20))
def test_no_text_starts_anything_but_the_allowed_program(text: str, value: str) -> None:
    try:
        made = prepare(f"kubectl {text}", KUBECTL, {"NS": value})
    except NotExecutable:
        return
    assert made.argv[0] == "/usr/bin/kubectl"
    assert all(arg == value or not set(arg) & set("|;&<>`$(){}*\n\\") for arg in made.argv[1:])
