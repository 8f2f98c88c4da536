"""P-01 to P-21: whatever the author wrote, sections come out and nothing is lost."""

import pytest

from domain.runbooks import shapes
from incident_bot.domain.runbooks.document import Document
from incident_bot.domain.runbooks.nodes import (
    Admonition,
    CodeBlock,
    Details,
    ListBlock,
    Paragraph,
    Table,
    inline_text,
    walk,
)
from incident_bot.domain.runbooks.parsing import parse
from incident_bot.domain.runbooks.source import decode
from incident_bot.domain.runbooks.written import plain_text


def titles(text: str) -> list[str]:
    return [section.title for section in parse(text, "x.md").sections[1:]]


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def admonitions(text: str) -> list[Admonition]:
    blocks = parse(text, "x.md").blocks(0)
    return [block for block in walk(blocks) if isinstance(block, Admonition)]


def first_code(text: str) -> CodeBlock:
    blocks = parse(text, "x.md").blocks(0)
    return next(block for block in walk(blocks) if isinstance(block, CodeBlock))


def test_line_ends_byte_order_mark_and_nul_do_not_show() -> None:
    document = parse("\ufeff# A\r\n\r\n## Impact\r\nno\x00ne\r\n", "a.md")
    assert document.title == "A"
    assert document.markdown(1) == "none"


def test_invalid_bytes_are_replaced_and_reported_with_their_line() -> None:
    text, findings = decode(b"# A\n\nb\xff\n")
    assert "b\ufffd" in text
    assert [(one.code, one.line) for one in findings] == [("RB001", 3)]


def test_utf_16_with_a_mark_is_read() -> None:
    assert decode("# Größe".encode("utf-16"))[0] == "# Größe"


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman"])
def test_mojibake_of_either_kind_is_repaired_and_reported(codec: str) -> None:
    honest = "# Start\n\n→ restart ✅ then check é\n"
    table = {
        byte: bytes([byte]).decode(codec, errors="replace").replace("\ufffd", chr(byte))
        for byte in range(256)
    }
    spoilt = "".join(table[byte] if byte > 127 else chr(byte) for byte in honest.encode())
    document = parse(spoilt, "a.md")
    assert "→ restart ✅ then check é" in document.text
    assert codes(document) == ["RB001"]


def test_honest_text_that_looks_odd_is_left_alone() -> None:
    for text in ("naïve Ähnlichkeit, „Ä“", "√π of the load", "Â£ 5", "¿Qué? — ‘ok’ …"):
        assert parse(text, "a.md").text == text


@pytest.mark.parametrize(
    "block",
    ["---\ntitle: Named\nx-own: 1\n---\n", '+++\ntitle = "Named"\n+++\n', '{"title": "Named"}\n'],
)
def test_front_matter_of_three_kinds_gives_the_title(block: str) -> None:
    document = parse(block + "# Heading\n\n## Impact\nbad\n", "a.md")
    assert document.title == "Named"
    assert document.source_line(document.sections[1].line) == block.count("\n") + 3


def test_broken_front_matter_is_reported_and_the_body_served() -> None:
    document = parse("---\ntitle: [a\n---\n# A\n\n## Impact\nbad\n", "a.md")
    assert codes(document) == ["RB002"]
    assert document.markdown(1) == "bad"


def test_a_rule_at_the_start_is_not_front_matter() -> None:
    document = parse("---\nSome words\n---\n\n## Impact\nbad\n", "a.md")
    assert document.findings == ()
    assert "Some words" in document.text


def test_a_yaml_bomb_is_refused_without_effort() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert codes(parse(f"---\n{bomb}---\n# A\n", "a.md")) == ["RB002"]
    assert codes(parse("---\na: &a [*a]\n---\n# A\n", "a.md")) == ["RB002"]


