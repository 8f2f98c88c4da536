"""Secrets out of every text, each replaced by a label that says what kind it was.

A label carries four hex digits of an HMAC keyed per incident: equal secrets stay
comparable inside one document, and nothing can be compared between two.
"""

import hmac
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from incident_bot.domain.postmortems.detectors import (
    ADDRESS,
    BLOB,
    CARD,
    CREDENTIAL_WORD,
    EMAIL,
    HEX,
    PHONE,
    SECRETS,
    UUID,
    Detector,
)

_PLACEHOLDER = re.compile(
    r"^(?:[<\[{(‹].*|\$.*|%\w*%|[x*•.…-]+|(?:is|was|has|had|not|no|and|or|the|a|an|in|for|from|to"
    r"|expired?|required|missing|invalid|rotated|wrong|empty|null|none|true|false|unset|unknown"
    r"|revoked|leaked|changed|correct|incorrect|being|now|still|too|about|used|set|redacted"
    r"|changeme|example|placeholder|your[\w-]*))[.,;:!?)]*$",
    re.IGNORECASE,
)
_ENTROPY_BITS = 4.2  # above English words and hex, below random base64
_NEARBY = 64  # characters either side in which a credential word makes a blob suspicious


@dataclass(frozen=True, slots=True)
class RedactionPolicy:
    """What besides credentials and card numbers is hidden; ``key`` seeds the labels."""

    key: bytes = b""
    emails: bool = True
    phones: bool = False
    addresses: bool = False


@dataclass(frozen=True, slots=True)
class RedactionReport:
    """How many values of each kind were hidden; never the values."""

    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


@dataclass(slots=True)
class Redactor:
    """Redacts text after text and keeps count. Redacting twice changes nothing."""

    policy: RedactionPolicy
    incident: str
    _hidden: set[tuple[str, str]] = field(default_factory=set)

    def redact(self, text: str) -> str:
        """``text`` with every secret replaced by ``‹redacted:kind:3f9c›``."""
        for detector in SECRETS:
            text = self._replace(detector, text)
        text = self._blobs(text)
        text = CARD.pattern.sub(self._card, text)
        for wanted, detector in (
            (self.policy.emails, EMAIL),
            (self.policy.phones, PHONE),
            (self.policy.addresses, ADDRESS),
        ):
            if wanted:
                text = self._replace(detector, text)
        return text

    def report(self) -> RedactionReport:
        """How many different values have been hidden so far, by kind."""
        return RedactionReport(dict(sorted(Counter(kind for kind, _ in self._hidden).items())))

    def label(self, kind: str, value: str) -> str:
        """The label that stands for ``value``."""
        key = self.policy.key + b"\x00" + self.incident.encode()
        mark = hmac.new(key, value.encode("utf-8", "replace"), sha256).hexdigest()
        self._hidden.add((kind, mark))
        return f"‹redacted:{kind}:{mark[:4]}›"

    def _replace(self, detector: Detector, text: str) -> str:
        def hide(match: re.Match[str]) -> str:
            start, end = _secret_span(match)
            value = match.string[start:end]
            if value.startswith("‹redacted:") or (detector.keyed and _PLACEHOLDER.match(value)):
                return match[0]
            head, tail = match[0][: start - match.start()], match[0][end - match.start() :]
            return head + self.label(detector.kind, value) + tail

        return detector.pattern.sub(hide, text)

    def _card(self, match: re.Match[str]) -> str:
        digits = [int(character) for character in match[0] if character.isdigit()]
        return self.label("card", match[0]) if _luhn(digits) else match[0]

    def _blobs(self, text: str) -> str:
        def hide(match: re.Match[str]) -> str:
            around = text[max(0, match.start() - _NEARBY) : match.end() + _NEARBY]
            suspicious = (
                not HEX.fullmatch(match[0])
                and not UUID.fullmatch(match[0])
                and entropy(match[0]) > _ENTROPY_BITS
                and CREDENTIAL_WORD.search(around)
            )
            return self.label("blob", match[0]) if suspicious else match[0]

        return BLOB.sub(hide, text)


def entropy(text: str) -> float:
    """Shannon entropy of the characters, in bits per character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def _secret_span(match: re.Match[str]) -> tuple[int, int]:
    for name in ("value", "dq", "sq", "bq"):
        if name in match.re.groupindex and match[name] is not None:
            return match.span(name)
    return match.span()


def _luhn(digits: list[int]) -> bool:
    doubled = [
        digit if place % 2 == 0 else sum(divmod(digit * 2, 10))
        for place, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 1
