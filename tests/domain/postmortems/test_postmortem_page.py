"""The HTML page shows everything and obeys nothing."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from domain.postmortems.golden_drafts import drafts
from incident_bot.domain.postmortems.html_page import to_html

ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "h4", "h5", "h6",
    "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "a", "em", "strong", "s",
    "code", "pre", "blockquote", "time", "br", "hr",
}  # fmt: skip
PAGE = to_html(drafts()["checkout.md"])


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_page_loads_nothing_and_its_policy_names_its_only_style() -> None:
    style = PAGE.split("<style>")[1].split("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in PAGE
    assert "default-src 'none'" in PAGE
    assert not re.search(r"\b(?:src|srcset|action|style)=", PAGE)


def test_markers_and_front_matter_are_not_shown() -> None:
    assert "ib:section" not in PAGE
    assert "ib_hash" not in PAGE
    assert "<title>INC-42: Checkout 5xx</title>" in PAGE


def test_instants_are_machine_readable() -> None:
    wanted = '<time datetime="2026-03-07T14:00:00Z">2026-03-07 14:00:00Z</time>'
    assert wanted in PAGE


def test_each_cell_finds_its_own_direction() -> None:
    assert '<td dir="auto">משה (scribe)</td>' in PAGE


def test_checkboxes_show_whether_they_are_ticked() -> None:
    page = to_html("- [ ] open\n- [x] done\n- plain\n")
    assert "☐ open" in page
    assert "☑ done" in page


def test_aligned_columns_bring_no_inline_style() -> None:
    assert "style=" not in to_html("| a |\n|--:|\n| 1 |\n")


@given(
    st.lists(
        st.sampled_from(
            [
                "<script>alert(1)</script>", "<img src=x onerror=y>", "[a](javascript:b)", "**b**",
                "![p](http://evil.example/p.png)", "[a](data:text/html,x)", "`<b>`", "\n\n", "> q",
                "[a](https://ok.example \"<t>\")", "<!-- ib:end=a -->", "</style>", "| a |\n|---|",
                "[r]: javascript:alert(1)\n\n[r]", "<https://ok.example/\"onclick=x>", "&lt;i&gt;",
                "```html\n<b>\n```", "---\n", "# <i>t</i>", "\u202e", "שלום 🎉", "<svg/onload=x>",
            ]
        ),
        max_size=8,
    )
)  # fmt: skip
def test_hostile_markdown_makes_no_tag_of_its_own(pieces: list[str]) -> None:
    for tag, attributes in Tags(to_html(" ".join(pieces))).found:
        assert tag in ALLOWED
        assert not any(name.startswith("on") for name in attributes)
        if tag == "a":
            assert re.match(r"https?://|mailto:|#", attributes["href"] or "")
            assert attributes["rel"] == "noopener noreferrer nofollow"
