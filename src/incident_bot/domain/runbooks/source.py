"""Bytes to text: any encoding accident becomes readable text and a finding, never an error."""

import re

from incident_bot.domain.runbooks.findings import Finding

MAX_CHARS = 1024 * 1024
_SUSPICIOUS = re.compile("[\u00c2-\u00f4\u0192\u201a\u201e\u221a\u00ac\uf8ff\u2021\u00b7]")


def _byte_map(codec: str) -> dict[str, int]:
    """Return character → byte for the upper half of a single-byte codec."""
    table: dict[str, int] = {}
    for byte in range(0x80, 0x100):
        try:
            table[bytes([byte]).decode(codec)] = byte
        except UnicodeDecodeError:
            table[chr(byte)] = byte
    return table


def _sequence_pattern(table: dict[str, int]) -> re.Pattern[str]:
    """Return a pattern of UTF-8 sequences as they look after decoding with the wrong codec."""

    def among(low: int, high: int) -> str:
        return "[" + "".join(re.escape(c) for c, b in table.items() if low <= b <= high) + "]"

    tail = among(0x80, 0xBF)
    return re.compile(
        f"{among(0xF0, 0xF4)}{tail}{{3}}|{among(0xE0, 0xEF)}{tail}{{2}}|{among(0xC2, 0xDF)}{tail}"
    )


_CODECS = tuple(
    (name, table, _sequence_pattern(table))
    for name, table in (("cp1252", _byte_map("cp1252")), ("mac_roman", _byte_map("mac_roman")))
)


def decode(raw: bytes) -> tuple[str, tuple[Finding, ...]]:
    """Decode a file, replacing invalid bytes.

    Returns:
        The text and at most one finding (RB001) saying where the first invalid byte stood.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace"), ()
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        text = raw.decode("utf-8-sig", errors="replace")
        return text, (Finding(line, "RB001", "invalid UTF-8 bytes were replaced"),)


def clean(text: str) -> tuple[str, tuple[Finding, ...]]:
    """Normalise line ends, drop NUL, repair mojibake and bound the length (RB001, RB011)."""
    findings: list[Finding] = []
    if len(text) > MAX_CHARS:
        text = text[:MAX_CHARS]
        findings.append(
            Finding(text.count("\n") + 1, "RB011", "the file is longer than 1 MiB; the rest is cut")
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\x00", "").replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.replace("\x0b", " ").replace("\x0c", " ").replace("\x85", "\u2026")
    repaired, codec, line = repair_mojibake(text)
    if codec:
        findings.append(
            Finding(line, "RB001", f"text was decoded as {codec} instead of UTF-8; repaired here")
        )
    return repaired, tuple(findings)


def repair_mojibake(text: str) -> tuple[str, str, int]:
    """Undo UTF-8 that was read as cp1252 or Mac Roman, run by run.

    Returns:
        The text, the wrong codec ("" when nothing was wrong) and the first line repaired.
    """
    if text.isascii() or _SUSPICIOUS.search(text) is None:
        return text, "", 0
    best = ("", 0, text, 0)
    for codec, table, pattern in _CODECS:
        candidate, score, line = _repair_with(text, table, pattern)
        if score > best[1]:
            best = (codec, score, candidate, line)
    codec, _, repaired, line = best
    return repaired, codec, line


def _repair_with(
    text: str, table: dict[str, int], pattern: re.Pattern[str]
) -> tuple[str, int, int]:
    score = 0
    first = len(text)

    def undo(match: re.Match[str]) -> str:
        nonlocal score, first
        try:
            fixed = bytes(table[char] for char in match.group()).decode("utf-8")
        except UnicodeDecodeError:
            return match.group()
        score += len(match.group()) - 1
        first = min(first, match.start())
        return fixed

    repaired = pattern.sub(undo, text)
    # One lone two-letter run may be honest text (√π, Â£); more, or a longer one, is not.
    if score < 2:
        return text, 0, 0
    return repaired, score, text.count("\n", 0, first) + 1
