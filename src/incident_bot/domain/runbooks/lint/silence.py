"""Findings an author has answered: directives in comments, and a baseline for old files.

``<!-- runbook-lint-disable RB012 reason -->`` above the first section silences a rule for the
file, below it for its section; ``-disable-line`` and ``-disable-next-line`` for one line.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from incident_bot.domain.runbooks.document import Document
from incident_bot.domain.runbooks.lint.subject import Said

_DIRECTIVE = re.compile(
    r"<!--\s*runbook-lint-disable(-next-line|-line)?[ \t]+((?:RB\d{3}[ \t,]*)+|all\b)",
    re.IGNORECASE,
)
_CODE = re.compile(r"RB\d{3}")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Silence:
    codes: frozenset[str]
    start: int
    stop: int


def unsilenced(document: Document, said: Iterable[Said]) -> list[Said]:
    """Return the findings no directive covers."""
    silences = list(_silences(document))
    return [one for one in said if not any(_covers(silence, one) for silence in silences)]


def _silences(document: Document) -> Iterable[_Silence]:
    if "runbook-lint-disable" not in document.text:
        return
    sections = document.sections
    first = sections[1].line if len(sections) > 1 else len(document.lines)
    for number, line in enumerate(document.lines):
        for found in _DIRECTIVE.finditer(line):
            codes = frozenset(_CODE.findall(found.group(2).upper())) or frozenset({"all"})
            scope = (found.group(1) or "").lower()
            if scope == "-line":
                yield _Silence(codes, number, number + 1)
            elif scope == "-next-line":
                yield _Silence(codes, number + 1, number + 2)
            elif number < first:
                yield _Silence(codes, 0, len(document.lines) + 1)
            else:
                at = max(s.index for s in sections if s.line <= number)
                yield _Silence(codes, sections[at].line, sections[at].end)


def _covers(silence: _Silence, said: Said) -> bool:
    named = "all" in silence.codes or said.code in silence.codes
    return named and silence.start <= said.line < silence.stop


def fingerprint(path: str, code: str, message: str, line_text: str) -> str:
    """Return what identifies a finding across edits elsewhere in the file."""
    stable = _NUMBER.sub("0", message)
    return hashlib.sha256(f"{path}\n{code}\n{stable}\n{line_text.strip()}".encode()).hexdigest()[
        :20
    ]


def beyond_baseline(prints: Sequence[str], baseline: Mapping[str, int]) -> list[bool]:
    """Return for each finding whether it is new: not among those the baseline counts."""
    left = Counter(dict(baseline))
    fresh: list[bool] = []
    for one in prints:
        fresh.append(left[one] <= 0)
        left[one] -= 1
    return fresh
