"""Folders of runbooks: read safely, cached by content, swapped in whole, last good version kept."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from incident_bot.domain.runbooks.shelf import Found
from incident_bot.integrations.runbook_library import (
    MAX_FILE_BYTES,
    LibraryFolder,
    RunbookLibrary,
    git_revision,
)

GOOD = "---\naliases: [five]\n---\n# Errors\n\n## Mitigation\n\nRoll back.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "errors.md").write_text(GOOD)
    return folder


def loaded(*roots: Path, cache: Path | None = None) -> RunbookLibrary:
    library = RunbookLibrary([LibraryFolder(root) for root in roots], cache)
    library.refresh()
    return library


def test_files_become_runbooks_and_an_unchanged_folder_changes_nothing(root: Path) -> None:
    library = RunbookLibrary([LibraryFolder(root)])
    assert library.shelf.runbooks == ()
    first = library.refresh()
    assert (first.changed, first.read, first.parsed) == (True, 1, 1)
    shelf = library.shelf
    again = library.refresh()
    assert (again.changed, again.read) == (False, 0)
    assert library.shelf is shelf


def test_a_changed_file_is_served_and_the_old_shelf_stays_whole(root: Path) -> None:
    library = loaded(root)
    before = library.shelf
    (root / "shop" / "errors.md").write_text(GOOD.replace("Roll back", "Drain"))
    (root / "shop" / "new.md").write_text("# New\n")
    assert library.refresh().changed
    assert {one.key for one in library.shelf.runbooks} == {"shop/errors", "shop/new"}
    assert [one.key for one in before.runbooks] == ["shop/errors"]
    assert "Drain" in library.shelf.runbooks[0].document.text


def test_a_removed_file_leaves_the_shelf(root: Path) -> None:
    library = loaded(root)
    (root / "shop" / "errors.md").unlink()
    refresh = library.refresh()
    assert (refresh.changed, refresh.removed) == (True, 1)
    assert library.shelf.runbooks == ()


def test_a_touched_file_with_the_same_text_is_not_parsed_again(root: Path) -> None:
    library = loaded(root)
    os.utime(root / "shop" / "errors.md", (1, 1))
    assert library.refresh().parsed == 0


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"---\naliases: [five\n---\n# Errors\n", "front matter"),
        (b"x" * (MAX_FILE_BYTES + 1), "larger than 1 MiB"),
        (b"\x00\x01" * 500, "binary content"),
    ],
)
def test_a_bad_file_keeps_its_last_good_version_and_is_reported(
    root: Path, bad: bytes, reason: str
) -> None:
    library = loaded(root)
    (root / "shop" / "errors.md").write_bytes(bad)
    library.refresh()
    for _ in range(2):
        (problem,) = library.problems
        assert reason in problem.reason
        assert problem.kept_previous
        assert isinstance(library.shelf.resolve("five"), Found)
        library.refresh()
    (root / "shop" / "errors.md").write_text(GOOD)
    assert library.refresh().problems == ()


def test_a_file_that_was_never_good_is_only_reported(root: Path) -> None:
    (root / "shop" / "binary.md").write_bytes(b"\x00" * 100)
    library = loaded(root)
    assert [(one.path, one.kept_previous) for one in library.problems] == [
        ("shop/binary.md", False)
    ]
    assert len(library.shelf.runbooks) == 1


def test_broken_front_matter_on_first_sight_still_serves_the_body(root: Path) -> None:
    (root / "shop" / "odd.md").write_text("---\na: [\n---\n# Odd\n\n## Impact\n\nx\n")
    library = loaded(root)
    assert library.shelf.get("shop/odd") is not None
    assert library.problems == ()


def test_a_missing_folder_is_reported_and_keeps_what_was_read(root: Path, tmp_path: Path) -> None:
    library = loaded(root, tmp_path / "absent")
    assert [one.library for one in library.problems] == ["absent"]
    root.rename(tmp_path / "moved")
    library.refresh()
    assert len(library.shelf.runbooks) == 1
    assert {one.kept_previous for one in library.problems} == {True, False}


def test_links_out_of_the_folder_are_refused_and_inside_are_followed(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n")
    (root / "shop" / "out.md").symlink_to(tmp_path / "secret.md")
    (root / "shop" / "in.md").symlink_to(root / "shop" / "errors.md")
    (root / "loop").symlink_to(root)
    (root / "broken.md").symlink_to(root / "nothing.md")
    library = loaded(root)
    assert {one.path for one in library.shelf.runbooks} == {"shop/errors.md", "shop/in.md"}
    assert {one.path for one in library.problems} == {"shop/out.md", "broken.md"}


def test_pipes_and_hidden_folders_are_not_read(root: Path) -> None:
    os.mkfifo(root / "shop" / "pipe.md")
    (root / ".hidden").mkdir()
    (root / ".hidden" / "x.md").write_text("# X\n")
    library = loaded(root)
    assert [one.path for one in library.shelf.runbooks] == ["shop/errors.md"]
    assert [one.reason for one in library.problems] == ["not a regular file"]


def test_names_that_differ_by_case_are_two_files(root: Path) -> None:
    (root / "shop" / "ERRORS.md").write_text("# Errors elsewhere\n")
    assert len(loaded(root).shelf.runbooks) == 2


def test_an_earlier_folder_overrides_a_later_one(root: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "shop").mkdir(parents=True)
    (mine / "shop" / "errors.md").write_text("# Ours\n\n## Mitigation\n\nx\n")
    (one,) = loaded(mine, root).shelf.runbooks
    assert (one.library, one.title) == ("mine", "Ours")


def test_a_second_start_reads_the_cache_and_gives_the_same(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = loaded(root, cache=cache)
    second = RunbookLibrary([LibraryFolder(root)], cache)
    refresh = second.refresh()
    assert (refresh.read, refresh.parsed) == (1, 0)
    assert second.shelf.runbooks == first.shelf.runbooks
    assert [hit.runbook.key for hit in second.shelf.search("roll back")] == ["shop/errors"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "not json",
        lambda text: text.replace('"format":', '"format":9'),
        lambda text: text.replace('"sections"', '"sektions"'),
        lambda text: json.dumps({**json.loads(text), "files": []}),
        lambda text: json.dumps(
            {**json.loads(text), "files": dict.fromkeys(json.loads(text)["files"], 1)}
        ),
    ],
)
def test_a_damaged_cache_costs_a_parse_and_nothing_else(
    root: Path, tmp_path: Path, damage: object
) -> None:
    cache = tmp_path / "cache"
    loaded(root, cache=cache)
    file = cache / "runbooks.json"
    file.write_text(damage(file.read_text()))  # type: ignore[operator]
    library = RunbookLibrary([LibraryFolder(root)], cache)
    assert library.refresh().parsed == 1
    assert library.shelf.get("shop/errors") is not None


@pytest.mark.parametrize("damage", ['"units":[[0]]', '"units":1', '"units":[]'])
def test_a_damaged_index_is_built_again(root: Path, tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "cache"
    loaded(root, cache=cache)
    file = cache / "runbooks.json"
    head, _, tail = file.read_text().partition('"units":')
    file.write_text(head + damage + tail[tail.index(',"lengths"') :])
    library = RunbookLibrary([LibraryFolder(root)], cache)
    assert library.refresh().parsed == 0
    assert [hit.runbook.key for hit in library.shelf.search("roll back")] == ["shop/errors"]


def test_a_kept_index_is_not_used_for_other_files(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    loaded(root, cache=cache)
    (root / "shop" / "aaa.md").write_text("# Another\n\n## Steps\n\nPurge the queue.\n")
    second = loaded(root, cache=cache)
    assert [hit.runbook.key for hit in second.shelf.search("purge")] == ["shop/aaa"]
    (root / "shop" / "aaa.md").unlink()
    second.refresh()
    assert second.shelf.search("purge") == []
    assert [hit.runbook.key for hit in second.shelf.search("roll back")] == ["shop/errors"]


def test_a_cache_that_cannot_be_written_is_reported(root: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    library = loaded(root, cache=blocked / "below")
    assert "cache not written" in library.problems[0].reason
    assert len(library.shelf.runbooks) == 1


async def test_reading_in_a_thread_leaves_the_loop_free(root: Path) -> None:
    library = RunbookLibrary([LibraryFolder(root)])
    refresh = await asyncio.to_thread(library.refresh)
    assert refresh.changed


def test_the_revision_is_read_from_every_layout_of_a_checkout(tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    root = tmp_path / "checkout"
    books = root / "docs" / "books"
    books.mkdir(parents=True)
    assert git_revision(books) == ""
    git = root / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "refs" / "heads" / "main").write_text(commit + "\n")
    assert git_revision(books) == commit
    (git / "refs" / "heads" / "main").unlink()
    (git / "packed-refs").write_text(f"# pack-refs\n{commit} refs/heads/main\n")
    assert git_revision(books) == commit
    (git / "HEAD").write_text(commit + "\n")
    assert git_revision(books) == commit
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {git}\n")
    assert git_revision(tree) == commit
    (git / "HEAD").write_bytes(b"\xff\xfe\xff")
    assert git_revision(books) == ""


def test_a_new_commit_shows_on_every_runbook(root: Path) -> None:
    git = root / ".git"
    git.mkdir()
    (git / "HEAD").write_text("a" * 40)
    library = loaded(root)
    assert library.shelf.runbooks[0].revision == "a" * 40
    (git / "HEAD").write_text("b" * 40)
    assert library.refresh().changed
    assert library.shelf.runbooks[0].revision == "b" * 40
