"""What a checkout knows of its files: owners from CODEOWNERS, the last edit from git's history."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest

from incident_bot.domain.runbooks.reviews import due
from incident_bot.integrations.runbook_library import LibraryFolder, RunbookLibrary
from incident_bot.integrations.runbook_library.history import edit_dates

BOOK = "# Errors\n\n## Mitigation\n\nRoll back.\n"
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str, day: str = "2026-01-02", told: str = "") -> str:
    at = f"{day}T12:00:00+00:00"
    who = [
        "-c",
        "user.name=Dana",
        "-c",
        "user.email=dana@example.com",
        "-c",
        "commit.gpgsign=false",
    ]
    done = subprocess.run(
        ["git", "-C", str(folder), *who, *words],
        check=True,
        capture_output=True,
        text=True,
        input=told,
        env={
            "GIT_AUTHOR_DATE": at,
            "GIT_COMMITTER_DATE": at,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        },
    )
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Two commits: both runbooks in January, one of them again in March."""
    top = tmp_path / "checkout"
    (top / "books" / "shop").mkdir(parents=True)
    git(tmp_path, "init", "-q", str(top))
    (top / "books" / "shop" / "errors.md").write_text(BOOK)
    (top / "books" / "shop" / "späte läge.md").write_text(BOOK.replace("Errors", "Lag"))
    git(top, "add", ".")
    git(top, "commit", "-qm", "both")
    (top / "books" / "shop" / "errors.md").write_text(BOOK + "\nMore.\n")
    git(top, "commit", "-qam", "one", day="2026-03-04")
    (top / "books" / "shop" / "new.md").write_text("# New\n")
    return top


def loaded(root: Path) -> RunbookLibrary:
    library = RunbookLibrary([LibraryFolder(root)])
    library.refresh()
    return library


@needs_git
def test_the_last_edit_comes_from_one_log_of_the_whole_library(checkout: Path) -> None:
    library = loaded(checkout / "books")
    assert {book.edited for book in library.shelf.runbooks} == {None}

    assert library.read_history()

    edited = {book.title: book.edited for book in library.shelf.runbooks}
    assert edited == {
        "Errors": datetime.date(2026, 3, 4),
        "Lag": datetime.date(2026, 1, 2),
        "New": None,
    }
    assert not library.read_history()
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "new", day="2026-05-06")
    library.refresh()
    assert library.read_history()
    assert library.shelf.get("shop/new").edited == datetime.date(2026, 5, 6)  # type: ignore[union-attr]


@needs_git
def test_a_review_never_recorded_is_counted_from_the_last_edit(checkout: Path) -> None:
    text = "---\nreview_every: 30d\n---\n" + BOOK
    (checkout / "books" / "shop" / "errors.md").write_text(text)
    git(checkout, "commit", "-qam", "promise", day="2026-03-10")
    library = loaded(checkout / "books")
    library.read_history()

    (owed,) = due(library.shelf.runbooks, datetime.date(2026, 4, 12))

    assert (owed.last, owed.days_late(datetime.date(2026, 4, 12))) == (None, 3)
    assert due(library.shelf.runbooks, datetime.date(2026, 4, 1)) == []


@needs_git
def test_nothing_of_a_strangers_configuration_runs(checkout: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    caught = tmp_path / "caught"
    trap.write_text(f"#!/bin/sh\ntouch {caught}\n")
    trap.chmod(0o755)
    # A signed commit: to show it, git would start what the configuration calls gpg.
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n\n"
    raw = git(checkout, "cat-file", "commit", "HEAD").replace("\n\n", f"\n{signature}", 1)
    signed = git(checkout, "hash-object", "-t", "commit", "-w", "--stdin", told=raw).strip()
    git(checkout, "update-ref", "HEAD", signed)
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "gpg.program"):
        git(checkout, "config", name, str(trap))
    git(checkout, "config", "pager.log", str(trap))
    git(checkout, "config", "log.showSignature", "true")
    git(checkout, "config", "log.follow", "true")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "reference-transaction"):
        shutil.copy(trap, hooks / hook)
    git(checkout, "config", "core.hooksPath", str(hooks))
    caught.unlink(missing_ok=True)

    found = edit_dates(checkout / "books", ["shop/errors.md"])

    assert found == {"shop/errors.md": datetime.date(2026, 3, 4)}
    assert not caught.exists()


def test_without_history_there_are_no_days_and_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "errors.md").write_text(BOOK)
    library = loaded(tmp_path)
    library.read_history()
    assert library.shelf.runbooks[0].edited is None
    assert edit_dates(tmp_path / "gone", ["a.md"]) == {}


def test_owners_come_from_codeowners_unless_the_file_names_its_own(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "CODEOWNERS").write_text("* @acme/all\n/books/shop/ @dana\n")
    (tmp_path / "CODEOWNERS").write_text("* @nobody\n")
    (tmp_path / "books" / "shop").mkdir(parents=True)
    (tmp_path / "books" / "shop" / "errors.md").write_text(BOOK)
    own = "---\nowners: [payments]\n---\n" + BOOK.replace("Errors", "Own")
    (tmp_path / "books" / "shop" / "own.md").write_text(own)
    (tmp_path / "books" / "lag.md").write_text(BOOK.replace("Errors", "Lag"))
    library = loaded(tmp_path / "books")

    assert owners(library) == {"Errors": ["dana"], "Own": ["payments"], "Lag": ["acme/all"]}

    (tmp_path / ".github" / "CODEOWNERS").write_text("* @changed-and-longer\n")
    assert library.refresh().changed
    assert owners(library)["Lag"] == ["changed-and-longer"]
    assert not library.refresh().changed


def test_owners_come_from_the_nearest_owners_file(tmp_path: Path) -> None:
    (tmp_path / "alerts" / "etcd").mkdir(parents=True)
    (tmp_path / "OWNERS").write_text("approvers: [ada]\n")
    (tmp_path / "alerts" / "etcd" / "OWNERS").write_text("approvers: [dana, bo]\n")
    (tmp_path / "alerts" / "etcd" / "down.md").write_text(BOOK)
    (tmp_path / "alerts" / "up.md").write_text(BOOK.replace("Errors", "Up"))

    assert owners(loaded(tmp_path)) == {"Errors": ["dana", "bo"], "Up": ["ada"]}


def test_a_link_in_the_place_of_codeowners_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("* @leaked\n")
    books = tmp_path / "books"
    books.mkdir()
    (books / "CODEOWNERS").symlink_to(secret)
    (books / "errors.md").write_text(BOOK)

    assert owners(loaded(books)) == {"Errors": []}


def owners(library: RunbookLibrary) -> dict[str, list[str]]:
    return {b.title: [o.team for o in b.facts.owners] for b in library.shelf.runbooks}
