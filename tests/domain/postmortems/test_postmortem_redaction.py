"""Secrets never reach the document; what only looks like one does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.postmortems.checkout_incident import EVIDENCE, NOW, TEMPLATE, entry, said
from incident_bot.domain.postmortems.assemble import assemble
from incident_bot.domain.postmortems.record import ActionItem, Link, UpdateRecord
from incident_bot.domain.postmortems.redaction import RedactionPolicy, Redactor
from incident_bot.domain.postmortems.render import render
from incident_bot.domain.postmortems.transcript import Transcript

# Made up, and written in halves so that no scanner takes this file for a leak.
SECRETS = {
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\nabc+/=\n-----END RSA PRIVATE KEY-----",
    "encrypted key": "-----BEGIN EC PRIVATE KEY-----\nDEK-Info: AES-128\n\nMIIEow7\n-----END EC PRIVATE KEY-----",
    "slack": "xoxb-" + "123456789012-abcdefGHIJKL",
    "slack app": "xapp-" + "1-A0B1C2D3-456-abcdef",
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "github": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "github fine": "github_pat_" + "11ABCDEFG0123456789_abcdefghij",
    "gitlab": "glpat-" + "a1b2c3d4e5f6g7h8i9j0",
    "google": "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "stripe": "sk_live_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
    "ai": "sk-" + "ant-a1B2c3D4e5F6g7H8i9J0k1",
    "npm": "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "twilio": "SK" + "0123456789abcdef0123456789abcdef",
    "sendgrid": "SG." + "a1B2c3D4e5F6g7H8.i9J0k1L2m3N4o5P6q7R8",
    "vault": "hvs." + "CAESIA1b2C3d4E5f6G7h8I9j0",
    "jwt": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLWhlcmU",
    "card": "4111 1111 1111 1111",
}  # fmt: skip
IN_CONTEXT = {
    "curl -u ops:tr0ub4dor https://e.example": "tr0ub4dor",
    "mysql -h db -pc0rrecthorse orders": "c0rrecthorse",
    "PGPASSWORD=hunter2 psql": "hunter2",
    "https://ops:s3same@db.internal/": "s3same",
    "Authorization: Bearer abc123def456ghi": "abc123def456ghi",
    "authorization: Basic b3BzOnNlc2FtZQ==": "b3BzOnNlc2FtZQ",
    'password = "two words"': "two words",
    "DB_PASSWORD=swordfish99": "swordfish99",
    "api_key: zzz111yyy222": "zzz111yyy222",
    "client_secret='abc def'": "abc def",
    "the password is Xy7pqr": "Xy7pqr",
    "https://e.example/f?X-Amz-Signature=deadbeef01&x=1": "deadbeef01",
    "https://e.example/f?token=abcd1234&x=1": "abcd1234",
    "https://hooks.slack.com/services/T0/B0/abcdefgh": "abcdefgh",
    "signing key dGhpcyBpcyBhIHNlY3JldCBrZXkgd2l0aCByYW5kb21uZXNzIQ9zX": "dGhpcyBpcyBhIHNl",
    "mail carol@customer.example": "carol@customer",
}
INNOCENT = (
    "commit 3f9c0d2a41be7765f1e2d3c4b5a6978812345678",
    "trace 4bf92f3577b34da6a3ce929d0e0e4736",
    "request 550e8400-e29b-41d4-a716-446655440000",
    "password: <your password>",
    "token: ${TOKEN}",
    "the token is expired",
    "password is required",
    "secret = xxxxxx",
    "p95 is 2.3s at 14:02, 1,204 errors",
    'rate(http_requests_total{code=~"5.."}[5m]) > 0.05',
    "order 1234 5678 9012 3456",
    "release 1.24.0.3 on db-1.prod.example",
    "phone +353 1 234 5678 from 10.0.0.7",
    "see https://grafana.example.com/d/abc?orgId=1&from=now-1h",
)


def redacted(text: str) -> str:
    return Redactor(RedactionPolicy(), "INC-1").redact(text)


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_secret_is_replaced_by_its_kind(name: str) -> None:
    secret = SECRETS[name]
    text = redacted(f"before {secret} after")
    assert secret.split("\n")[-2 if "\n" in secret else 0] not in text
    assert text.startswith("before ‹redacted:")
    assert text.endswith("› after")


@pytest.mark.parametrize("text", sorted(IN_CONTEXT))
def test_secret_told_by_its_context_is_replaced(text: str) -> None:
    assert IN_CONTEXT[text] not in redacted(text)


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_text_is_left_alone(text: str) -> None:
    assert redacted(text) == text


def test_policy_adds_phones_and_addresses() -> None:
    strict = Redactor(RedactionPolicy(phones=True, addresses=True), "INC-1")
    text = strict.redact("phone +353 1 234 5678 from 10.0.0.7")
    assert "234" not in text
    assert "10.0.0.7" not in text


def test_equal_secrets_share_a_label_within_one_incident_only() -> None:
    first, second = Redactor(RedactionPolicy(), "INC-1"), Redactor(RedactionPolicy(), "INC-2")
    text = "password=hunter2 then password=hunter2"
    label = first.redact(text).split("=")[1].split(" ")[0]
    assert first.redact(text).count(label) == 2
    assert label not in second.redact(text)
    assert first.report().counts == {"password": 1}


@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redacted(text)
    assert redacted(once) == once


@given(
    secret=st.sampled_from(sorted(set(SECRETS.values()))),
    place=st.integers(min_value=0, max_value=9),
    before=st.sampled_from(["", "use ", "(", "<@UANN> ", "key: ", "\n"]),
    after=st.sampled_from(["", " now", ")", ", <!here>", "\n"]),
)
def test_a_planted_secret_never_reaches_the_document(
    secret: str, place: int, before: str, after: str
) -> None:
    text = f"{before}{secret}{after}"
    record, evidence = EVIDENCE.record, EVIDENCE
    planted = [
        replace(evidence, record=replace(record, title=text)),
        replace(evidence, record=replace(record, summary=text)),
        replace(evidence, record=replace(record, detected_by=text)),
        replace(evidence, record=replace(record, service=text)),
        replace(evidence, record=replace(record, tags=(text,), links=(Link(text, "https://e"),))),
        replace(evidence, timeline=(entry(3, "note", text, actor=text, source="human"),)),
        replace(evidence, transcript=Transcript((said(3, "UBOB", text, pinned=True),))),
        replace(evidence, transcript=Transcript((said(3, "UBOB", f"{text} what is it?"),))),
        replace(evidence, actions=(ActionItem(text=text, url=f"https://e.example/?{secret}"),)),
        replace(evidence, updates=(UpdateRecord(at=NOW, text=text, author="UANN"),)),
    ]
    document = render(assemble(planted[place], now=NOW), TEMPLATE)
    for line in secret.split("\n"):
        if len(line) > 6 and not line.startswith("-----"):
            assert line not in document


def test_hostile_text_is_searched_in_linear_steps() -> None:
    repeated = [
        "-----BEGIN PRIVATE KEY-----", "eyJ", "eyJ-", "password ", "curl ", "mysql ", "://a:",
        "a@", "4 ", "Bearer ", "A" * 50, "secret=", "+1 ", "1.", "?token", "authorization:",
    ]  # fmt: skip
    for piece in repeated:
        assert redacted(piece * (60_000 // len(piece))) is not None
