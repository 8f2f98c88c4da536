"""Heading anchors as GitHub, GitLab and MkDocs make them."""

import re
from urllib.parse import unquote

_DROP = re.compile(r"[^\w\- ]")
_DASHES = re.compile(r"-{2,}")


def github_anchor(title: str) -> str:
    """Return GitHub's anchor of a heading, before duplicates are numbered.

    Rule: lower-case, drop everything but word characters, hyphens and spaces, then turn
    spaces into hyphens (github/docs, "Section links").
    """
    return _DROP.sub("", title.strip().lower()).replace(" ", "-")


class AnchorMaker:
    """Numbers repeated anchors ``-1``, ``-2`` in document order, as GitHub does."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def make(self, title: str) -> str:
        """Return the next free anchor for a heading."""
        base = github_anchor(title)
        count = self._seen.get(base)
        if count is None:
            self._seen[base] = 0
            return base
        while True:
            count += 1
            candidate = f"{base}-{count}"
            if candidate not in self._seen:
                self._seen[base] = count
                self._seen[candidate] = 0
                return candidate


def anchor_key(anchor: str) -> str:
    """Return an anchor in the form all variants share: lower-case, single hyphens, unescaped."""
    text = unquote(anchor.lstrip("#"))[:300].strip().lower().replace("_", "-")
    return _DASHES.sub("-", text).strip("-")
