"""How the page reads Slack's texts: mrkdwn, rich text, Markdown, dates."""

import json

import pytest
from playwright.async_api import Page, expect

from sandbox_page.conftest import PageFor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RENDER = """async ([module, name, value]) => {
  const found = await import(`/ui/kit/${module}.js`);
  const nodes = found[name](value, null);
  const box = document.createElement("div");
  box.append(...[nodes].flat());
  for (const node of box.querySelectorAll("*")) {
    for (const attribute of [...node.attributes]) {
      if (attribute.name !== "href") node.removeAttribute(attribute.name);
    }
  }
  return box.innerHTML;
}"""

MRKDWN = [
    ("*bold* _it_ ~no~", "<strong>bold</strong> <em>it</em> <s>no</s>"),
    ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
    ("*a _b_*", "<strong>a <em>b</em></strong>"),
    ("* not bold *", "* not bold *"),
    ("`*raw* &lt;b&gt;`", "<code>*raw* &lt;b&gt;</code>"),
    ("a &amp;lt; b", "a &amp;lt; b"),
    ("```x\n*y*```after", "<pre><code>x\n*y*</code></pre>after"),
    ("```never closed", "```never closed"),
    ("&gt; said\nnot", "<blockquote>said</blockquote>not"),
    ("<https://a.example|*label*>", '<a href="https://a.example">*label*</a>'),
    ("<mailto:a@b.example|a@b.example>", '<a href="mailto:a@b.example">a@b.example</a>'),
    ("<javascript:alert(1)|x>", "<span>x</span>"),
    ("see https://a.example/b.", 'see <a href="https://a.example/b">https://a.example/b</a>.'),
    (
        "<@U123> <#C123|room> <#C9|>",
        "<span>@U123</span> <span>#room</span> <span>private channel</span>",
    ),
    ("<!here> <!subteam^S1|@ops>", "<span>@here</span> <span>@ops</span>"),
    (":tada: :no_such:", "<span>🎉</span> :no_such:"),
    ("10:30:45", "10:30:45"),
    ("<!date^1700000000^{date_num} {time_secs}|then>", "<time>2023-11-14 23:13:20</time>"),
    ("<!date^1700000000^{nonsense}|then>", "<time>then</time>"),
    ("<!date^soon^{time}|then>", "<time>then</time>"),
    ("a < b and c > d", "a &lt; b and c &gt; d"),
]

MARKDOWN = [
    (
        "# One\n\ntwo **three** *four*",
        "<h1>One</h1><p>two <strong>three</strong> <em>four</em></p>",
    ),
    ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
    ("3. a\n4. b", "<ol><li>a</li><li>b</li></ol>"),
    ("- [x] done", "<ul><li><input>done</li></ul>"),
    ("~~~\n<b>\n~~~", "<pre><code>&lt;b&gt;</code></pre>"),
    ("> a\n> b", "<blockquote><p>a\nb</p></blockquote>"),
    ("[x](javascript:alert(1))", "<p><span>x</span></p>"),
    ("[x](https://a.example)", '<p><a href="https://a.example">x</a></p>'),
    ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
    ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
    ("snake_case_name", "<p>snake_case_name</p>"),
    ("<!-- for\ntools -->\ntext", "<p>text</p>"),
    ("<!-- never closed", "<p>&lt;!-- never closed</p>"),
]


async def rendered(page: Page, module: str, name: str, value: object) -> str:
    return str(await page.evaluate(RENDER, [module, name, value]))


async def test_mrkdwn_reads_as_slack_writes_it(page_for: PageFor) -> None:
    page = await page_for("ada")
    shown = {text: await rendered(page, "mrkdwn", "mrkdwn", text) for text, _ in MRKDWN}
    assert shown == dict(MRKDWN)


async def test_markdown_keeps_its_structure_and_no_markup(page_for: PageFor) -> None:
    page = await page_for("ada")
    shown = {text: await rendered(page, "markdown", "markdown", text) for text, _ in MARKDOWN}
    assert shown == dict(MARKDOWN)


async def test_rich_text_nests_lists_by_indent(page_for: PageFor) -> None:
    page = await page_for("ada")

    def item(text: str) -> dict[str, object]:
        return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}

    def listing(style: str, indent: int, *texts: str) -> dict[str, object]:
        items = [item(text) for text in texts]
        return {"type": "rich_text_list", "style": style, "indent": indent, "elements": items}

    block = {
        "type": "rich_text",
        "elements": [
            listing("ordered", 0, "a", "b"),
            listing("bullet", 1, "c"),
            listing("ordered", 0, "d"),
        ],
    }
    inner = "<ol><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ol>"
    assert await rendered(page, "richtext", "richText", block) == f"<div><div>{inner}</div></div>"


async def test_dates_are_told_in_the_readers_zone_and_by_distance(page_for: PageFor) -> None:
    page = await page_for("ada")
    told = await page.evaluate(
        """async (tokens) => {
          const { slackDate } = await import("/ui/time.js");
          const now = new Date(2026, 2, 10, 12);
          const at = (days) => Math.floor(new Date(2026, 2, 10 + days, 9, 5).getTime() / 1000);
          return tokens.map(([days, token]) => slackDate(at(days), token, now));
        }""",
        [
            [0, "{date_pretty}"],
            [-1, "{date_short_pretty}"],
            [1, "{date_long_pretty}"],
            [5, "{date_long}"],
            [-300, "{date}"],
            [12, "{date_short}"],
            [0, "{ago}"],
        ],
    )
    assert told == [
        "Today",
        "Yesterday",
        "Tomorrow",
        "Sunday, March 15th",
        "May 14th, 2025",
        "Mar 22",
        "2 hours ago",
    ]


async def test_every_emoji_name_is_known_once(page_for: PageFor) -> None:
    page = await page_for("ada")
    groups = await page.evaluate(
        """async () => {
          const { EMOJI_GROUPS, EMOJI, ALIASES } = await import("/ui/kit/emoji_table.js");
          const glyphs = EMOJI_GROUPS.flatMap(([, pairs]) => pairs);
          return { glyphs, lost: Object.values(ALIASES).filter((name) => !EMOJI.has(name)) };
        }"""
    )
    assert groups["lost"] == []
    assert len(groups["glyphs"]) >= 300
    odd = [
        name
        for name, glyph in groups["glyphs"]
        if not name.isascii() or (glyph.isascii() and name != "hash")
    ]
    assert odd == [], json.dumps(odd)
    await expect(page.locator(".sidebar")).to_be_visible()