def test_headings_in_code_lists_and_quotes_are_no_sections() -> None:
    text = "# A\n\n## Real\n\n```bash\n# comment\n## comment\n```\n\n- ## item\n\n> ## quoted\n"
    assert titles(text) == ["Real"]


def test_underlined_headings_count() -> None:
    assert titles(shapes.SETEXT) == ["Meaning", "Diagnosis", "Mitigation"]


def test_title_comes_from_heading_or_file_name() -> None:
    assert parse("## Only\n\nx", "d/High-Lag.md").title == "High-Lag"
    assert parse("# One\n", "d/x.md").title == "One"


def test_every_further_top_heading_is_a_section_of_the_same_runbook() -> None:
    document = parse("# A\n\n## B\n\nb\n\n# C\n\n## D\n\nd\n", "a.md")
    assert [(s.title, s.parent) for s in document.sections[1:]] == [("B", 0), ("C", 0), ("D", 2)]


def test_skipped_levels_hang_under_the_nearest_lower_heading() -> None:
    document = parse("# A\n\n## B\n\n#### C\n\nx\n\n### D\n\ny\n", "a.md")
    assert [(s.title, s.parent) for s in document.sections[1:]] == [("B", 0), ("C", 1), ("D", 1)]


def test_repeated_headings_get_numbered_anchors() -> None:
    anchors = [section.anchor for section in parse(shapes.REPEATED, "a.md").sections]
    assert "symptoms" in anchors
    assert "symptoms-1" in anchors


def test_explicit_and_html_anchors_lead_to_their_section() -> None:
    text = '# A\n\n## B {#bee}\n\nx\n\n<a name="sea"></a>\n\n## C\n\ny <a id="why"></a>\n'
    document = parse(text, "a.md")
    assert document.sections[document.anchors["bee"]].title == "B"
    assert document.sections[document.anchors["sea"]].title == "C"
    assert document.sections[document.anchors["why"]].title == "C"


@pytest.mark.parametrize("text", [shapes.UNCLOSED_FENCE, shapes.TWO_BACKTICKS])
def test_a_runaway_fence_does_not_swallow_mitigation(text: str) -> None:
    assert titles(text)[-1] == "Mitigation"


def test_a_repaired_fence_is_reported_at_its_line_and_lines_stay_true() -> None:
    document = parse(shapes.UNCLOSED_FENCE, "a.md")
    lines = shapes.UNCLOSED_FENCE.split("\n")
    assert [(f.code, f.line) for f in document.findings] == [("RB004", lines.index("```shell") + 1)]
    mitigation = document.sections[-1]
    assert document.source_line(mitigation.line) == lines.index("## Mitigation") + 1


def test_an_inserted_fence_does_not_shift_line_numbers() -> None:
    text = "# A\n\n```sh\nls\n## Mitigation\n\nfix\n\n## Prevention\n\nx\n"
    document = parse(text, "a.md")
    numbers = {s.title: document.source_line(s.line) for s in document.sections[1:]}
    assert numbers == {"Mitigation": 5, "Prevention": 9}


def test_a_markdown_example_inside_a_fence_stays_an_example() -> None:
    text = "# A\n\n````markdown\n## Mitigation\n```sh\nls\n```\n````\n\n## End\n\nx\n"
    assert titles(text) == ["End"]
    assert parse(text, "a.md").findings == ()


def test_longer_and_tilde_fences_close_only_with_their_like() -> None:
    assert "not the end" in first_code(shapes.FOUR_BACKTICKS).code
    assert first_code("~~~\n```\n~~~\n").code == "```"


def test_an_unclosed_comment_does_not_swallow_the_file() -> None:
    document = parse("# A\n\n<!-- note\n\n## Mitigation\n\nfix\n", "a.md")
    assert [s.title for s in document.sections[1:]] == ["Mitigation"]
    assert codes(document) == ["RB004"]


