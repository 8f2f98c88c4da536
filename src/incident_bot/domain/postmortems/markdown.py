"""Text from outside as inert Markdown: no markup, no HTML, no table break, nobody pinged."""

import re

from incident_bot.domain.postmortems.text import clean, one_line

_SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")  # a_b needs no escape
_BLOCK_START = re.compile(r"^[#+=-]")
_ORDERED = re.compile(r"^(\d{1,9})([.)])")
_ADDRESS = re.compile(r"https?://[^\s<>\"“”`\\]{1,2000}")
_BROADCAST = re.compile(r"@(?=(?:here|channel|everyone)\b)", re.IGNORECASE)
_TRAILING = ".,;:!?'\"*_~]}|"
_UNSAFE = re.compile(r"[\s<>\"`|\\^{}\[\]()*]")


def inline(text: str) -> str:
    """One line of inert Markdown; http and https addresses become autolinks, nothing else does."""
    line = one_line(clean(text))
    parts: list[str] = []
    start = 0
    for match in _ADDRESS.finditer(line):
        address = _trimmed(match[0])
        parts.append(_escape(line[start : match.start()]))
        parts.append(autolink(address))
        start = match.start() + len(address)
    parts.append(_escape(line[start:]))
    return _inert_start("".join(parts))


def autolink(address: str) -> str:
    """``<https://…>`` when the address is one a browser may follow, else escaped text."""
    safe = safe_address(address)
    return f"<{safe}>" if safe else _escape(one_line(clean(address)))


def link(label: str, address: str | None) -> str:
    """``[label](address)``, or the label alone when the address is missing or not http(s)."""
    safe = safe_address(address or "")
    return f"[{inline_label(label)}](<{safe}>)" if safe else inline(label)


def inline_label(text: str) -> str:
    """Escaped text without autolinks: a link cannot hold a link."""
    return _escape(one_line(clean(text)))


def safe_address(address: str) -> str:
    """The address percent-encoded for Markdown and tables, or nothing when not http(s)."""
    stripped = one_line(clean(address))
    if not stripped.lower().startswith(("http://", "https://")):
        return ""
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", stripped)


def _trimmed(address: str) -> str:
    kept = address.rstrip(_TRAILING)
    while kept.endswith(")") and kept.count(")") > kept.count("("):
        kept = kept[:-1].rstrip(_TRAILING)
    return kept


def _escape(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = _SPECIAL.sub(r"\\\g<0>", safe)
    return _BROADCAST.sub("@\u2060", safe)


def _inert_start(line: str) -> str:
    ordered = _ORDERED.match(line)
    if ordered:
        return f"{ordered[1]}\\{line[ordered.end(1) :]}"
    return f"\\{line}" if _BLOCK_START.match(line) else line
