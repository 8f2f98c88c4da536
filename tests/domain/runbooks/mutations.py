"""Documents nobody would write, from a seed: fragments thrown together, and real shapes damaged."""

import html
import re
from random import Random

from domain.runbooks.shapes import ALERT_STYLE, FREE_FORM
from incident_bot.domain.runbooks.document import Document
from incident_bot.domain.runbooks.nodes import Heading
from incident_bot.domain.runbooks.source import clean
from incident_bot.domain.runbooks.written import plain_text

FRAGMENTS = (
    "# ",
    "## ",
    "### ",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "> ",
    "```",
    "```bash\n",
    "~~~",
    "    ",
    "\t",
    "**",
    "__",
    "*",
    "`",
    "``",
    "[",
    "](",
    "](#a)",
    ")",
    "![",
    "<",
    ">",
    "<!--",
    "-->",
    "<details>",
    "<summary>",
    "</summary>",
    "</details>",
    "<br>",
    "<b>",
    "</b>",
    '<a name="x">',
    "<table><tr><td>",
    "</td></tr></table>",
    "|",
    "|---|---|\n",
    "---\n",
    "+++\n",
    '{"a":1}\n',
    '!!! note "T"\n    ',
    "??? x\n",
    "> [!NOTE]\n",
    "**Note:** ",
    "NOTE: ",
    ":::warn[T]\n",
    ":::\n",
    '{{< ref "x" >}}',
    "{% if %}",
    "{: .c}",
    "[[_TOC_]]\n",
    "<!-- START doctoc -->\n",
    "&amp;",
    "&",
    "\\",
    "\x00",
    "\ufeff",
    "\u200b",
    "\u202e",
    "🚨",
    "ðŸš¨",
    "‚úÖ",
    "$ ",
    "EOF",
    "<<EOF\n",
    "<ns>",
    "{#id}",
    '[x]: http://u.example "t"\n',
    "Symptoms",
    "Diagnosis and mitigation",
    "====\n",
    "**Quick Fix**: ",
    "Mitigation",
    "- [ ] ",
    "- [x] ",
    "<script>",
    "</script>",
    "<?",
    "<!X",
    "<![CDATA[",
    "title: x\n",
    "a: &b [*b]\n",
    "\r\n",
    "\r",
    ":smile:",
    "~~",
    "&#x26;",
    "<pre>",
    "</pre>",
    "<ul><li>",
    "</li></ul>",
    "\u2028",
    "<!here>",
    "<@U12345678>",
    "@channel",
)
WORDS = [
    "restart",
    "kubectl",
    "delete",
    "pod",
    "check",
    "status",
    "alpha",
    "beta",
    "gamma",
    "delta",
    "Überprüfung",
    "проверка",
    "数据库",
    "low_level",
    "x-ray",
    "4711",
    "overload",
]
_SHAPES = (*ALERT_STYLE.values(), *FREE_FORM.values())
_COMMENT = re.compile(r"<(?:\{: \.c\})?!-(?:\{: \.c\})?-.*?-->", re.DOTALL)
_WORD = re.compile(r"[^\W_]{2,}")
# List numbers are counted anew, and names of anchors are addresses.
_COUNTED = re.compile(r"(?m)^[ \t>]*\d+[.)]|<a\s[^<>]*>")
# Words of markup itself: tags, attributes, entities.
_MARKUP = frozenset(
    [
        "br",
        "li",
        "ul",
        "ol",
        "td",
        "tr",
        "th",
        "table",
        "pre",
        "script",
        "details",
        "summary",
        "name",
        "href",
        "img",
        "src",
        "class",
        "levels",
        "amp",
        "lt",
        "gt",
        "nbsp",
        "x26",
        "26",
        "id",
    ]
)


def document_from(seed: int) -> str:
    """Return one odd document; the same for the same seed."""
    random = Random(seed)  # noqa: S311
    if random.random() < 0.4:
        return _damaged(random)
    return "".join(_fragment(random) for _ in range(random.randint(1, 40)))


def _fragment(random: Random) -> str:
    draw = random.random()
    if draw < 0.45:
        return random.choice(FRAGMENTS)
    if draw < 0.92:
        return random.choice(WORDS) + random.choice((" ", " ", "\n", ""))
    ranges = ((32, 126), (160, 0x2FFF), (0, 31))
    picked = (random.choice(ranges) for _ in range(random.randint(1, 8)))
    return "".join(chr(random.randint(*one)) for one in picked)


def _damaged(random: Random) -> str:
    text = random.choice(_SHAPES)
    for _ in range(random.randint(1, 8)):
        at = random.randint(0, len(text))
        cut = random.randint(0, 20) if random.random() < 0.5 else 0
        text = text[:at] + random.choice(("", random.choice(FRAGMENTS))) + text[at + cut :]
    return text


def lost_words(text: str, document: Document) -> list[str]:
    """Return the words of a text that are neither shown nor recorded as removed."""
    source = _COUNTED.sub(" ", _COMMENT.sub(" ", clean(text)[0]))
    wanted = {word.lower() for word in _WORD.findall(source)}
    wanted |= {word.lower() for word in _WORD.findall(html.unescape(source))}
    parts = [document.title, *(one.text for one in document.removed)]
    parts.extend(str(dict(one)) for one in document.references.values())
    parts.extend(document.references)
    for section in document.sections:
        heading = Heading(1, document.heading(section.index))
        parts += [section.anchor, plain_text([heading, *document.own_blocks(section.index)])]
    shown = "\n".join(parts)
    letters = re.sub(r"[\W_]", "", shown + html.unescape(shown)).lower()
    return sorted(word for word in wanted - _MARKUP if word not in letters)
