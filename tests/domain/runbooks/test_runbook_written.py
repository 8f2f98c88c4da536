"""The same section as plain text and as HTML that cannot do harm."""

import json

from domain.runbooks.mutations import document_from
from domain.runbooks.shapes import ALERT_STYLE, FREE_FORM, shelf_of
from incident_bot.domain.runbooks import stored
from incident_bot.domain.runbooks.parsing import parse
from incident_bot.domain.runbooks.search import SearchIndex
from incident_bot.domain.runbooks.written import plain_text, safe_html

TEXT = """# A

Run `x <y>` & **stop** <script>alert(1)</script> [bad](javascript:alert(1)) [good](https://e.example).

- [x] done
  1. inner

> [!NOTE]
> Fine.

| a | b |
|---|---|
| 1 | 2 |

```bash
ls <ns>
```
"""


def test_plain_text_reads_like_the_source() -> None:
    shown = plain_text(parse(TEXT, "a.md").blocks(0))
    assert "- [x] done\n\n  1. inner" in shown
    assert "NOTE:\n  Fine." in shown
    assert "a | b\n1 | 2" in shown
    assert "    ls <ns>" in shown


def test_html_escapes_everything_and_links_only_what_is_safe() -> None:
    page = safe_html(parse(TEXT, "a.md").blocks(0))
    assert "<script" not in page
    assert "alert(1)" in page
    assert 'href="javascript:' not in page
    assert '<a href="https://e.example" rel="noopener noreferrer">good</a>' in page
    assert "<code>x &lt;y&gt;</code> &amp; <strong>stop</strong>" in page
    assert 'class="language-bash">ls &lt;ns&gt;' in page
    assert "<td>1</td><td>2</td>" in page


def test_odd_documents_never_put_a_tag_of_their_own_into_html() -> None:
    for seed in range(500):
        page = safe_html(parse(document_from(seed), "a.md").blocks(0))
        assert "<script" not in page
        assert "<!here" not in page


def test_a_document_survives_its_stored_form() -> None:
    texts = [*ALERT_STYLE.values(), *FREE_FORM.values(), *map(document_from, range(200))]
    for text in texts:
        document = parse(text, "a.md")
        kept = json.loads(json.dumps(stored.dump(document, text)))
        assert stored.load(kept, "a.md", text) == document


def test_a_search_index_survives_its_stored_form() -> None:
    shelf = shelf_of({**ALERT_STYLE, **FREE_FORM})
    loaded = SearchIndex.load(json.loads(json.dumps(shelf.index.dump())))
    for words in ("rebuild replica", "restart", "postgr", "nothing like it"):
        assert loaded.search(words) == shelf.index.search(words)
