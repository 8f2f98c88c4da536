"""How names and headings are compared: one spelling for everything people type."""

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\ufe0e\ufe0f]")
_SHORTCODE = re.compile(r":[a-z0-9_+-]{1,40}:", re.IGNORECASE)
_NUMBERING = re.compile(
    r"^\s*(?:(?:step|phase|part|section)\s+\d{1,3}\s*[:.)\u2013-]\s*"
    r"|\(?\d{1,3}(?:\.\d{1,3}){0,4}[.):]\s*|\(?\d{1,3}(?:\.\d{1,3}){1,4}\s+|[-\u2022]\s+)",
    re.IGNORECASE,
)
_APOSTROPHE = re.compile(r"['\u2019\u2018`]")
_NOT_WORD = re.compile(r"[^\w]+|_+")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+")
_SLUG_GAP = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=16384)
def normalise(heading: str) -> str:
    """Return a heading as plain lower-case words: no emoji, numbering, markup or punctuation."""
    text = unicodedata.normalize("NFKC", heading[:500])
    text = _SHORTCODE.sub(" ", _INVISIBLE.sub("", text))
    text = _NUMBERING.sub("", text.strip("*_`# \t"), count=1)
    text = _APOSTROPHE.sub("", text).casefold()
    return _NOT_WORD.sub(" ", text).strip()


@lru_cache(maxsize=32768)
def name_key(name: str) -> str:
    """Return letters and digits only, so that HighErrorRate, high-error-rate and HIGH_ERROR_RATE meet."""
    text = unicodedata.normalize("NFKC", name[:500])
    return _NOT_WORD.sub("", _INVISIBLE.sub("", text).casefold())


def name_keys(name: str) -> tuple[str, ...]:
    """Return the key of a name and the same without an ``ALERT`` prefix or suffix."""
    key = name_key(name)
    short = key.removeprefix("alert").removesuffix("alert")
    return (key,) if short in {"", key} else (key, short)


def humps(name: str) -> tuple[str, ...]:
    """Split CamelCase, snake_case or kebab-case into lower-case words."""
    return tuple(part.lower() for part in _HUMP.findall(name))


def kebab(name: str) -> str:
    """Return a slug: ``KubePodCrashLooping`` and ``Kube pod crash looping`` differ only in humps."""
    if name.isidentifier() and name != name.upper() and name != name.lower() and "_" not in name:
        return "-".join(humps(name))
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _SLUG_GAP.sub("-", folded.lower()).strip("-")