def test_bold_lines_of_known_words_are_headings_and_others_are_not() -> None:
    assert titles(shapes.BOLD_LEADS)[1:] == ["Symptoms", "Quick Fix", "Escalation"]
    assert titles("# A\n\n**Note**:\n\nx\n\n**Anything else**\n\ny\n") == []


def test_text_after_a_bold_heading_belongs_to_its_section() -> None:
    document = parse(shapes.BOLD_LEADS, "a.md")
    escalation = next(s for s in document.sections if s.title == "Escalation")
    assert document.markdown(escalation.index) == "page the lead after 15 minutes."


def test_a_title_is_never_taken_for_a_resolution() -> None:
    document = parse("# API Error Resolution\n\n## Steps to take\n\nx\n", "a.md")
    assert document.sections[0].kinds == ()


def test_text_before_the_first_heading_is_the_overview() -> None:
    document = parse("# A\n\nWhat it is.\n\n## Impact\n\nx\n", "a.md")
    assert document.sections[0].grade("overview") == "exact"
    assert document.own_blocks(0) == (Paragraph((*document.own_blocks(0)[0].inlines,)),)  # type: ignore[union-attr]


def test_generator_syntax_is_taken_out_and_recorded() -> None:
    text = (
        '# A\n\n[[_TOC_]]\n\nSee {{< ref "other.md" >}} and {% if x %}this{% endif %}.\n\n'
        "--8<-- 'part.md'\n\nWord{: .big }\n\n`{{< kept >}}`\n"
    )
    document = parse(text, "a.md")
    shown = plain_text(document.blocks(0))
    assert "See other.md and this." in shown
    assert "{{< kept >}}" in shown
    assert "TOC" not in shown
    assert "{: .big }" not in shown
    assert any("[[_TOC_]]" in one.text for one in document.removed)


def test_comments_and_generated_contents_vanish_but_marked_text_stays() -> None:
    document = parse(shapes.GENERATED, "a.md")
    assert [s.title for s in document.sections[1:]] == ["Failing over"]
    shown = plain_text(document.blocks(0))
    assert "Label" in shown
    assert "doctoc" not in shown
    assert "MARKER" not in shown


@pytest.mark.parametrize(
    ("text", "kind", "title", "body"),
    [
        ('!!! danger "Stop"\n    Think first.\n', "danger", "Stop", "Think first."),
        ("> [!WARNING]\n> Hot.\n", "warning", "", "Hot."),
        ("> **Note**\n> Fine.\n", "note", "", "Fine."),
        ("**Note:** Fine.\n", "note", "", "Fine."),
        ("**Important**: Fine.\n", "important", "", "Fine."),
        ("WARNING: Hot.\n", "warning", "", "Hot."),
        (":::caution[Careful]\nHot.\n:::\n", "caution", "Careful", "Hot."),
    ],
)
def test_every_spelling_of_an_admonition_is_one_node(
    text: str, kind: str, title: str, body: str
) -> None:
    (found,) = admonitions(text)
    assert (found.kind, found.title, plain_text(found.blocks)) == (kind, title, body)


def test_folded_text_is_kept_with_its_summary() -> None:
    blocks = parse(shapes.SEVERITIES, "a.md").own_blocks(0)
    (details,) = (block for block in blocks if isinstance(block, Details))
    assert details.summary == "Full context"
    assert "spent too fast" in plain_text(details.blocks)


def test_folded_text_without_blank_lines_is_still_markdown() -> None:
    text = "<details><summary>More</summary>\nSee **this**:\n```sh\nls\n```\n</details>\n"
    (details,) = parse(text, "a.md").blocks(0)
    assert isinstance(details, Details)
    assert any(isinstance(block, CodeBlock) and block.code == "ls" for block in details.blocks)


def test_commands_are_separated_from_prompts_and_output() -> None:
    code = first_code("```console\n$ kubectl get pods \\\n    -A\nNAME READY\n# exit\n```\n")
    assert code.commands == "kubectl get pods \\\n    -A\nexit"
    assert code.output == "NAME READY"


