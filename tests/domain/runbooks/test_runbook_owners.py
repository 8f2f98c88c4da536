"""Who owns a file, as GitHub reads CODEOWNERS."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_bot.domain.runbooks.owners import Ownership, read_codeowners, read_owners

# The examples of GitHub's documentation.
EXAMPLES = [
    ("*", "a.md", True),
    ("*", "docs/deep/a.md", True),
    ("*.js", "src/a.js", True),
    ("*.js", "src/a.jsx", False),
    ("/build/logs/", "build/logs/deep/a.md", True),
    ("/build/logs/", "x/build/logs/a.md", False),
    ("/build/logs/", "build/logs", False),
    ("docs/*", "docs/getting-started.md", True),
    ("docs/*", "docs/build-app/troubleshooting.md", False),
    ("apps/", "deep/apps/a.md", True),
    ("apps/", "apps", False),
    ("/docs/", "docs/a.md", True),
    ("/docs/", "other/docs/a.md", False),
    ("/scripts/", "scripts/deep/a.md", True),
    ("**/logs", "build/logs/a.md", True),
    ("**/logs", "logs/a.md", True),
    ("**/logs", "deeply/nested/logs/a.md", True),
    ("/apps/github", "apps/github/a.md", True),
    ("/apps/github", "apps/githubby/a.md", False),
    ("alerts/**/etcd*.md", "alerts/one/two/etcdDown.md", True),
    ("alerts/**/etcd*.md", "alerts/etcdDown.md", True),
    ("alerts/**/etcd*.md", "alerts/one/apiDown.md", False),
    ("spaced\\ name.md", "a/spaced name.md", True),
    ("a?.md", "ab.md", True),
]


@pytest.mark.parametrize(("pattern", "path", "owned"), EXAMPLES)
def test_a_pattern_matches_what_github_says(pattern: str, path: str, owned: bool) -> None:
    owners = Ownership(read_codeowners(f"{pattern} @acme/sre")).of(path)
    assert bool(owners) is owned


def test_the_last_match_wins_and_one_without_owners_takes_them_away() -> None:
    rules = read_codeowners(
        "# everything\n"
        "* @acme/global  # a comment @nobody\n"
        "/shop/ @dana shop@example.com\n"
        "/shop/public/\n"
        "!/shop/x @nobody\n"
        "[Section] @nobody\n"
    )
    owned = Ownership(rules)
    assert [o.team for o in owned.of("a.md")] == ["acme/global"]
    assert [(o.team, o.email) for o in owned.of("shop/x.md")] == [
        ("dana", ""),
        ("", "shop@example.com"),
    ]
    assert owned.of("shop/public/x.md") == ()


def test_the_nearest_owners_file_speaks_when_codeowners_does_not() -> None:
    top = read_owners("reviewers:\n- ada\n")
    near = read_owners("approvers:\n- dana\n- bo\nreviewers:\n- ada\n")
    owned = Ownership(read_codeowners("/docs/ @writers"), {"": top, "alerts/etcd": near})
    assert [o.team for o in owned.of("alerts/etcd/deep/a.md")] == ["dana", "bo"]
    assert [o.team for o in owned.of("alerts/a.md")] == ["ada"]
    assert [o.team for o in owned.of("docs/a.md")] == ["writers"]


@pytest.mark.parametrize(
    "text", ["", "[", "approvers: 3", "approvers: {a: b}", "- a", "a: &a [*a]"]
)
def test_an_odd_owners_file_owns_nothing(text: str) -> None:
    assert read_owners(text) == ()


@given(
    st.text(alphabet=string.ascii_lowercase + "*?/@ #!\\[]\n", max_size=300), st.text(max_size=60)
)
def test_no_text_breaks_it(text: str, path: str) -> None:
    Ownership(read_codeowners(text)).of(path)


def test_a_hostile_pattern_takes_no_time() -> None:
    pattern = "/".join(["**", "*a*a*a*a*a*a*a*a*b"] * 6)
    Ownership(read_codeowners(f"{pattern} @x\n" * 50)).of("/".join(["a" * 200] * 30))