def test_a_heredoc_stays_with_its_command() -> None:
    code = first_code("```bash\n$ cat <<EOF\nhello\nEOF\nhello\n```\n")
    assert code.commands == "cat <<EOF\nhello\nEOF"
    assert code.output == "hello"


def test_comments_in_a_script_are_no_root_prompt() -> None:
    code = first_code("```bash\n# count\nls | wc -l\n```\n")
    assert code.commands == code.code


def test_placeholders_are_listed_once_and_assigned_variables_are_not() -> None:
    code = first_code("```bash\nNS=prod\nkubectl -n $NS get pod <pod> ${TOKEN} <pod> {{id}}\n```\n")
    assert code.placeholders == ("<pod>", "${TOKEN}", "{{id}}")


@pytest.mark.parametrize(
    "info", ["bash {id=check kind=check}", 'bash {"id":"check","kind":"check"}']
)
def test_both_forms_of_attributes_are_read(info: str) -> None:
    code = first_code(f"```{info}\nls\n```\n")
    assert code.language == "bash"
    assert dict(code.attributes) == {"id": "check", "kind": "check"}


def test_tables_keep_surplus_cells_and_turn_to_csv_when_huge() -> None:
    (small,) = parse("| a | b |\n|---|--:|\n| 1 | 2 | 3 |\n", "a.md").blocks(0)
    assert isinstance(small, Table)
    assert [inline_text(cell) for cell in small.rows[0]] == ["1", "2", "3"]
    wide = "|" + "a|" * 11 + "\n|" + "-|" * 11 + "\n|" + "x,y|" * 11 + "\n"
    (csv,) = parse(wide, "a.md").blocks(0)
    assert isinstance(csv, CodeBlock)
    assert csv.language == "csv"
    assert '"x,y"' in csv.code


def test_html_tables_are_tables() -> None:
    document = parse(shapes.HTML_TABLE, "a.md")
    (table,) = (block for block in document.blocks(0) if isinstance(block, Table))
    assert [inline_text(cell) for cell in table.header] == ["Level", "Means"]


def test_unknown_tags_are_placeholders_and_known_ones_are_styles() -> None:
    (line,) = parse("Set <cluster-id> to <b>one</b><br>two & three\n", "a.md").blocks(0)
    assert plain_text([line]) == "Set <cluster-id> to one\ntwo & three"


def test_task_lists_know_their_state() -> None:
    (tasks,) = parse("- [x] done\n- [ ] open\n- plain\n", "a.md").blocks(0)
    assert isinstance(tasks, ListBlock)
    assert [item.checked for item in tasks.items] == [True, False, None]


def test_nesting_beyond_reason_is_kept_as_it_stands() -> None:
    deep = "".join(f"{'  ' * level}- level{level}\n" for level in range(40))
    shown = plain_text(parse(deep, "a.md").blocks(0))
    assert all(f"level{level}" in shown for level in range(40))


def test_sections_beyond_two_thousand_stay_text() -> None:
    document = parse("".join(f"## H{n}\n\nx\n\n" for n in range(2500)), "a.md")
    assert len(document.sections) == 2000
    assert "H2400" in plain_text(document.blocks(0))


def test_a_file_beyond_one_mebibyte_is_cut_and_reported() -> None:
    document = parse("word " * 300_000, "a.md")
    assert codes(document) == ["RB011"]


def test_links_in_headings_and_repeated_definitions_are_kept() -> None:
    text = "# A\n\n## See [docs](https://e.example/d)\n\n[x]: https://one\n[x]: https://two\n"
    document = parse(text, "a.md")
    assert any(getattr(part, "url", "") == "https://e.example/d" for part in document.heading(1))
    assert any("https://two" in one.text for one in document.removed)


def test_parsing_twice_gives_the_same() -> None:
    for text in shapes.ALERT_STYLE.values():
        assert parse(text, "a.md") == parse(text, "a.md")
